//! A client's file as text that is changed in places: comments, order, layout and numbers of everything else stay to the
//! letter.

mod json;
mod toml;

use serde_json::{Map, Value};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// JSON, and with some clients comments in it.
    Json,
    /// TOML.
    Toml,
}

/// A text that was understood.
pub enum Document {
    /// One in JSON.
    Json(json::Document),
    /// One in TOML.
    Toml(toml::Document),
}

impl Document {
    /// Understands a text, an empty one as a file that says nothing yet.
    ///
    /// # Errors
    /// Why it cannot be changed.
    pub fn parse(notation: Notation, text: &str) -> Result<Self, String> {
        match notation {
            Notation::Json => json::Document::parse(text).map(Self::Json),
            Notation::Toml => toml::Document::parse(text).map(Self::Toml),
        }
    }

    /// What it says.
    pub fn value(&self) -> &Map<String, Value> {
        match self {
            Self::Json(document) => document.value(),
            Self::Toml(document) => document.value(),
        }
    }

    /// The text that says this instead, changed in no other place.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn saying(self, value: &Map<String, Value>) -> Result<String, String> {
        match self {
            Self::Json(document) => document.saying(value),
            Self::Toml(document) => document.saying(value),
        }
    }
}
