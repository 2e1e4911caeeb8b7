//! `orders.add_note`.

use serde_json::json;

use crate::catalog::Toolset;
use crate::tool::{Access, Cost, Hints, ToolSpec, no_further_rules, no_question};
use crate::tools::schema;

pub(super) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.add_note",
        toolset: Toolset::Orders,
        title: "Add a note to an order",
        description: "Appends a note to an order; every other field, line and note stays. A note that is already there (same \
                      text without regard to case and spaces) is not added again, and the reply says so. All notes of an \
                      order share 2000 characters.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "content": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 1800,
                    "description": "The note, at most 1800 characters, e.g. \"Customer asked for gift wrapping\".",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "content"],
        ),
        data: schema::changed_order(),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: true,
            open_world: true,
        },
        access: Access::Write,
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "content": "Customer asked for gift wrapping"}),
        check: no_further_rules,
        question: no_question,
    }
}
