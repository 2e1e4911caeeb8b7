//! Shipments: parcels of an order with their tracking numbers.

use serde_json::{Map, Value, json};

use crate::tools::parts;

pub(super) mod batch_create;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod import;
pub(super) mod list;
pub(super) mod update;

/// Which shipment.
fn shipment_id() -> Value {
    parts::id("From `shipments.list`.")
}

/// The shipment in the arguments; nothing when it is no object, which the schema tells.
fn shipment(arguments: &Map<String, Value>) -> Option<&Map<String, Value>> {
    arguments.get("shipment").and_then(Value::as_object)
}

/// Take more of a line than is left.
fn allow_excess() -> Value {
    json!({"type": "boolean", "description": "More than is left."})
}
