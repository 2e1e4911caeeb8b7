//! `order_items.create`.

use od_engine::items::{CreatePart, judge_new};
use od_engine::orders::Problem;
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Map, Value, json};

use super::item;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "order_items.create",
        toolset: Toolset::OrderItems,
        title: "Add an order item",
        description: "Adds a line to an order; its totals follow, tax and shipping stay. On UNCERTAIN_OUTCOME list the \
                      items first: a second call adds a second line. Several: `orders.add_items`.",
        operations: &["POST /orders/{id}/order-items"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "item": schema::record(shape::line(), "name is needed: \
                                       {\"name\":\"Mug\",\"code\":\"MUG\",\"quantity\":1,\"price\":14.5}."),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "item"],
        ),
        data: parts::changed("order_item"),
        hints: parts::ADDS,
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "item": {"name": "Enamel mug", "code": "MUG", "quantity": 1, "price": 14.5}}),
        check: judge,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    item(arguments).map_or_else(Vec::new, |item| judge_new(item, "/item"))
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<CreatePart>()?;
    engine.order_items().create(&scope, input).await
}
