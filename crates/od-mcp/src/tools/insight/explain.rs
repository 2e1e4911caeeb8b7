//! `orders.explain`.

use od_engine::insight::ExplainOrder;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.explain",
        toolset: Toolset::Insight,
        title: "Explain an order",
        description: "Why an order is where it is: timeline, last error a service reported, what is missing, \
                      what to do by which tool or only in Order Desk. Read live.",
        operations: &["GET /orders/{id}", "GET /inventory-items"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "store": schema::store(),
                "offset": insight::offset(),
                "fresh": insight::fresh("Stock, folders anew."),
            }),
            &["order_id"],
        ),
        data: schema::rows("timeline"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Question,
        example: json!({"order_id": "80012345"}),
        check: no_further_rules,
        shape: Shape::Rows("timeline"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<ExplainOrder>()?;
    engine.insight().explain(&scope, input).await
}
