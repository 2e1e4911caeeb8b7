//! `products.batch_update`.

use od_engine::orders::Problem;
use od_engine::products::UpdateProducts;
use od_engine::{Error, Outcome, Permission, shape};
use serde_json::{Map, Value, json};

use super::SETS;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.batch_update",
        toolset: Toolset::Products,
        title: "Change many inventory items",
        description: "Changes up to 100 inventory items as `products.update` does; one that cannot be changed fails \
                      alone. results has a row per item. Each is read and read back: 100 take most of a minute at \
                      Order Desk's rate limit.",
        operations: &["GET /inventory-items/{id}", "PUT /batch-inventory-items"],
        input: schema::arguments(
            json!({
                "products": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": schema::entry(shape::product_row()),
                    "description": "id and fields to change, perhaps expected_stock: \
                                    [{\"id\":\"610077\",\"stock\":38,\"expected_stock\":40}].",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["products"],
        ),
        data: schema::rows("results"),
        hints: SETS,
        access: Access::Write,
        permissions: &[Permission::ProductsWrite],
        cost: Cost::Rows("products"),
        example: json!({"products": [{"id": "610077", "stock": 38}, {"id": "610078", "price": 15.5}]}),
        check: judge,
        shape: Shape::Rows("results"),
        handler: |call| Box::pin(run(call)),
    }
}

/// Only well-formed rows are looked at: the schema tells of the rest.
fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    let products = arguments.get("products").cloned().unwrap_or_default();
    serde_json::from_value(products).map_or_else(|_| Vec::new(), |rows: Vec<_>| UpdateProducts::problems(&rows))
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<UpdateProducts>()?;
    engine.products().batch_update(&scope, input).await
}
