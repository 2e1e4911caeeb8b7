//! `products.get`.

use od_engine::products::GetProduct;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use super::product_id;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.get",
        toolset: Toolset::Products,
        title: "Read one inventory item",
        description: "Reads one inventory item: price, cost, stock, location, variations. With only the SKU, use \
                      `products.list` with code.",
        operations: &["GET /inventory-items/{id}"],
        input: schema::arguments(
            json!({
                "product_id": product_id(),
                "store": schema::store(),
                "fresh": schema::fresh(),
            }),
            &["product_id"],
        ),
        data: schema::data(json!({"id": {"type": "integer"}})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::ProductsRead],
        cost: Cost::Read,
        example: json!({"product_id": "610077"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<GetProduct>()?;
    Ok(engine.products().get(&scope, input).await?.map(Value::Object))
}
