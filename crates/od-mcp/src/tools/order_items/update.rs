//! `order_items.update`.

use od_engine::items::{UpdatePart, judge_change};
use od_engine::orders::Problem;
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Map, Value, json};

use super::{item, item_id};
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "order_items.update",
        toolset: Toolset::OrderItems,
        title: "Change an order item",
        description: "Changes a line: merges the named fields (variation_list and metadata by key, null \
                      clears), reports every difference. The order's totals follow.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}/order-items/{item_id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "item_id": item_id(),
                "item": schema::record(shape::line(), "{\"quantity\":2,\"metadata\":{\"image\":null}}"),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "item_id", "item"],
        ),
        data: parts::changed("order_item"),
        hints: parts::SETS,
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "item_id": "301", "item": {"quantity": 2}}),
        check: judge,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    item(arguments).map_or_else(Vec::new, |item| judge_change(item, "/item"))
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<UpdatePart>()?;
    engine.order_items().update(&scope, input).await
}
