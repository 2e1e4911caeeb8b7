//! Fields of a record.

use serde_json::{Map, Value};

/// E-mail addresses are compared without case and blanks.
pub(in crate::insight) fn folded(email: &str) -> String {
    email.split_whitespace().collect::<String>().to_lowercase()
}

/// A text, or a number as text.
pub(in crate::insight) fn text(record: &Map<String, Value>, name: &str) -> String {
    match record.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
