//! Questions about many orders, answered from a copy of them.

use serde_json::{Value, json};

pub(super) mod duplicates;
pub(super) mod explain;
pub(super) mod find;
pub(super) mod queue;
pub(super) mod report;
pub(super) mod stock;

/// Every store in one answer.
fn stores() -> Value {
    json!({"type": "string", "enum": ["all"], "description": "Every store."})
}

/// Ask anew, whatever is known.
fn fresh(what: &str) -> Value {
    json!({"type": "boolean", "description": what})
}

/// Rows to skip.
fn offset() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 1_000_000, "description": "next_offset."})
}
