//! `shipments.list`.

use od_engine::shipments::ListParts;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.list",
        toolset: Toolset::Shipments,
        title: "List shipments",
        description: "Lists an order's shipments: id, tracking number, carrier, method, weight, cost, status, date. \
                      `orders.get` has them too.",
        operations: &["GET /orders/{id}/shipments"],
        input: parts::list_arguments(),
        data: schema::page("shipments"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Read,
        example: json!({"order_id": "80012345"}),
        check: no_further_rules,
        shape: Shape::Rows("shipments"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<ListParts>()?;
    engine.shipments().list(&scope, input).await
}
