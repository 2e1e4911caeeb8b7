//! `shipments.delete`.

use od_engine::shipments::DeletePart;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use super::shipment_id;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec, no_further_rules};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.delete",
        toolset: Toolset::Shipments,
        title: "Delete a shipment",
        description: "Deletes a shipment for good. Neither the customer's e-mail nor the tracking number at the sales \
                      channel is taken back.",
        operations: &[
            "GET /orders/{id}/shipments",
            "DELETE /orders/{id}/shipments/{shipment_id}",
        ],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "shipment_id": shipment_id(),
                "store": schema::named_store(),
                "dry_run": schema::dry_run(),
                "confirm": schema::confirm(),
            }),
            &["order_id", "shipment_id"],
        ),
        data: parts::changed("shipment"),
        hints: parts::SETS,
        access: Access::Write,
        permissions: &[Permission::ShipmentsWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "shipment_id": "4400219"}),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<DeletePart>()?;
    engine.shipments().delete(&scope, input).await
}
