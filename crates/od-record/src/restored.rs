//! New records that are given as another one was read: what was deleted and is to be there again, or is to be copied.
//!
//! Some of what a read showed only Order Desk sets. In a record with a date that Order Desk keeps, which was read, that is left out,
//! and said. In one without, it is somebody's wish, and is refused.
//!
//! The id is refused, as an order's is: whoever gives it may mean the record that has it, and a change that was meant for one that is
//! there would make a second one. What no documentation tells of is judged like any other unknown name.

use serde_json::{Map, Value};

use crate::field::{Field, find};
use crate::merge::is_blank;
use crate::number::canonical;
use crate::problem::{Problem, below};

#[cfg(test)]
mod tests;

/// Dates that Order Desk keeps: who has one has read the record.
const DATES: [&str; 2] = ["date_added", "date_updated"];
/// What a new record gets of its own, or tells by where it is put.
const GIVEN_ANEW: [&str; 5] = ["order_id", "store_id", "weight_unit", "date_added", "date_updated"];

/// Takes out of a record that was read what cannot be given to a new one, and what says nothing; says which that was. `what` is
/// what the new one is called.
pub(crate) fn take_out(fields: &mut Map<String, Value>, table: &'static [Field], what: &str) -> Option<String> {
    let holds = |value: &Value| !is_blank(value);
    if !DATES.iter().any(|date| fields.get(*date).is_some_and(holds)) {
        return None;
    }
    let (mut taken, mut lost) = (Vec::new(), Vec::new());
    fields.retain(|name, value| {
        match find(table, name) {
            // Blank it was read, and blank it is when it is left out.
            Some(field) if field.closed.is_none() => return holds(value),
            Some(_) if name != "id" => {}
            _ => return true,
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

/// Takes the id out of a new record, and says that it has to be left out. `update` changes the record that has it.
pub(crate) fn refuse_id(fields: &mut Map<String, Value>, update: &str, at: &str) -> Option<Problem> {
    let id = fields.shift_remove("id").filter(|id| !is_blank(id));
    id.map(|_| {
        let rule = format!(
            "is the id of one that is there or was. To change that one use {update}; to add another one like it, or one that was \
             deleted, leave the id out"
        );
        Problem::new(below(at, "id"), rule)
    })
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
