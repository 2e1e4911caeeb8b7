//! Ids of records, as callers and Order Desk write them.

use serde_json::Value;

/// An id as text: callers write ids as text or as whole numbers.
pub fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}
