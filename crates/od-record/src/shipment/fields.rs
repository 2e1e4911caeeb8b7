//! The shipment record: its fields, and which of them a caller may set.
//!
//! Source: Order Desk API reference, "Shipments". Records may hold further fields; those survive every change but cannot
//! be named in one.

use serde_json::{Map, Value};

use super::restored::take_out;
use crate::check::{Fields, blanked, list};
use crate::field::{Field, Kind, closed, identifier, open, text};
use crate::names::NameOf;
use crate::number;
use crate::problem::{Problem, below};

#[cfg(test)]
mod tests;

const BY_ORDER_DESK: &str = "is given by Order Desk and cannot be chosen";
const OF_THE_LABEL: &str = "belongs to a label bought in Order Desk and cannot be set";

/// The documented fields.
pub const FIELDS: &[Field] = &[
    closed("id", Kind::Id, BY_ORDER_DESK),
    closed(
        "order_id",
        Kind::Id,
        "says which order the shipment belongs to and cannot be set here",
    ),
    closed("store_id", Kind::Id, BY_ORDER_DESK),
    identifier("tracking_number"),
    identifier("carrier_code"),
    text("shipment_method"),
    open("weight", Kind::Number),
    closed(
        "weight_unit",
        Kind::Text,
        "is the store's unit and cannot be set for a shipment",
    ),
    open("cost", Kind::Number),
    text("status"),
    text("tracking_url"),
    closed("label_format", Kind::Text, OF_THE_LABEL),
    closed("label_image", Kind::Text, OF_THE_LABEL),
    closed("print_status", Kind::Text, OF_THE_LABEL),
    open("order_items", Kind::Lines),
    closed(
        "cart_shipment_id",
        Kind::Id,
        "is given by the sales channel and cannot be set",
    ),
    closed("label_shipment_id", Kind::Id, OF_THE_LABEL),
    closed(
        "source",
        Kind::Text,
        "says where the shipment came from and cannot be set",
    ),
    open("date_shipped", Kind::Date),
    closed("date_added", Kind::Text, "is kept by Order Desk"),
];

/// One line of a shipment that holds only a part of the order.
pub(crate) const CONTENT: &[Field] = &[
    open("id", Kind::Id),
    identifier("code"),
    text("name"),
    open("quantity", Kind::Integer),
];

/// Everything that is wrong with the fields of a new shipment, with JSON Pointers below `at`. What is left out of one that was
/// read ([`take_out`]) is not.
pub fn judge_new(shipment: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut shipment = shipment.clone();
    take_out(&mut shipment);
    let shipment = &shipment;
    let mut problems = Vec::new();
    if !shipment.contains_key("tracking_number") {
        problems.push(Problem::new(
            below(at, "tracking_number"),
            "is missing: a shipment needs one; \"n/a\" stands for a parcel without tracking",
        ));
    }
    judge(shipment, at, &mut problems);
    problems
}

/// Everything that is wrong with a change to a shipment, whatever shipment it is for.
pub fn judge_change(shipment: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if shipment.is_empty() {
        problems.push(Problem::new(at, "must name at least one field to change"));
    }
    judge(shipment, at, &mut problems);
    problems
}

fn judge(shipment: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    let fields = Fields {
        what: "a shipment",
        of: NameOf::Shipment,
        table: FIELDS,
        rows: contents,
    };
    let reason = "\"n/a\" stands for a parcel without tracking";
    problems.extend(blanked(shipment, "tracking_number", reason, at));
    fields.judge(shipment, at, problems);
}

/// Which items of the order are in the parcel. None named means all of them.
fn contents(_: Kind, given: &Value, at: &str, problems: &mut Vec<Problem>) {
    if given.is_null() {
        return;
    }
    let message = "must be a list of the items in the parcel: [{\"id\": \"301\", \"quantity\": 1}]";
    list(given, at, problems, message, content);
}

fn content(line: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    if !line.contains_key("id") {
        problems.push(Problem::new(
            below(at, "id"),
            "is missing: which line of the order it is, as orders_get shows its id",
        ));
    }
    match line.get("quantity") {
        None => problems.push(Problem::new(
            below(at, "quantity"),
            "is missing: how many of the item are in the parcel",
        )),
        Some(quantity)
            if number::canonical(quantity).is_some_and(|number| number == "0" || number.starts_with('-')) =>
        {
            problems.push(Problem::new(below(at, "quantity"), "must be at least 1"));
        }
        // What is no number is reported below.
        Some(_) => {}
    }
    let fields = Fields {
        what: "an item of a shipment",
        of: NameOf::ShipmentLine,
        table: CONTENT,
        rows: |_, _, _, _| {},
    };
    fields.judge(line, at, problems);
}
