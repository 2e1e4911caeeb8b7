//! The fields of an inventory item, and what a caller may do with them.
//!
//! Source: Order Desk API reference, "Inventory Items". Items may hold further fields; those survive every change but
//! cannot be named in one.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::check::{Fields, blanked};
use crate::field::{Field, Kind, closed, identifier, open, text};
use crate::identifier::tidy;
use crate::names::NameOf;
use crate::problem::{Problem, below};
use crate::restored;
use crate::verify::Leniency;

#[cfg(test)]
mod tests;

/// Who changed an item last, as this server tells Order Desk.
pub const WRITER: &str = "orderdesk-mcp";

const KEPT: &str = "is kept by Order Desk";

/// The documented fields.
pub(crate) const FIELDS: &[Field] = &[
    closed(
        "id",
        Kind::Id,
        "is the inventory item's identity and is given by Order Desk",
    ),
    text("name"),
    identifier("code"),
    open("price", Kind::Number),
    open("cost", Kind::Number),
    open("weight", Kind::Number),
    open("stock", Kind::Integer),
    open("metadata", Kind::Metadata),
    open("variation_list", Kind::Labels),
    text("location"),
    identifier("manufacturer_sku"),
    text("update_source"),
    closed("date_added", Kind::Text, KEPT),
    closed("date_updated", Kind::Text, KEPT),
];

const KNOWN: Fields = Fields {
    what: "an inventory item",
    of: NameOf::InventoryItem,
    table: FIELDS,
    // An inventory item holds no list of records.
    rows: |_, _, _, _| (),
};

/// What does not count when an item is read back.
pub const LENIENCY: Leniency<'static> = Leniency {
    left_out: &["date_updated"],
    tables: &[FIELDS],
};

/// What Order Desk demands of every inventory item.
const REQUIRED: [&str; 2] = ["name", "code"];
const NEEDED: &str = "an inventory item needs a name and a code";

/// Takes out of an item that was read what cannot be given to a new one; says what that was.
pub fn take_out(given: &mut Map<String, Value>) -> Option<String> {
    restored::take_out(given, FIELDS, "inventory item")
}

/// Everything that is wrong with a new item. What is left out of one that was read is not.
pub fn judge_new(given: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut given = given.clone();
    let mut problems: Vec<_> = restored::refuse_id(&mut given, "products_update", at)
        .into_iter()
        .collect();
    take_out(&mut given);
    let given = &given;
    for name in REQUIRED.into_iter().filter(|name| is_blank(given.get(*name))) {
        problems.push(Problem::new(below(at, name), format!("is missing: {NEEDED}")));
    }
    let code = given.get("code").and_then(Value::as_str).unwrap_or_default();
    problems.extend(unsearchable(code).map(|message| Problem::new(below(at, "code"), message)));
    KNOWN.judge(given, at, &mut problems);
    problems
}

/// Everything that is wrong with a change, whatever item it is for.
pub fn judge_change(given: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if given.is_empty() {
        problems.push(Problem::new(at, "must name at least one field to change"));
    }
    KNOWN.judge(given, at, &mut problems);
    problems.extend(REQUIRED.into_iter().filter_map(|name| blanked(given, name, NEEDED, at)));
    problems
}

/// Why a code cannot be looked up: Order Desk's search takes a comma list and has no escape.
pub fn unsearchable(code: &str) -> Option<&'static str> {
    code.contains(',')
        .then_some("must not hold a comma: Order Desk could not search for it, and order lines would not find the item")
}

/// An item's code (SKU), which may stand there as a number.
pub fn code(item: &Map<String, Value>) -> Cow<'_, str> {
    match item.get("code") {
        Some(Value::String(code)) => Cow::Borrowed(tidy(code)),
        Some(Value::Number(code)) => Cow::Owned(code.to_string()),
        _ => Cow::Borrowed(""),
    }
}

/// Notes who writes, unless the caller has.
pub(super) fn sign(item: &mut Map<String, Value>, given: &Map<String, Value>) {
    if !given.contains_key("update_source") {
        item.insert("update_source".to_owned(), WRITER.into());
    }
}

fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        // Of the wrong type, which is reported for itself.
        Some(_) => false,
    }
}
