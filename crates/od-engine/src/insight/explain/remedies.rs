//! What can be done about what holds an order up, and by which tool.

use od_record::text::listed;
use serde_json::{Value, json};

use super::super::days::told;
use super::faults::Reported;
use super::place::Place;
use super::timeline::{Event, Kind, shortened};
use super::wanting::{Missing, What};

/// Where nothing but Order Desk's own pages helps.
const ONLY_IN_ORDER_DESK: &str = "only in Order Desk";

/// As many lines are named; the others stand beside the parcels.
const NAMED: usize = 5;

/// What no tool and no rule of thumb decides.
const A_PERSON: &str = "a person decides";

/// What to do, in the order in which it is done.
pub(super) fn actions(
    order_id: &str,
    missing: &[Missing],
    error: Option<&Reported<'_>>,
    events: &[Event],
    place: &Place,
    rest: Option<&[String]>,
) -> Vec<Value> {
    let stands = stands(place);
    if place.is_canceled() {
        let action = format!(
            "The order is canceled: {stands}. Nothing of it is to be fulfilled. Whether money is to be paid back, or the order is to \
             be taken up again, is that person's decision who knows why it was canceled."
        );
        return vec![json!({ "action": action, "tool": A_PERSON })];
    }
    let lacks = |what: What| missing.iter().any(|missing| missing.what == what);
    let mut actions = Vec::new();
    let mut add = |action: &str, tool: &str| actions.push(json!({ "action": action, "tool": tool }));
    if lacks(What::Payment) {
        add(
            "Have the payment put right where it is taken, in the sales channel or with the payment service.",
            ONLY_IN_ORDER_DESK,
        );
    }
    if lacks(What::Lines) {
        add("Add the lines.", "orders_add_items");
    }
    if lacks(What::Address) {
        add("Complete the shipping address.", "orders_update_address");
    }
    if lacks(What::Sku) || lacks(What::PrintData) {
        add(
            "Complete the lines: code, or metadata for printing.",
            "order_items_update",
        );
    }
    if lacks(What::Stock) {
        add(
            "Count the items and set their stock, or wait for new ones.",
            "products_update",
        );
    }
    if let Some(rest) = rest {
        add(
            &format!(
                "A part of the order is in no parcel that names it: {}. Where it was sent already, add its shipment; else see to it \
                 that it is sent.",
                listed(rest, NAMED)
            ),
            "shipments_create",
        );
    }
    let is_shipped = events.iter().any(|event| event.kind == Kind::Shipment);
    if error.is_some_and(|error| !error.is_overcome()) {
        let moved = events.iter().find(|event| event.kind == Kind::FolderMove);
        let last = moved.map_or_else(String::new, |moved| {
            format!(" The last move: {}.", shortened(&moved.text))
        });
        add(
            &format!(
                "Put right what the service reported, then move the order into the folder whose rule sends it to that service.{last}"
            ),
            "orders_move_folder",
        );
        add(
            "Where no rule sends it: submit the order again by hand. Whether the service has it already shows in the service.",
            ONLY_IN_ORDER_DESK,
        );
    } else if !is_shipped && missing.is_empty() {
        add(
            &format!(
                "Nothing is missing: {stands}. Whether it waits there for something, or is to move on, and where to, is a person's \
                 decision: the shop's rules run for an order that is moved."
            ),
            A_PERSON,
        );
        add("If it was sent already: add the tracking number.", "shipments_create");
    }
    for action in &mut actions {
        if action["tool"] != ONLY_IN_ORDER_DESK && action["tool"] != A_PERSON {
            action["order_id"] = order_id.into();
        }
    }
    actions
}

/// Where the order is, and since when.
fn stands(place: &Place) -> String {
    let folder = place.folder.as_deref().map_or_else(
        || "it is in a folder that the store does not have any more".to_owned(),
        |folder| format!("it is in the folder {folder}"),
    );
    let since = place.since.map(|since| format!(" since {}", told(since)));
    folder + &since.unwrap_or_default()
}
