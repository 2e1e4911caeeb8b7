//! `products.update`.

use od_engine::orders::Problem;
use od_engine::products::UpdateProduct;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Map, Value, json};

use super::{SETS, changed, object, product, product_id};
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.update",
        toolset: Toolset::Products,
        title: "Change an inventory item",
        description: "Changes an inventory item: merges the named fields (null clears), reports every \
                      difference. All of it is uploaded: a sale in that moment is undone. stock is absolute; with \
                      expected_stock nothing is sent if it is another. update_source becomes orderdesk-mcp \
                      unless named.",
        operations: &["GET /inventory-items/{id}", "PUT /inventory-items/{id}"],
        input: schema::arguments(
            json!({
                "product_id": product_id(),
                "product": product("{\"stock\":38,\"location\":\"Aisle 4\"}"),
                "expected_stock": {
                    "type": "integer",
                    "minimum": -1_000_000_000,
                    "maximum": 1_000_000_000,
                    "description": "The stock you read, e.g. 40.",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["product_id", "product"],
        ),
        data: changed(),
        hints: SETS,
        access: Access::Write,
        permissions: &[Permission::ProductsWrite],
        cost: Cost::Write,
        example: json!({"product_id": "610077", "product": {"stock": 38}, "expected_stock": 40}),
        check: judge,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    object(arguments, "product").map_or_else(Vec::new, UpdateProduct::problems)
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<UpdateProduct>()?;
    engine.products().update(&scope, input).await
}
