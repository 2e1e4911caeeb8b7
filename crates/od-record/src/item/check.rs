//! Judges what a caller names of a line against its documented fields, without knowing the line.

use serde_json::{Map, Value};

use super::fields::FIELDS;
use crate::check::{Fields, blanked};
use crate::identifier::{id_text, same_id};
use crate::names::NameOf;
use crate::problem::{Problem, below};

#[cfg(test)]
mod tests;

/// Everything that is wrong with the fields of a new item, with JSON Pointers below `at`. Its id is judged beside the order, by
/// [`foreign_id`].
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

/// Whether a new line carries an id, of no line that the order has: there is nothing to do with it. The order's lines have these
/// `ids`.
///
/// # Errors
/// That it is one of them, with a pointer below `at`: then that line was meant, or a copy of it, and nobody can know which.
pub fn foreign_id(item: &Map<String, Value>, mut ids: impl Iterator<Item = String>, at: &str) -> Result<bool, Problem> {
    let Some(id) = item.get("id").and_then(id_text) else {
        return Ok(false);
    };
    if ids.any(|line| same_id(&line, &id)) {
        return Err(Problem::new(
            below(at, "id"),
            "is that of a line of this order: to change it, change the line; to add another one, leave id out",
        ));
    }
    Ok(true)
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

/// A line that the order does not have yet. It may carry the id of a line of another order; whether it does, only the order tells.
pub(crate) fn new_line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
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
