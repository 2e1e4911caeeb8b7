//! Judges what a caller names of a shipment against its documented fields, without knowing the shipment.

use serde_json::{Map, Value};

use super::fields::{CONTENT, FIELDS};
use super::restored::take_out;
use crate::check::{Fields, blanked, list};
use crate::field::Kind;
use crate::names::NameOf;
use crate::number;
use crate::problem::{Problem, below};
use crate::restored::refuse_id;

#[cfg(test)]
mod tests;

/// Everything that is wrong with the fields of a new shipment, with JSON Pointers below `at`. What is left out of one that was
/// read ([`take_out`]) is not.
pub fn judge_new(shipment: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut shipment = shipment.clone();
    let mut problems: Vec<_> = refuse_id(&mut shipment, "shipments_update", at).into_iter().collect();
    take_out(&mut shipment);
    let shipment = &shipment;
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
