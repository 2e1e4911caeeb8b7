//! `products.create`.

use od_engine::orders::Problem;
use od_engine::products::CreateProduct;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Map, Value, json};

use super::{changed, object, product};
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.create",
        toolset: Toolset::Products,
        title: "Add an inventory item",
        description: "Adds an inventory item; name and code are needed. A code (SKU) that another has is refused with \
                      its id. A lost answer is settled by searching the code. update_source becomes \
                      orderdesk-mcp unless named.",
        operations: &["GET /inventory-items", "POST /inventory-items"],
        input: schema::arguments(
            json!({
                "product": product(
                    "name, code, price, cost, weight, stock, metadata, variation_list, location, manufacturer_sku, \
                     update_source.",
                ),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["product"],
        ),
        data: changed(),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::ProductsWrite],
        cost: Cost::Write,
        example: json!({"product": {"name": "Enamel Mug, Red", "code": "MUG-RED", "price": 14.5, "stock": 40}}),
        check: judge,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    object(arguments, "product").map_or_else(Vec::new, CreateProduct::problems)
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<CreateProduct>()?;
    engine.products().create(&scope, input).await
}
