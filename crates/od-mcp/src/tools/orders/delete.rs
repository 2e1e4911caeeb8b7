//! `orders.delete`.

use od_engine::orders::DeleteOrder;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.delete",
        toolset: Toolset::Orders,
        title: "Delete an order",
        description: "Deletes an order for good, with items, shipments, notes and history; e-mails, charges and \
                      submissions are not taken back. Reversible: `orders.move_folder` to a folder for canceled \
                      orders.",
        operations: &["DELETE /orders/{id}", "GET /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "store": schema::named_store(),
                "dry_run": schema::dry_run(),
                "confirm": schema::confirm(),
            }),
            &["order_id"],
        ),
        data: schema::data(json!({
            "deleted": {"type": "boolean"},
        })),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: true,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersDelete],
        cost: Cost::Write,
        example: json!({"order_id": "80012345"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<DeleteOrder>()?;
    engine.orders().delete(&scope, input).await
}
