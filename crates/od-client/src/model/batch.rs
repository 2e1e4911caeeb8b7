//! Batch replies: success outside, possibly failures inside.

use serde_json::{Map, Value};

use super::record::{take_text, text};

/// The answer to a batch. Its rows need not come in the order of the request, and a batch may answer without any.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchReply {
    /// Order Desk's message for the whole batch.
    pub message: Option<String>,
    /// One result per record, when Order Desk told.
    pub results: Vec<RowResult>,
}

/// What became of one record of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct RowResult {
    /// False only when the row says so.
    pub accepted: bool,
    /// Order Desk's words.
    pub message: Option<String>,
    /// The whole row; ids and tracking numbers may be echoed in it.
    pub row: Map<String, Value>,
}

impl BatchReply {
    pub(crate) fn from_envelope(mut envelope: Map<String, Value>) -> Self {
        let rows = match envelope.remove("results") {
            Some(Value::Array(rows)) => rows,
            _ => Vec::new(),
        };
        let results = rows.into_iter().map(RowResult::from_value).collect();
        Self {
            message: take_text(&mut envelope, "message"),
            results,
        }
    }
}

impl RowResult {
    fn from_value(value: Value) -> Self {
        let row = match value {
            Value::Object(row) => row,
            other => Map::from_iter([("message".to_owned(), other)]),
        };
        let failed = row
            .get("status")
            .and_then(Value::as_str)
            .is_some_and(|text| text.eq_ignore_ascii_case("error"));
        Self {
            accepted: !failed,
            message: row.get("message").and_then(text),
            row,
        }
    }
}
