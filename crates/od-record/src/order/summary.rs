//! How much of an order comes back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::buyer::customer_name;

#[cfg(test)]
mod tests;

/// How much of each order of a list comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// What is needed to recognise an order and decide which to read.
    #[default]
    Summary,
    /// The whole record.
    Full,
}

/// What a list shows of an order by default.
pub fn summary(order: &Map<String, Value>, folder_name: impl Fn(&str) -> Option<String>) -> Map<String, Value> {
    const KEPT: [&str; 9] = [
        "id",
        "source_id",
        "source_name",
        "email",
        "order_total",
        "payment_status",
        "folder_id",
        "date_added",
        "date_updated",
    ];
    let mut summary: Map<String, Value> = KEPT
        .iter()
        .filter_map(|key| order.get(*key).map(|value| ((*key).to_owned(), value.clone())))
        .collect();
    summary.insert("customer_name".to_owned(), customer_name(order).into());
    let items = order.get("order_items").and_then(Value::as_array).map_or(0, Vec::len);
    summary.insert("item_count".to_owned(), items.into());
    let folder = order.get("folder_id").map(plain).and_then(|id| folder_name(&id));
    if let Some(folder) = folder {
        summary.insert("folder_name".to_owned(), folder.into());
    }
    // There when it was asked for.
    if let Some(history) = order.get("order_history") {
        summary.insert("order_history".to_owned(), history.clone());
    }
    summary
}

/// An id as text: Order Desk sends folder ids as numbers here and as text there.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
