//! Lenient reading, and the shape that all records share.

use serde_json::{Map, Value};

/// Text, or a number as its text. Numbers are written as they came, never through rounding.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A non-negative whole number, or its text.
pub(crate) fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

pub(crate) fn take_text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    object.remove(name).as_ref().and_then(text)
}

pub(crate) fn take_count(object: &mut Map<String, Value>, name: &str) -> Option<u64> {
    object.remove(name).as_ref().and_then(count)
}

/// A newtype around a JSON object.
macro_rules! record {
    ($(#[$docs:meta])* $name:ident, id: $id:ty) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// The record's id, whether it came as text or as a number.
            pub fn id(&self) -> Option<$id> {
                self.0.get("id").and_then(<$id>::from_value)
            }

            /// Any field, as it came.
            pub fn field(&self, name: &str) -> Option<&serde_json::Value> {
                self.0.get(name)
            }

            /// A text or number field as text; none when it is absent or neither.
            pub fn text(&self, name: &str) -> Option<String> {
                self.0.get(name).and_then($crate::model::record::text)
            }

            /// All fields in the order they came.
            pub fn as_map(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.0
            }

            /// All fields in the order they came.
            pub fn into_map(self) -> serde_json::Map<String, serde_json::Value> {
                self.0
            }
        }

        impl From<serde_json::Map<String, serde_json::Value>> for $name {
            fn from(fields: serde_json::Map<String, serde_json::Value>) -> Self {
                Self(fields)
            }
        }
    };
}
pub(crate) use record;

#[cfg(test)]
mod tests;
