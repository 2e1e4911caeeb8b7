//! `shipments.create`.

use od_engine::orders::Problem;
use od_engine::shipments::{CreatePart, judge_new};
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Map, Value, json};

use super::shipment;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::{parts, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.create",
        toolset: Toolset::Shipments,
        title: "Add a shipment",
        description: "Adds a shipment. It cannot be taken back quietly: the shop's rules run, the sales channel gets \
                      the tracking number, and usually the customer an e-mail. A tracking number the order has is \
                      DUPLICATE. On UNCERTAIN_OUTCOME list the shipments first. Many: `shipments.batch_create`.",
        operations: &["POST /orders/{id}/shipments"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "shipment": schema::record(shape::shipment(),
                    "{\"tracking_number\":\"1Z999\",\"carrier_code\":\"UPS\"}; \"n/a\" without tracking. Also shipment_method, \
                     weight, cost, status, tracking_url (else guessed), date_shipped; order_items [{\"id\",\"quantity\"}] for \
                     a part.",
                ),
                "allow_excess": super::allow_excess(),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "shipment"],
        ),
        data: parts::changed("shipment"),
        hints: parts::ADDS,
        access: Access::Write,
        permissions: &[Permission::ShipmentsWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "shipment": {"tracking_number": "1Z999", "carrier_code": "UPS"}}),
        check: judge,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    shipment(arguments).map_or_else(Vec::new, |shipment| judge_new(shipment, "/shipment"))
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<CreatePart>()?;
    engine.shipments().create(&scope, input).await
}
