//! Notes of an order: they are appended, never changed, and never twice. One is taken back by its own text, never by likeness.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::date::moment;
use crate::order::limits;
use crate::problem::below;
use crate::rows::rows;
use crate::text::{clean_text, shows_as};

#[cfg(test)]
mod tests;

const NOTES: &str = "order_notes";

impl Draft<'_> {
    pub(super) fn append_notes(&mut self, given: &[Value], at: &str) {
        if given.is_empty() && !rows(self.record.get(NOTES)).is_empty() {
            self.warnings.push(format!(
                "{at}: an empty list names no note, so the notes were left alone; remove_note takes one back"
            ));
        }
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
        notes.push(Value::Object(signed(given, self.username())));
        if let Some(message) = limits::all_notes(&notes) {
            self.fault(&below(at, "content"), message);
            return;
        }
        self.put_list(NOTES, notes);
    }

    /// Takes the note with exactly this text, as it is stored or as a reply showed it. Of several with the text, `index` says
    /// which: its place among the notes as they were read.
    pub(super) fn remove_note(&mut self, content: &str, index: Option<usize>, at: &str) {
        let Some(mut notes) = self.list(NOTES, at) else { return };
        let mut places: Vec<usize> = (0..notes.len() + self.removed_notes.len()).collect();
        places.retain(|place| !self.removed_notes.contains(place));
        let text = Value::from(content);
        let is_it = |note: &Value| note.get("content").is_some_and(|stored| shows_as(stored, &text));
        let with_text: Vec<usize> = (0..notes.len()).filter(|&note| is_it(&notes[note])).collect();
        let listed = || {
            with_text
                .iter()
                .map(|&note| places[note].to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found = match index {
            Some(index) => with_text.iter().copied().find(|&note| places[note] == index),
            None if with_text.len() == 1 => with_text.first().copied(),
            None => None,
        };
        match found {
            Some(note) => {
                self.removed_notes.push(places[note]);
                notes.remove(note);
                self.put_list(NOTES, notes);
            }
            None if with_text.is_empty() => {
                let wanted = folded(Some(&text));
                let alike = (0..notes.len()).find(|&note| folded(notes[note].get("content")) == wanted);
                let message = match alike {
                    Some(note) => format!(
                        "no note has exactly this text; the one at index {} differs in capitals or blanks",
                        places[note]
                    ),
                    None => format!(
                        "no note has exactly this text; the order has {} notes, as orders_get shows",
                        notes.len()
                    ),
                };
                self.fault(&below(at, "content"), message);
            }
            None if index.is_some() => {
                let message = format!("another note is there; the one with this text is at index {}", listed());
                self.fault(&below(at, "index"), message);
            }
            None => {
                let message = format!(
                    "is missing: {} notes have this text, at index {}",
                    with_text.len(),
                    listed()
                );
                self.fault(&below(at, "index"), message);
            }
        }
    }
}

/// The note as it is uploaded: Order Desk dates it when the caller does not. Its own way of writing a moment has no zone.
fn signed(given: &Map<String, Value>, username: &str) -> Map<String, Value> {
    let mut note = given.clone();
    note.retain(|_, value| !value.is_null());
    if let Some(date) = note.get_mut("date_added")
        && let Some(sent) = date.as_str().and_then(moment)
    {
        *date = sent.into();
    }
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
