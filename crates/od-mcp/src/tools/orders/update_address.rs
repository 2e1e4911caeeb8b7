//! `orders.update_address`.

use od_engine::orders::UpdateAddress;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.update_address",
        toolset: Toolset::Orders,
        title: "Change an order's address",
        description: "Changes the named parts of an order's shipping (where it goes), customer (who ordered) or \
                      return_address. Others stay, null blanks one. Labels and submissions already made keep the old \
                      address.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "address_type": {
                    "type": "string",
                    "enum": ["shipping", "customer", "return_address"],
                    "description": "Which address.",
                },
                "address": schema::record(
                    json!({"type": "object"}),
                    "{\"address1\":\"12 Sample Row\",\"postal_code\":\"LS1 1AA\"}; a return_address has title and name.",
                ),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "address_type", "address"],
        ),
        data: schema::changed_order(),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: true,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({
            "order_id": "80012345",
            "address_type": "shipping",
            "address": {"address1": "12 Sample Row", "city": "Leeds", "postal_code": "LS1 1AA"},
        }),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<UpdateAddress>()?;
    engine.orders().update_address(&scope, input).await
}
