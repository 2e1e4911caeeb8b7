//! `order_items.get`.

use od_engine::items::GetPart;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use super::item_id;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "order_items.get",
        toolset: Toolset::OrderItems,
        title: "Read an order item",
        description: "Reads one line of an order, whole.",
        operations: &["GET /orders/{id}/order-items/{item_id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "item_id": item_id(),
                "store": schema::store(),
                "fresh": schema::fresh(),
            }),
            &["order_id", "item_id"],
        ),
        data: schema::data(json!({"id": {"type": "string"}})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Read,
        example: json!({"order_id": "80012345", "item_id": "301"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<GetPart>()?;
    engine.order_items().get(&scope, input).await
}
