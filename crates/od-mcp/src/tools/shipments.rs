//! Shipments: parcels of an order with their tracking numbers.

use serde_json::{Map, Value};

use crate::tool::ToolSpec;
use crate::tools::parts;

mod batch_create;
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
        batch_create::tool(),
    ]
}

/// Which shipment.
fn shipment_id() -> Value {
    parts::id("From `shipments.list`.")
}

/// The shipment in the arguments; nothing when it is no object, which the schema tells.
fn shipment(arguments: &Map<String, Value>) -> Option<&Map<String, Value>> {
    arguments.get("shipment").and_then(Value::as_object)
}
