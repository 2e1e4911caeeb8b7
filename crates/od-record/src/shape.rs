//! Where a record cannot hold text, so that text found there is another spelling of what it can hold.
//!
//! Each function gives a JSON Schema that says nothing but `type`, `properties`, `items` and `enum`, and only of places that
//! take objects, lists, whole numbers or one of some words. A place that is not named may hold text, or nobody knows what it
//! may hold. In records null clears; a place marked with [`ABSENT`] is an argument beside them, and null there is as if it was
//! left out.

use serde_json::{Map, Value, json};

use crate::field::{Field, Kind};
use crate::order::Op;
use crate::order::fields::{DISCOUNT, NOTE, ORDER};
use crate::{item, product, shipment};

#[cfg(test)]
mod tests;

/// The keyword of a place where null means that nothing was said.
pub const ABSENT: &str = "nullIsAbsent";

/// An order.
pub fn order() -> Value {
    record(ORDER)
}

/// A line of an order.
pub fn line() -> Value {
    record(item::FIELDS)
}

/// A shipment.
pub fn shipment() -> Value {
    let mut shape = record(shipment::FIELDS);
    shape["properties"]["order_items"] = list(record(shipment::CONTENT));
    shape
}

/// An inventory item.
pub fn product() -> Value {
    record(product::FIELDS)
}

/// A change to one of several inventory items, with the stock it is expected to have.
pub fn product_row() -> Value {
    let mut shape = product();
    shape["properties"]["expected_stock"] = json!({"type": "integer", (ABSENT): true});
    shape
}

/// A step of a change to an order. Its arguments are named alike in all operations that have them.
pub fn op() -> Value {
    let arguments = [
        ("fields", order()),
        ("address", object()),
        ("items", list(line())),
        ("item_ids", list(id())),
        ("values", object()),
        ("discounts", list(record(DISCOUNT))),
        ("index", id()),
        ("destination_folder_id", id()),
        // Of these only is known what null means.
        ("address_type", json!({})),
        ("content", json!({})),
        ("username", json!({})),
        ("destination_folder_name", json!({})),
    ];
    let properties: Map<String, Value> = arguments
        .into_iter()
        .map(|(name, mut argument)| {
            argument[ABSENT] = true.into();
            (name.to_owned(), argument)
        })
        .collect();
    let mut shape = json!({"type": "object", "properties": properties});
    shape["properties"]["op"] = json!({"type": "string", "enum": Op::names().collect::<Vec<_>>()});
    shape
}

fn record(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), of(field)?)))
        .collect();
    json!({"type": "object", "properties": properties})
}

/// A closed field is compared with what is stored, whatever that is.
fn of(field: &Field) -> Option<Value> {
    match field.kind {
        Kind::Integer | Kind::Id => Some(id()),
        _ if field.closed.is_some() => None,
        // An empty one is shown as a list.
        Kind::Labels | Kind::Metadata => Some(json!({"type": ["object", "array"]})),
        Kind::Address(_) => Some(object()),
        Kind::Discounts => Some(list(record(DISCOUNT))),
        Kind::Notes => Some(list(record(NOTE))),
        Kind::Lines => Some(list(record(item::FIELDS))),
        Kind::Text
        | Kind::Identifier
        | Kind::Number
        | Kind::Amount
        | Kind::Date
        | Kind::Moment
        | Kind::Choice(_)
        | Kind::CardDigits => None,
    }
}

fn object() -> Value {
    json!({"type": "object"})
}

fn list(items: Value) -> Value {
    let mut list = json!({"type": "array"});
    list["items"] = items;
    list
}

/// A whole number that may be written as text.
fn id() -> Value {
    json!({"type": ["integer", "string"]})
}
