//! `shipments.get`.

use od_engine::shipments::GetPart;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use super::shipment_id;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.get",
        toolset: Toolset::Shipments,
        title: "Read one shipment",
        description: "Reads one shipment, whole.",
        operations: &["GET /orders/{id}/shipments/{shipment_id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "shipment_id": shipment_id(),
                "store": schema::store(),
                "fresh": schema::fresh(),
            }),
            &["order_id", "shipment_id"],
        ),
        data: schema::data(json!({"id": {"type": "string"}})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Read,
        example: json!({"order_id": "80012345", "shipment_id": "4400219"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<GetPart>()?;
    engine.shipments().get(&scope, input).await
}
