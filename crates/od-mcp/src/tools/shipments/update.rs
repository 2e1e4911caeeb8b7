//! `shipments.update`.

use od_engine::orders::Problem;
use od_engine::shipments::{UpdatePart, judge_change};
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Map, Value, json};

use super::{shipment, shipment_id};
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.update",
        toolset: Toolset::Shipments,
        title: "Change a shipment",
        description: "Changes a shipment: merges the named fields (null clears), reports every difference. \
                      Whether the sales channel hears of a new tracking number is not documented.",
        operations: &[
            "GET /orders/{id}",
            "GET /orders/{id}/shipments/{shipment_id}",
            "PUT /orders/{id}/shipments/{shipment_id}",
        ],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "shipment_id": shipment_id(),
                "shipment": schema::record(shape::shipment(), "{\"status\":\"delivered\"}"),
                "allow_excess": super::allow_excess(),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "shipment_id", "shipment"],
        ),
        data: parts::changed("shipment"),
        hints: parts::SETS,
        access: Access::Write,
        permissions: &[Permission::ShipmentsWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "shipment_id": "4400219", "shipment": {"status": "delivered"}}),
        check: judge,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    shipment(arguments).map_or_else(Vec::new, |shipment| judge_change(shipment, "/shipment"))
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<UpdatePart>()?;
    engine.shipments().update(&scope, input).await
}
