//! How much of an order comes back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
pub(super) fn summary(order: &Map<String, Value>, folder_name: impl Fn(&str) -> Option<String>) -> Map<String, Value> {
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
    summary
}

/// The buyer's name, else the recipient's; a company when no person is named.
pub(in crate::orders) fn customer_name(order: &Map<String, Value>) -> String {
    ["customer", "shipping"]
        .iter()
        .filter_map(|address| order.get(*address).and_then(Value::as_object))
        .map(|address| {
            let part = |key: &str| address.get(key).and_then(Value::as_str).unwrap_or_default().trim();
            let person = format!("{} {}", part("first_name"), part("last_name"));
            let person = person.trim();
            if person.is_empty() {
                part("company").to_owned()
            } else {
                person.to_owned()
            }
        })
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

/// An id as text: Order Desk sends folder ids as numbers here and as text there.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
