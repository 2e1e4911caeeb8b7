//! Records as Order Desk sends them: JSON objects with typed views.
//!
//! No record is a closed struct. An update replaces the whole record, so a field this crate does not know must survive
//! from a read to the next write, in its place, with its type. The views tolerate what real replies do: numbers as
//! text and the reverse, and `[]` for an empty map.

pub(crate) mod batch;
pub(crate) mod id;
pub(crate) mod inventory;
pub(crate) mod order;
pub(crate) mod order_query;
mod record;
pub(crate) mod store;

use serde_json::{Map, Value};

/// What a create answers. Order Desk documents no record in the answer of most creates, and sends one with some.
#[derive(Debug, Clone, PartialEq)]
pub struct Created<T> {
    /// The record as stored, with its id, when the answer held it; otherwise it is found by listing.
    pub record: Option<T>,
    /// Order Desk's message, such as `Shipment Added`.
    pub message: Option<String>,
}

impl<T> Created<T> {
    /// From the envelope of a create whose record, if any, is under `member`.
    pub(crate) fn from_envelope(
        mut envelope: Map<String, Value>,
        member: &str,
        record: fn(Map<String, Value>) -> T,
    ) -> Self {
        let message = record::take_text(&mut envelope, "message");
        let object = match envelope.remove(member) {
            Some(Value::Object(object)) if !object.is_empty() => Some(object),
            _ => None,
        };
        Self {
            record: object.map(record),
            message,
        }
    }
}
