//! `orders.update_full`.

use od_engine::orders::UpdateFull;
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.update_full",
        toolset: Toolset::Orders,
        title: "Replace an order",
        description: "Replaces an order by a whole record: read it with `orders.get`, change it, send all of it. \
                      Leaving out a field, line, note or key is refused, naming each, unless allow_loss. For a few \
                      fields use `orders.mutate_full`. Lines without id are added; null clears; read-only fields may \
                      stay unchanged.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "order": schema::record(shape::order(), "The whole record, changed."),
                "allow_loss": {
                    "type": "boolean",
                    "default": false,
                    "description": "Drop what the record does not carry.",
                },
                "expected_date_updated": {
                    "type": "string",
                    "maxLength": 40,
                    "description": "Default: date_updated of order. Refuses if the order has changed since.",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
                "confirm": {
                    "type": "boolean",
                    "default": false,
                    "description": "For lines that go, if nobody can be asked: a person agreed.",
                },
            }),
            &["order_id", "order"],
        ),
        data: schema::changed_order(),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({
            "order_id": "80012345",
            "order": {
                "email": "grace@example.com",
                "shipping": {"first_name": "Grace", "last_name": "Tern", "city": "Leeds"},
                "order_items": [{"id": "301", "name": "Enamel mug", "price": 14.5, "quantity": 3}],
            },
            "expected_date_updated": "2026-03-02 14:09:02",
        }),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<UpdateFull>()?;
    engine.orders().update_full(&scope, input).await
}
