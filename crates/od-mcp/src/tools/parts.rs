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
            "limit": schema::limit(),
            "offset": schema::offset(),
            "layout": schema::layout(),
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

/// `data` of a part that was added, changed or deleted.
pub(super) fn changed(member: &str) -> Value {
    let mut properties = json!({"changes": {"type": "array"}});
    properties[member] = json!({"type": "object"});
    schema::data(properties)
}
