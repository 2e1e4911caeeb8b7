//! Order items: the lines of an order, one at a time.

use serde_json::{Map, Value};

use crate::tools::parts;

pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;
pub(super) mod update;

/// Which item.
fn item_id() -> Value {
    parts::id("From `order_items.list`.")
}

/// The item in the arguments; nothing when it is no object, which the schema tells.
fn item(arguments: &Map<String, Value>) -> Option<&Map<String, Value>> {
    arguments.get("item").and_then(Value::as_object)
}
