//! New records that are given as another one was read: what was deleted and is to be there again, or is to be copied.
//!
//! Some of what a read showed only Order Desk sets. In a record with a date that Order Desk keeps, which was read, that is left out,
//! and said. In one without, it is somebody's wish, and is refused.
//!
//! The id is left out too: Order Desk gives the new record another one. What is still there is not made twice, for it is known by
//! what it is really told by: an inventory item by its code, a shipment by its tracking number, and one without a number by its id,
//! which is compared with the order's before it is left out.

use serde_json::{Map, Value};

use crate::field::{Field, find};
use crate::merge::is_blank;
use crate::number::canonical;

#[cfg(test)]
mod tests;

/// Dates that Order Desk keeps: who has one has read the record.
const DATES: [&str; 2] = ["date_added", "date_updated"];
/// What a new record gets of its own, or tells by where it is put.
const GIVEN_ANEW: [&str; 6] = [
    "id",
    "order_id",
    "store_id",
    "weight_unit",
    "date_added",
    "date_updated",
];

/// Takes out of a record that was read what cannot be given to a new one, and what says nothing; says which that was. `what` is
/// what the new one is called.
pub(crate) fn take_out(fields: &mut Map<String, Value>, table: &'static [Field], what: &str) -> Option<String> {
    let holds = |value: &Value| !is_blank(value);
    if !DATES.iter().any(|date| fields.get(*date).is_some_and(holds)) {
        return None;
    }
    let (mut taken, mut lost) = (Vec::new(), Vec::new());
    fields.retain(|name, value| {
        if find(table, name).is_some_and(|field| field.closed.is_none()) {
            // Blank it was read, and blank it is when it is left out.
            return holds(value);
        }
        taken.push(name.clone());
        let says = holds(value) && canonical(value).as_deref() != Some("0");
        if says && !GIVEN_ANEW.contains(&name.as_str()) {
            lost.push(name.clone());
        }
        false
    });
    Some(left_out(what, &taken, &lost))
}

/// Says what was left out of a new record, and what of it nothing else tells.
pub(crate) fn left_out(what: &str, taken: &[String], lost: &[String]) -> String {
    let lost = if lost.is_empty() {
        String::new()
    } else {
        format!(". The new {what} has nothing of what was in {}", lost.join(", "))
    };
    format!(
        "{what}: only Order Desk sets these, so they were left out of the new {what}: {}{lost}",
        taken.join(", ")
    )
}
