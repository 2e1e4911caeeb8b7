//! What should be said of a new shipment beside those that its order has.

use serde_json::{Map, Value};

use super::contents::{CONTENTS, Packing, names_contents, same_contents};
use super::law::PART;
use super::tracking::tracking;
use crate::identifier::id_text;
use crate::text::listed;

#[cfg(test)]
mod tests;

/// As many shipments are named.
const NAMED: usize = 5;

/// What speaks against a new shipment: a parcel without a number that is like another one may be that one, sent twice; and one
/// that does not say what it holds stands for the whole order, also where a part of it went before.
pub fn doubts_beside(given: &Map<String, Value>, others: &[Map<String, Value>]) -> Vec<String> {
    let twin = others.iter().find(|other| is_like(given, other)).map(|twin| {
        format!(
            "The order has a shipment like it already, without a tracking number too: {}. If this is the same parcel, delete one \
             of both with shipments_delete.",
            named(twin)
        )
    });
    let parts = parts(others);
    let whole = (!parts.is_empty() && !names_contents(given)).then(|| {
        format!(
            "Parts of the order are in other shipments ({}). This one does not say what it holds, so it stands for the whole \
             order: name the rest in order_items.",
            listed(parts, NAMED)
        )
    });
    let again = (twin.is_none() && whole.is_none() && !names_contents(given)).then(|| wholes(others));
    let again = again.filter(|wholes| !wholes.is_empty()).map(|wholes| {
        format!(
            "The order has shipments that may hold all of it already ({}), and this one stands for the whole order too. If it is the same \
             parcel with a new label, shipments_update can change the number.",
            listed(wholes, NAMED)
        )
    });
    twin.into_iter().chain(whole).chain(again).collect()
}

/// The ids of shipments that do not say what they hold: each may be all of its order.
pub fn wholes(shipments: &[Map<String, Value>]) -> Vec<String> {
    let wholes = shipments.iter().filter(|shipment| !names_contents(shipment));
    wholes
        .filter_map(|shipment| shipment.get("id").and_then(id_text))
        .collect()
}

/// The ids of shipments that hold a part of their order.
pub fn parts(shipments: &[Map<String, Value>]) -> Vec<String> {
    let parts = shipments.iter().filter(|shipment| names_contents(shipment));
    parts
        .filter_map(|shipment| shipment.get("id").and_then(id_text))
        .collect()
}

/// Says what an order has left beside its shipments, where one of them holds a part of it.
pub fn left_beside(packing: &Packing) -> Option<String> {
    let rest = packing.rest().filter(|rest| !rest.is_empty())?;
    Some(format!("In no shipment of the order yet: {}.", listed(rest, NAMED)))
}

/// What is in no shipment yet, as a list, of an order of which something is in one.
pub(crate) fn rest_of(packing: &Packing) -> Option<String> {
    let rest = packing.rest().filter(|rest| !rest.is_empty())?;
    let is_begun = packing.lines().iter().any(|line| line.packed > 0);
    is_begun.then(|| listed(rest, NAMED))
}

/// Whether both are parcels without a number, and the one that is there holds all that is given.
fn is_like(given: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let mut said = given.clone();
    said.retain(|name, _| !matches!(name.as_str(), "tracking_number" | CONTENTS));
    tracking(given).is_none()
        && tracking(other).is_none()
        && names_contents(given) == names_contents(other)
        && (!names_contents(given) || same_contents(other, given))
        && PART.verify_new(&said, other).stuck
}

/// Its id and when it was added, as far as they are known.
fn named(shipment: &Map<String, Value>) -> String {
    let text = |name: &str| shipment.get(name).and_then(id_text);
    match (text("id"), text("date_added")) {
        (Some(id), Some(added)) => format!("shipment {id}, added {added} UTC"),
        (Some(id), None) => format!("shipment {id}"),
        (None, _) => "one of this batch".to_owned(),
    }
}
