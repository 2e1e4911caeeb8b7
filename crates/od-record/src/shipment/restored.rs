//! A shipment that is given as it was read, so that one that was deleted is there again.

use serde_json::{Map, Value, json};

use super::contents::CONTENTS;
use super::fields::{CONTENT, FIELDS};
use crate::field::find;
use crate::restored;

#[cfg(test)]
mod tests;

/// Takes out of a shipment that was read what cannot be given to a new one; says what that was. What it holds becomes a list, as it is
/// sent.
pub fn take_out(fields: &mut Map<String, Value>) -> Option<String> {
    let told = restored::take_out(fields, FIELDS, "shipment")?;
    if let Some(contents) = fields.get_mut(CONTENTS) {
        *contents = listed(contents.take());
    }
    Some(told)
}

/// Order Desk shows contents as a list or as an object, by place or by id; an entry without a quantity is one piece.
fn listed(contents: Value) -> Value {
    let plain = |mut entry: Map<String, Value>| {
        entry.retain(|name, _| find(CONTENT, name).is_some());
        entry.entry("quantity").or_insert_with(|| 1.into());
        Value::Object(entry)
    };
    let of_place = |entry: Value| match entry {
        Value::Object(entry) => plain(entry),
        other => other,
    };
    match contents {
        Value::Array(entries) => entries.into_iter().map(of_place).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, entry)| match entry {
                Value::Object(entry) => plain(entry),
                quantity => json!({ "id": key, "quantity": quantity }),
            })
            .collect(),
        other => other,
    }
}
