//! What a person is asked to agree to.

use std::fmt;

use od_record::text::named;
use serde_json::{Map, Value};

/// What would be done, in our words, and what a person knows the record by, in those of shoppers and shops.
///
/// The two are kept apart: an error goes to a model, and its message says nothing that a stranger wrote. `Display` is our
/// words alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects {
    text: String,
    known_by: Vec<(&'static str, Value)>,
}

impl Effects {
    /// Effects on a record that has such a number, name or total.
    pub(crate) fn on(text: String, known_by: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Self {
        let known_by = known_by.into_iter();
        Self {
            text,
            known_by: known_by
                .map(|(what, value)| (what, value.unwrap_or_default()))
                .collect(),
        }
    }

    /// The question for a person. What strangers wrote comes last, in quotes that it cannot close, where it can pass for nothing
    /// else.
    pub fn question(&self) -> String {
        let known_by = self.known_by.iter();
        let known_by: Vec<_> = known_by
            .map(|(what, value)| format!("{what} {}", named(Some(value))))
            .collect();
        if known_by.is_empty() {
            return self.text.clone();
        }
        format!("{} It is known by {}.", self.text, known_by.join(", "))
    }

    /// What the record is known by, for the error's details.
    pub(crate) fn known_by(&self) -> Option<Map<String, Value>> {
        let known_by = self.known_by.iter().cloned();
        let known_by: Map<_, _> = known_by.map(|(what, value)| (what.to_owned(), value)).collect();
        (!known_by.is_empty()).then_some(known_by)
    }
}

impl From<String> for Effects {
    fn from(text: String) -> Self {
        Self::on(text, [])
    }
}

impl fmt::Display for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
