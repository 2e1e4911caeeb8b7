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

/// What a summary tells beside an order's own fields, by which it can be asked for too.
const MADE: [&str; 3] = ["customer_name", "item_count", "folder_name"];

fn made(order: &Map<String, Value>, name: &str, folder_name: impl Fn(&str) -> Option<String>) -> Option<Value> {
    match name {
        "customer_name" => Some(customer_name(order).into()),
        "item_count" => Some(
            order
                .get("order_items")
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
                .into(),
        ),
        "folder_name" => {
            let id = order.get("folder_id").map(plain)?;
            folder_name(&id).map(Value::from)
        }
        _ => None,
    }
}

/// Adds to an order what a summary tells by the names that were asked for. A field of the order's own stays.
pub fn add_summed(order: &mut Map<String, Value>, fields: &[String], folder_name: impl Fn(&str) -> Option<String>) {
    for name in MADE {
        if fields.iter().any(|field| field == name)
            && !order.contains_key(name)
            && let Some(value) = made(order, name, &folder_name)
        {
            order.insert(name.to_owned(), value);
        }
    }
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
    for name in MADE {
        if let Some(value) = made(order, name, &folder_name) {
            summary.insert(name.to_owned(), value);
        }
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
