//! What the tools for items and shipments share: both are parts of an order.

use serde_json::{Value, json};

use crate::tool::Hints;
use crate::tools::schema;

/// Adds something; twice adds two.
pub(super) const ADDS: Hints = Hints {
    read_only: false,
    destructive: false,
    idempotent: false,
    open_world: true,
};

/// Sets values; twice is as once.
pub(super) const SETS: Hints = Hints {
    read_only: false,
    destructive: true,
    idempotent: true,
    open_world: true,
};

/// Arguments of a list.
pub(super) fn list_arguments() -> Value {
    schema::arguments(
        json!({
            "order_id": schema::order_id(),
            "limit": {"type": "integer", "minimum": 1, "maximum": 500, "default": 50, "description": "Per page."},
            "offset": {"type": "integer", "minimum": 0, "default": 0, "description": "To skip."},
            "store": schema::store(),
            "fresh": schema::fresh(),
        }),
        &["order_id"],
    )
}

/// An id of a part of an order.
pub(super) fn id(description: &str) -> Value {
    json!({"type": "string", "pattern": schema::DIGITS, "maxLength": 20, "description": description})
}

/// Fields of a part of an order.
pub(super) fn fields(description: &str) -> Value {
    json!({"type": "object", "additionalProperties": true, "description": description})
}

/// A person agreed.
pub(super) fn confirm() -> Value {
    json!({"type": "boolean", "default": false, "description": "If the client cannot ask: true once a person agreed to \
                                                                this."})
}

/// `data` of a part that was added, changed or deleted.
pub(super) fn changed(member: &str) -> Value {
    let mut properties = json!({"changes": {"type": "array"}});
    properties[member] = json!({"type": "object"});
    schema::data(properties)
}
