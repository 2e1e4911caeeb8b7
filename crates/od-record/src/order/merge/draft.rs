//! An order while a change is being laid over it.

use serde_json::{Map, Value};

use crate::problem::Problem;

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

/// An order while a change is being laid over it.
pub(super) struct Draft<'a> {
    pub(super) record: Map<String, Value>,
    pub(super) warnings: Vec<String>,
    pub(super) problems: Vec<Problem>,
    /// The places, as they were read, of notes that are gone.
    pub(super) removed_notes: Vec<usize>,
    /// The ids of lines that are gone.
    pub(super) removed_lines: Vec<String>,
    username: &'a str,
}

impl<'a> Draft<'a> {
    /// Before anything is changed.
    pub(super) fn of(record: Map<String, Value>, defaults: &NoteDefaults<'a>) -> Self {
        Self {
            record,
            warnings: Vec::new(),
            problems: Vec::new(),
            removed_notes: Vec::new(),
            removed_lines: Vec::new(),
            username: defaults.username,
        }
    }

    /// Who signs notes that nobody signed.
    pub(super) fn username(&self) -> &'a str {
        self.username
    }

    /// The list in a field of the order. Absent and blank are empty; for anything else the change is refused.
    pub(super) fn list(&mut self, name: &str, at: &str) -> Option<Vec<Value>> {
        match self.record.get(name) {
            Some(Value::Array(list)) => Some(list.clone()),
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::String(text)) if text.is_empty() => Some(Vec::new()),
            Some(_) => {
                self.fault(at, format!("cannot be changed: the order's {name} is not a list"));
                None
            }
        }
    }

    /// Puts a list back where it was. An empty one is no reason to touch the record.
    pub(super) fn put_list(&mut self, name: &str, list: Vec<Value>) {
        match self.record.get_mut(name) {
            Some(current) if !list.is_empty() || current.is_array() => *current = Value::Array(list),
            None if !list.is_empty() => {
                self.record.insert(name.to_owned(), Value::Array(list));
            }
            _ => {}
        }
    }

    pub(super) fn fault(&mut self, at: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }

    pub(super) fn finished(self) -> Result<Applied, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(Applied {
                desired: self.record,
                warnings: self.warnings,
            })
        } else {
            Err(self.problems)
        }
    }
}
