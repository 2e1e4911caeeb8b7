//! Schema fragments that several tools share, in the narrow dialect that every client accepts.

use serde_json::{Map, Value, json};

use crate::reply::TABLE;

/// Ids as Order Desk gives them.
pub(super) const DIGITS: &str = "^[0-9]+$";
/// One id or several, separated by commas.
pub(super) const DIGIT_LIST: &str = "^[0-9]+( *, *[0-9]+)*$";
/// Names of order fields.
pub(super) const FIELD_NAME: &str = "^[a-z0-9_]+$";

/// The keyword under which the schema of a record says what its fields look like (`od_engine::shape`). It is not listed: what
/// a record may hold is judged by the engine, in its own words.
pub(crate) const SHAPE: &str = "x-shape";

/// What a pattern asks for, in words: a pattern in an error message helps nobody.
pub(crate) fn pattern_in_words(pattern: &str) -> &'static str {
    match pattern {
        DIGITS => "must be an id: digits only",
        DIGIT_LIST => "must be one id, or several separated by commas",
        FIELD_NAME => "must be a field name: lower case letters, digits and underscores",
        _ => "does not have the required form",
    }
}

/// The arguments of a tool: an object of exactly these members.
pub(super) fn arguments(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({"type": "object", "properties": {}, "required": required, "additionalProperties": false});
    schema["properties"] = properties;
    schema
}

/// A record, or some fields of one, of which `shape` tells how they look.
pub(super) fn record(shape: Value, description: &str) -> Value {
    let mut schema = entry(shape);
    schema["description"] = description.into();
    schema
}

/// A record in a list.
pub(super) fn entry(shape: Value) -> Value {
    let mut schema = json!({"type": "object", "additionalProperties": true});
    schema[SHAPE] = shape;
    schema
}

/// Which store; on every tool that works inside one.
pub(super) fn store() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Default: active.",
    })
}

/// Which store, of acts for which the active one is not taken as meant.
pub(super) fn named_store() -> Value {
    store_named("Needed if several.")
}

/// The same of tools of which only some acts are so.
pub(super) fn store_named(when: &str) -> Value {
    let mut schema = store();
    schema["description"] = when.into();
    schema
}

/// Which order.
pub(super) fn order_id() -> Value {
    json!({
        "type": "string",
        "pattern": DIGITS,
        "maxLength": 20,
        "description": "Not source_id.",
    })
}

/// Which parts of a record come back.
pub(super) fn fields() -> Value {
    json!({
        "type": "array",
        "items": {"type": "string", "pattern": FIELD_NAME, "maxLength": 64},
        "minItems": 1,
        "maxItems": 50,
        "description": "Only id and these top-level fields.",
    })
}

/// Skip the cache.
pub(super) fn fresh() -> Value {
    json!({
        "type": "boolean",
        "default": false,
        "description": "Skip the cache.",
    })
}

/// How many records a page has.
pub(super) fn limit() -> Value {
    json!({"type": "integer", "minimum": 1, "maximum": 500, "default": 50, "description": "Per page."})
}

/// How many records are skipped: no store has more.
pub(super) fn offset() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 100_000_000, "default": 0, "description": "To skip."})
}

/// How a page is laid out. Whatever the engine answers is laid out by `reply`.
pub(super) fn layout() -> Value {
    json!({"type": "string", "enum": ["objects", TABLE], "description": "table: columns, rows."})
}

/// Only show what would change.
pub(super) fn dry_run() -> Value {
    json!({
        "type": "boolean",
        "default": false,
        "description": "Only show changes.",
    })
}

/// A person agreed.
pub(super) fn confirm() -> Value {
    json!({"type": "boolean", "default": false, "description": "If nobody can be asked: a person agreed."})
}

/// A plain text filter with a description of its own.
pub(super) fn text(description: &str) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 300, "description": description})
}

/// `data` of a reply: an object with these members, open for more.
pub(super) fn data(properties: Value) -> Value {
    let mut schema = json!({"type": "object", "properties": {}});
    schema["properties"] = properties;
    schema
}

/// `data` of a list: one array of records.
pub(super) fn rows(key: &str) -> Value {
    let mut properties = Map::new();
    properties.insert(key.to_owned(), json!({"type": "array"}));
    data(Value::Object(properties))
}

/// `data` of a list that can be laid out as a table.
pub(super) fn page(key: &str) -> Value {
    let mut data = rows(key);
    data["properties"]["columns"] = json!({"type": "array"});
    data["properties"]["rows"] = json!({"type": "array"});
    data
}

/// `data` of a changed order.
pub(super) fn changed_order() -> Value {
    data(json!({
        "order": {"type": "object"},
        "changes": {"type": "array"},
    }))
}
