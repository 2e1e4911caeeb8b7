//! Judges what a caller names of a line against its documented fields, without knowing the line.

use serde_json::{Map, Value};

use super::fields::FIELDS;
use crate::check::{Fields, blanked};
use crate::names::NameOf;
use crate::problem::{Problem, below};

#[cfg(test)]
mod tests;

/// Everything that is wrong with the fields of a new item, with JSON Pointers below `at`.
pub fn judge_new(item: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    new_line(item, at, &mut problems);
    problems
}

/// Everything that is wrong with a change to an item, whatever item it is for.
pub fn judge_change(item: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if item.is_empty() {
        problems.push(Problem::new(at, "must name at least one field to change"));
    }
    if item.contains_key("id") {
        problems.push(Problem::new(
            below(at, "id"),
            "cannot be changed: item_id says which item is meant",
        ));
    }
    problems.extend(blanked(item, "name", "an item needs a name", at));
    line(item, at, &mut problems);
    problems
}

/// Fields of a line, new or not.
pub(crate) fn line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    let fields = Fields {
        what: "an order item",
        of: NameOf::OrderItem,
        table: FIELDS,
        // A line holds no list of records.
        rows: |_, _, _, _| (),
    };
    fields.judge(given, at, problems);
}

/// A line that the order does not have yet.
pub(crate) fn new_line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    if given.contains_key("id") {
        problems.push(Problem::new(
            below(at, "id"),
            "cannot be chosen: Order Desk gives a new line its id",
        ));
    }
    problems.extend(without_name(given, at));
    line(given, at, problems);
}

/// The fault of a new line that has no name.
pub(crate) fn without_name(given: &Map<String, Value>, at: &str) -> Option<Problem> {
    let named = match given.get("name") {
        Some(Value::String(name)) => !name.trim().is_empty(),
        // Of the wrong type, which is reported for itself.
        Some(other) => !other.is_null(),
        None => false,
    };
    (!named).then(|| Problem::new(below(at, "name"), "is missing: a new line needs a name"))
}
