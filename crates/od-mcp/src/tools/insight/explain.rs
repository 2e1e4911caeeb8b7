//! `orders.explain`.

use od_engine::insight::ExplainOrder;
use od_engine::orders::Problem;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Map, Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.explain",
        toolset: Toolset::Insight,
        title: "Explain an order",
        description: "Why an order is where it is: timeline, last error a service reported, what is missing for fulfilment, and \
                      what to do by which tool or only in Order Desk. Read live.",
        operations: &["GET /orders/{id}", "GET /inventory-items"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "source_id": {"type": "string", "minLength": 1, "maxLength": 100, "description": "Instead of order_id."},
                "store": schema::store(),
                "offset": insight::offset(),
                "fresh": insight::fresh("Stock, folders anew."),
            }),
            &[],
        ),
        data: schema::rows("timeline"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permission: Some(Permission::OrdersRead),
        cost: Cost::Question,
        example: json!({"order_id": "80012345"}),
        check: judge,
        shape: Shape::Rows("timeline"),
        handler: |call| Box::pin(run(call)),
    }
}

/// An order has to be named, in one way.
fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    match ["order_id", "source_id"].map(|name| arguments.contains_key(name)) {
        [false, false] => vec![Problem::new(
            "/order_id",
            "is missing: this, or source_id, says which order",
        )],
        [true, true] => vec![Problem::new(
            "/source_id",
            "must be left out where order_id says which order",
        )],
        _ => Vec::new(),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<ExplainOrder>()?;
    engine.insight().explain(&scope, input).await
}
