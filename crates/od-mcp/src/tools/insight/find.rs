//! `orders.find`.

use od_engine::insight::FindOrders;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.find",
        toolset: Toolset::Insight,
        title: "Find orders",
        description: "Orders by anything a customer gives: id, source id, e-mail, name, phone, street, SKU, tracking number, \
                      words of a note. Summaries with matched_by and shipment, best first.",
        operations: &["GET /orders"],
        input: schema::arguments(
            json!({
                "query": {"type": "string", "minLength": 1, "maxLength": 300, "description": "As given."},
                "since": {"type": "string", "maxLength": 32, "description": "First day, e.g. 2026-11-01."},
                "limit": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10, "description": "At most."},
                "store": schema::store(),
                "stores": insight::stores(),
                "offset": insight::offset(),
                "fresh": insight::fresh("Count anew."),
            }),
            &["query"],
        ),
        data: schema::rows("orders"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Question,
        example: json!({"query": "ada@example.com"}),
        check: no_further_rules,
        shape: Shape::Rows("orders"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<FindOrders>()?;
    engine.insight().find(&scope, input).await
}
