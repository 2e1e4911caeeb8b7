//! The merge law: how a change is laid over an order. Pure; the order is a JSON record and stays one.
//!
//! Order Desk replaces the whole record on every update, so whatever is missing from an upload is lost. Hence:
//!
//! - What the caller did not name is never dropped, blanked, reordered or retyped; unknown fields survive.
//! - Objects merge deeply. An empty map, which Order Desk sends as `[]`, counts as an empty object and stays `[]` while
//!   it is empty.
//! - `null` clears: text becomes `""`, a number 0 (`"0"` where the record holds text), a map or the discounts `[]`, each
//!   part of an address `""`. Inside maps with free keys (`checkout_data`, `order_metadata`, `variation_list`,
//!   `metadata`) it removes the key.
//! - Lists of plain values and the discounts are replaced.
//! - Notes are appended, unless the order has one with the same text apart from case and spacing.
//! - An order item with an `id`, or with a `code` that exactly one line has, changes that line; another adds a line.
//!   Lines are removed only by `remove_items`. A list that names one line twice is refused.
//! - A number given for a numeric field takes the JSON type the record has there (`12` becomes `"12"` where the price is
//!   text), and one that equals the stored number leaves it as it is written.
//! - A text that equals what a reply showed of the stored one, without its control characters, leaves it as it is.

use serde_json::{Map, Value};

use super::buyer::has_name;
use super::card;
use super::change::Change;
use super::fields;
use super::limits;
use super::ops::Op;
use super::upload::same_record;
use crate::error::Error;
use crate::field::{Field, Kind, find};
use crate::merge::{self, is_empty_map};
use crate::problem::{Problem, below};

mod lines;
mod notes;
#[cfg(test)]
mod properties;
mod replace;
#[cfg(test)]
mod tests;

/// What new notes get when the caller does not say.
#[derive(Debug, Clone, Copy)]
pub struct NoteDefaults<'a> {
    /// Who signs the note.
    pub username: &'a str,
}

impl Default for NoteDefaults<'_> {
    fn default() -> Self {
        Self {
            username: "orderdesk-mcp",
        }
    }
}

/// A change laid over an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The whole order as it should be.
    pub desired: Map<String, Value>,
    /// What the caller should know, for example that a note was there already.
    pub warnings: Vec<String>,
}

/// Lays `change` over the order `base`. A move to another folder is not part of the record and leaves it as it is.
///
/// # Errors
/// Everything that cannot be done to this order, with JSON Pointers into the arguments; nothing is done then.
pub fn apply(base: &Map<String, Value>, change: &Change, defaults: &NoteDefaults<'_>) -> Result<Applied, Vec<Problem>> {
    let problems = change.problems();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut draft = Draft {
        record: base.clone(),
        warnings: Vec::new(),
        problems,
        username: defaults.username,
    };
    let root = match change {
        Change::Mutation(given) => {
            draft.merge(given, "/mutation");
            "/mutation"
        }
        Change::Ops(ops) => {
            for (index, op) in ops.iter().enumerate() {
                draft.run(op, &below("/ops", index));
            }
            "/ops"
        }
        Change::Replace(replacement) => {
            draft.replace(replacement, "/order");
            "/order"
        }
    };
    draft.stay_valid(base, root);
    draft.finished()
}

/// Lays `change` over `record`: the order as it was `read`, with other changes that wait laid over it already.
///
/// # Errors
/// [`Error::Overtaken`] when the order is not any more what a replacement was made from; else as for [`apply`].
pub fn lay_over(read: &Map<String, Value>, record: &Map<String, Value>, change: &Change) -> Result<Applied, Error> {
    if let Some(expected) = change.expected_date_updated() {
        let date_updated = read.get("date_updated").and_then(Value::as_str).unwrap_or_default();
        // A change that goes up together with this one overtakes it as well, though no date shows that yet.
        if date_updated != expected || !same_record(read, record) {
            return Err(Error::Overtaken {
                date_updated: date_updated.to_owned(),
            });
        }
    }
    Ok(apply(record, change, &NoteDefaults::default())?)
}

