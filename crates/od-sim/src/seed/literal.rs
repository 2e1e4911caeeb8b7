//! How the seed writes dates and records.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::clock::date_time;
use crate::model::fields::Record;

/// `ago` before the simulated present, in the format of replies.
pub(crate) fn date(now: Timestamp, ago: SignedDuration) -> String {
    date_time(now.saturating_sub(ago).unwrap_or(Timestamp::MIN))
}

/// An object literal as a record.
pub(crate) fn record(value: Value) -> Record {
    match value {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}
