//! The lines and the shipments of an order that was read as a whole.

use serde_json::Value;

use super::Record;

/// The rows of one of an order's lists.
pub(crate) fn rows_of<'a>(order: &'a Record, list: &str) -> impl Iterator<Item = &'a Record> {
    let rows = order.get(list).and_then(Value::as_array);
    rows.into_iter().flatten().filter_map(Value::as_object)
}
