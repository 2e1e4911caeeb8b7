//! `orders.add_note`.

use od_engine::orders::AddNote;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.add_note",
        toolset: Toolset::Orders,
        title: "Add an order note",
        description: "Appends a note to an order; all else stays. A note already there (regardless of case and spaces) \
                      is not added again, as the reply says. All notes of an order share 2000 characters.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "content": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 1800,
                    "description": "At most 1800 characters.",
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
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "content": "Customer asked for gift wrapping"}),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<AddNote>()?;
    engine.orders().add_note(&scope, input).await
}
