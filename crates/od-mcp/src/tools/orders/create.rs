//! `orders.create`.

use od_engine::orders::CreateOrder;
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.create",
        toolset: Toolset::Orders,
        title: "Create an order",
        description: "Creates an order, which costs the merchant a fee and runs the shop's import rules at once: \
                      e-mails, moves, submission to a printer or warehouse. Needed are order_items with names, and a \
                      first name, last name or company in customer or shipping, nested as in `orders.get`. folder_id \
                      or folder_name says where it lands. The same source_id and source_name again is refused, naming \
                      the order. With client_request_id the call can be repeated safely. Try dry_run first.",
        operations: &["POST /orders", "GET /orders", "GET /orders/{id}"],
        input: schema::arguments(
            json!({
                "order": schema::record(
                    shape::order(),
                    "{\"shipping\":{\"last_name\":\"..\"},\"order_items\":[{\"name\":\"Mug\",\"quantity\":2,\"price\":14.5}]}",
                ),
                "client_request_id": {
                    "type": "string",
                    "minLength": 8,
                    "maxLength": 64,
                    "description": "A new UUID, or a name of 8+ characters: for 24 hours the same gives the first \
                                    result again. Becomes a missing source_id.",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["order"],
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
        example: json!({
            "order": {
                "customer": {"first_name": "Grace", "last_name": "Tern"},
                "order_items": [{"name": "Enamel mug", "code": "MUG", "quantity": 2, "price": 14.5}],
            },
            "client_request_id": "3f0c8a52-6d1e-4a7b-9a34-5f0f2f6f9d11",
        }),
        check: no_further_rules,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<CreateOrder>()?;
    engine.orders().create(&scope, input).await
}
