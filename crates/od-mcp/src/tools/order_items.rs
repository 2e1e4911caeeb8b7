//! Order items: the lines of an order, one at a time.

use serde_json::{Map, Value};

use crate::tool::ToolSpec;
use crate::tools::parts;

mod create;
mod delete;
mod get;
mod list;
mod update;

pub(super) fn tools() -> Vec<ToolSpec> {
    vec![
        list::tool(),
        get::tool(),
        create::tool(),
        update::tool(),
        delete::tool(),
    ]
}

/// Which item.
fn item_id() -> Value {
    parts::id("From `order_items.list`.")
}

/// The item in the arguments; nothing when it is no object, which the schema tells.
fn item(arguments: &Map<String, Value>) -> Option<&Map<String, Value>> {
    arguments.get("item").and_then(Value::as_object)
}
