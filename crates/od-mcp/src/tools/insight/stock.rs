//! `products.stock`.

use od_engine::insight::Stock;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.stock",
        toolset: Toolset::Insight,
        title: "Stock that runs out",
        description: "Inventory items that are oversold, negative, out, low or run out within cover_days, worst first: units \
                      waiting, units sold in 7 and 30 days, days of cover. Needs products:read too.",
        operations: &["GET /inventory-items", "GET /orders"],
        input: schema::arguments(
            json!({
                "below": {"type": "integer", "minimum": 0, "maximum": 1_000_000, "default": 10, "description": "Low is less."},
                "cover_days": {"type": "integer", "minimum": 0, "maximum": 365, "default": 14, "description": "Days."},
                "store": schema::store(),
                "offset": insight::offset(),
                "fresh": insight::fresh("Count anew."),
            }),
            &[],
        ),
        data: schema::rows("rows"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead, Permission::ProductsRead],
        cost: Cost::Question,
        example: json!({"below": 5}),
        check: no_further_rules,
        shape: Shape::Rows("rows"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<Stock>()?;
    engine.insight().stock(&scope, input).await
}
