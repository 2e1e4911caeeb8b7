//! `orders.queue`.

use od_engine::insight::Queue;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.queue",
        toolset: Toolset::Insight,
        title: "Folder queues",
        description: "Per folder: number, value, oldest order, ages, sales channels, stuck (unshipped for \
                      stuck_after_days, not closed or canceled), these by name. Errors of services: `orders.explain`.",
        operations: &["GET /orders"],
        input: schema::arguments(
            json!({
                "stuck_after_days": {"type": "integer", "minimum": 0, "maximum": 3650, "default": 7, "description": "Days."},
                "store": schema::store(),
                "stores": insight::stores(),
                "offset": insight::offset(),
                "stuck_offset": {"type": "integer", "minimum": 0, "maximum": 1_000_000, "description": "To skip."},
                "fresh": insight::fresh("Count anew."),
            }),
            &[],
        ),
        data: schema::rows("folders"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Question,
        example: json!({}),
        check: no_further_rules,
        shape: Shape::Rows("folders"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<Queue>()?;
    engine.insight().queue(&scope, input).await
}
