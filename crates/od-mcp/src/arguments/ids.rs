//! Ids are strings in the schemas, and models write them as numbers: an integer id becomes its digits, and what stands around
//! one goes.

use od_engine::tidy;
use serde_json::{Map, Value};

/// Turns integers into digit strings where `schema` wants a string and the name says that it is an id. Nothing else is
/// converted: a wrong type elsewhere is the caller's to mend.
pub(super) fn to_strings(schema: &Value, arguments: &mut Map<String, Value>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    for (name, value) in arguments.iter_mut() {
        if let Some(schema) = properties.get(name)
            && is_id(name)
        {
            convert(schema, value);
        }
    }
}

fn convert(schema: &Value, value: &mut Value) {
    match (schema.get("type").and_then(Value::as_str), value) {
        (Some("string"), Value::String(id)) => *id = tidy(id).to_owned(),
        (Some("string"), value) => {
            if let Some(id) = value.as_u64() {
                *value = Value::String(id.to_string());
            }
        }
        (Some("array"), Value::Array(items)) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    convert(schema, item);
                }
            }
        }
        _ => {}
    }
}

fn is_id(name: &str) -> bool {
    matches!(name, "store" | "identifier") || name.ends_with("_id") || name.ends_with("_ids")
}
