//! Inventory items, which are a store's products.

use od_engine::shape;
use serde_json::{Map, Value, json};

use crate::tool::Hints;
use crate::tools::schema;

pub(super) mod batch_update;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;
pub(super) mod update;

/// Which inventory item.
fn product_id() -> Value {
    json!({
        "type": "string",
        "pattern": schema::DIGITS,
        "maxLength": 20,
        "description": "From `products.list`; not the code.",
    })
}

/// Fields of an inventory item.
fn product(description: &str) -> Value {
    schema::record(shape::product(), description)
}

/// `data` of an inventory item that was added or changed.
fn changed() -> Value {
    schema::data(json!({
        "product": {"type": "object"},
        "changes": {"type": "array"},
    }))
}

/// The hints of a change: values are set, not added up, so that twice is as once.
const SETS: Hints = Hints {
    read_only: false,
    destructive: true,
    idempotent: true,
    open_world: true,
};

/// The object in an argument; nothing when it is of another type, which the schema tells.
fn object<'a>(arguments: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    arguments.get(name).and_then(Value::as_object)
}