/// A new order of the fields `given`, which were judged before: what the merge law makes of them over nothing.
///
/// # Errors
/// Everything that does not fit, with JSON Pointers below `at`.
pub(super) fn compose(
    given: &Map<String, Value>,
    at: &str,
    defaults: &NoteDefaults<'_>,
) -> Result<Applied, Vec<Problem>> {
    let mut draft = Draft {
        record: Map::new(),
        warnings: Vec::new(),
        problems: Vec::new(),
        username: defaults.username,
    };
    draft.merge(given, at);
    draft.finished()
}

/// An order while a change is being laid over it.
struct Draft<'a> {
    record: Map<String, Value>,
    warnings: Vec<String>,
    problems: Vec<Problem>,
    username: &'a str,
}

impl Draft<'_> {
    fn run(&mut self, op: &Op, at: &str) {
        match op {
            Op::SetFields { fields } => self.merge(fields, &below(at, "fields")),
            Op::UpdateAddress { address_type, address } => {
                self.set(
                    address_type.field(),
                    &Value::Object(address.clone()),
                    &below(at, "address"),
                );
            }
            Op::AddItems { items } => self.add_lines(items, &below(at, "items")),
            Op::UpdateItems { items } => self.update_lines(items, &below(at, "items")),
            Op::RemoveItems { item_ids } => self.remove_lines(item_ids, &below(at, "item_ids")),
            Op::AddNote { content, username } => {
                let mut note = Map::from_iter([("content".to_owned(), content.as_str().into())]);
                if let Some(username) = username {
                    note.insert("username".to_owned(), username.as_str().into());
                }
                self.append_note(&note, at);
            }
            Op::SetCheckoutData { values } => {
                self.set("checkout_data", &Value::Object(values.clone()), &below(at, "values"));
            }
            Op::SetOrderMetadata { values } => {
                self.set("order_metadata", &Value::Object(values.clone()), &below(at, "values"));
            }
            Op::SetDiscounts { discounts } => {
                let discounts = discounts.iter().cloned().map(Value::Object).collect();
                self.set("discount_list", &Value::Array(discounts), &below(at, "discounts"));
            }
            // Runs after the upload, through Order Desk's own move.
            Op::MoveFolder(_) => {}
        }
    }

    fn merge(&mut self, given: &Map<String, Value>, at: &str) {
        for (name, value) in given {
            self.set(name, value, &below(at, name));
        }
    }

    fn set(&mut self, name: &str, given: &Value, at: &str) {
        let Some(field) = find(fields::ORDER, name) else {
            self.fault(at, "is not a known field of an order");
            return;
        };
        match (field.kind, given) {
            (Kind::Notes, Value::Array(notes)) => self.append_notes(notes, at),
            (Kind::Lines, Value::Array(lines)) => self.merge_lines(lines, at),
            (Kind::CardDigits, _) => card::set(&mut self.record, given),
            _ => self.set_field(field, given, at),
        }
    }

    fn set_field(&mut self, field: &'static Field, given: &Value, at: &str) {
        let before = self.record.get(field.name).cloned();
        if let Err(refused) = merge::set(&mut self.record, field, given) {
            self.fault(at, refused.0);
            return;
        }
        let after = self.record.get(field.name);
        if after != before.as_ref()
            && let Some(message) = after.and_then(|value| limits::map(field.name, value))
        {
            self.fault(at, message);
        }
        let stored_keys = before
            .as_ref()
            .and_then(Value::as_object)
            .is_some_and(|stored| !stored.is_empty());
        if stored_keys && is_empty_map(given) {
            let name = field.name;
            self.warnings.push(format!(
                "{at}: an empty object names nothing, so {name} was left alone; null empties it"
            ));
        }
    }

    /// Refuses a change after which the order would lack what Order Desk demands of every order.
    fn stay_valid(&mut self, base: &Map<String, Value>, root: &str) {
        if lines::any(base) && !lines::any(&self.record) {
            self.fault(
                root,
                "would leave the order without lines; add one in the same change, or delete the order",
            );
        }
        if has_name(base) && !has_name(&self.record) {
            let message =
                "would leave the order without a first name, last name or company in both customer and shipping";
            self.fault(root, message);
        }
    }

    fn finished(self) -> Result<Applied, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(Applied {
                desired: self.record,
                warnings: self.warnings,
            })
        } else {
            Err(self.problems)
        }
    }

    fn fault(&mut self, at: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }
}
