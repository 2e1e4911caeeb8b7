//! `orders.create_history`.

use od_engine::orders::CreateHistory;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.create_history",
        toolset: Toolset::Orders,
        title: "Add to order history",
        description: "Appends to an order's history, where entries cannot be changed or removed. For longer remarks: \
                      all notes share 2000 characters (`orders.add_note`). Twice appends twice. Read with \
                      `orders.list` and get_order_history.",
        operations: &["POST /orders/{id}/order-history"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "message": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 1800,
                    "description": "At most 1800 characters.",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "message"],
        ),
        data: schema::data(json!({
            "history_entry": {"type": "object"},
        })),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "message": "Customer called about delivery"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<CreateHistory>()?;
    engine.orders().create_history(&scope, input).await
}
