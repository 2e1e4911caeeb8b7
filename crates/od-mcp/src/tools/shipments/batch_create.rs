//! `shipments.batch_create`.

use od_engine::orders::Problem;
use od_engine::shipments::{CreateShipments, judge_batch};
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Map, Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.batch_create",
        toolset: Toolset::Shipments,
        title: "Add many shipments",
        description: "Adds up to 100 shipments in one request, each with the effects of `shipments.create`. results \
                      has a row per shipment, in order; rows can fail one by one; an unknown outcome says so.",
        operations: &["POST /batch-shipments"],
        input: schema::arguments(
            json!({
                "shipments": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": schema::entry(shape::shipment()),
                    "description": "Per row order_id and the fields of `shipments.create`.",
                },
                "allow_excess": super::allow_excess(),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["shipments"],
        ),
        data: schema::rows("results"),
        hints: parts::ADDS,
        access: Access::Write,
        permissions: &[Permission::ShipmentsWrite],
        cost: Cost::Rows("shipments"),
        example: json!({"shipments": [{"order_id": "80012345", "tracking_number": "1Z999", "carrier_code": "UPS"}]}),
        check: judge,
        shape: Shape::Rows("results"),
        handler: |call| Box::pin(run(call)),
    }
}

/// Only well-formed rows are looked at: the schema tells of the rest.
fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    let shipments = arguments.get("shipments").cloned().unwrap_or_default();
    serde_json::from_value(shipments).map_or_else(|_| Vec::new(), |rows: Vec<_>| judge_batch(&rows))
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<CreateShipments>()?;
    engine.shipments().batch_create(&scope, input).await
}
