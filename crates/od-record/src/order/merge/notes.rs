//! Notes of an order: they are appended, never changed, and never twice.

use serde_json::{Map, Value};

use super::Draft;
use crate::order::limits;
use crate::problem::below;
use crate::text::clean_text;

const NOTES: &str = "order_notes";

impl Draft<'_> {
    pub(super) fn append_notes(&mut self, given: &[Value], at: &str) {
        for (index, note) in given
            .iter()
            .enumerate()
            .filter_map(|(index, note)| Some((index, note.as_object()?)))
        {
            self.append_note(note, &below(at, index));
        }
    }

    pub(super) fn append_note(&mut self, given: &Map<String, Value>, at: &str) {
        let Some(mut notes) = self.list(NOTES, at) else { return };
        let wanted = folded(given.get("content"));
        if notes.iter().any(|note| folded(note.get("content")) == wanted) {
            self.warnings.push(format!(
                "{at}: the order already has a note with this text; it was not added again"
            ));
            return;
        }
        notes.push(Value::Object(signed(given, self.username)));
        if let Some(message) = limits::all_notes(&notes) {
            self.fault(&below(at, "content"), message);
            return;
        }
        self.put_list(NOTES, notes);
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
}

/// The note as it is uploaded: Order Desk dates it when the caller does not.
fn signed(given: &Map<String, Value>, username: &str) -> Map<String, Value> {
    let mut note = given.clone();
    note.retain(|_, value| !value.is_null());
    note.entry("username").or_insert_with(|| username.into());
    note
}

/// A note's text as notes are compared: without case and hidden characters, and with single spaces.
fn folded(content: Option<&Value>) -> String {
    let text = content.and_then(Value::as_str).unwrap_or_default();
    clean_text(text)
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
