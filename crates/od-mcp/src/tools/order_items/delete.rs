//! `order_items.delete`.

use od_engine::items::DeletePart;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use super::item_id;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec, no_further_rules};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "order_items.delete",
        toolset: Toolset::OrderItems,
        title: "Delete an order item",
        description: "Removes a line from an order for good; its totals follow. The last item stays: add another \
                      first, or use `orders.delete`.",
        operations: &["GET /orders/{id}", "DELETE /orders/{id}/order-items/{item_id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "item_id": item_id(),
                "store": schema::named_store(),
                "dry_run": schema::dry_run(),
                "confirm": schema::confirm(),
            }),
            &["order_id", "item_id"],
        ),
        data: parts::changed("order_item"),
        hints: parts::SETS,
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "item_id": "301"}),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<DeletePart>()?;
    engine.order_items().delete(&scope, input).await
}
