//! The last error that a service reported.

use serde_json::{Value, json};

use super::super::days::told;
use super::timeline::{Event, Kind, shortened};

#[cfg(test)]
mod tests;

/// Beginnings of words that tell of a failure.
const WORDS: [&str; 13] = [
    "error",
    "fail",
    "reject",
    "invalid",
    "unable",
    "declin",
    "denied",
    "refus",
    "missing",
    "exception",
    "unauthorized",
    "unsupported",
    "undeliverable",
];
/// The same in several words.
const PHRASES: [&str; 7] = [
    "could not",
    "couldn't",
    "cannot",
    "not found",
    "out of stock",
    "timed out",
    "not accepted",
];
/// What says that there was none.
const NONE: [&str; 6] = [
    "no error",
    "0 error",
    "without error",
    "errors: 0",
    "no failure",
    "0 failed",
];

/// An event that tells of an error.
pub(super) struct Reported<'a> {
    event: &'a Event,
    /// Events after it, the newest first.
    after: &'a [Event],
}

impl Reported<'_> {
    /// Whether a parcel was sent after it.
    pub(super) fn is_overcome(&self) -> bool {
        self.after.iter().any(|event| event.kind == Kind::Shipment)
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "at": self.event.at.map(told),
            "by": self.event.by,
            "text": shortened(&self.event.text),
            "events_after": self.after.len(),
            "shipped_after": self.is_overcome(),
        })
    }
}

/// The newest entry of the history that tells of an error. `events` have the newest first.
pub(super) fn last(events: &[Event]) -> Option<Reported<'_>> {
    let tells = |event: &Event| matches!(event.kind, Kind::History | Kind::FolderMove) && tells_of_one(&event.text);
    let at = events.iter().position(tells)?;
    Some(Reported {
        event: &events[at],
        after: &events[..at],
    })
}

fn tells_of_one(text: &str) -> bool {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    if NONE.iter().any(|none| text.contains(none)) {
        return false;
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.iter().any(|beginning| word.starts_with(beginning)))
        || PHRASES.iter().any(|phrase| text.contains(phrase))
}
