//! `orders.add_items`.

use od_engine::orders::AddItems;
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.add_items",
        toolset: Toolset::Orders,
        title: "Add order items",
        description: "Adds lines to an order, all or none; all else stays, totals are computed anew. A code the order \
                      has gets another line: to raise a quantity use `orders.mutate_full`.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "items": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": schema::entry(shape::line()),
                    "description": "[{\"name\":\"Mug\",\"code\":\"MUG\",\"quantity\":1,\"price\":14.5}]; name is \
                                    needed.",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order_id", "items"],
        ),
        data: schema::changed_order(),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "items": [{"name": "Enamel mug", "code": "MUG", "quantity": 1, "price": 14.5}]}),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<AddItems>()?;
    engine.orders().add_items(&scope, input).await
}
