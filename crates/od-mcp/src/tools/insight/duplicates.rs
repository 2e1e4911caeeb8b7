//! `orders.duplicates`.

use od_engine::insight::Duplicates;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.duplicates",
        toolset: Toolset::Insight,
        title: "Duplicate orders",
        description: "Groups of orders that are probably one, with reasons: same e-mail or address and lines within window_hours, \
                      same source id, merged and its original.",
        operations: &["GET /orders"],
        input: schema::arguments(
            json!({
                "window_hours": {"type": "integer", "minimum": 0, "maximum": 8_760, "default": 24, "description": "Hours."},
                "store": schema::store(),
                "offset": insight::offset(),
                "fresh": insight::fresh("Count anew."),
            }),
            &[],
        ),
        data: schema::rows("groups"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Question,
        example: json!({"window_hours": 2}),
        check: no_further_rules,
        shape: Shape::Rows("groups"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<Duplicates>()?;
    engine.insight().duplicates(&scope, input).await
}
