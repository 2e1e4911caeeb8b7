//! `products.list`.

use od_engine::products::ListProducts;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.list",
        toolset: Toolset::Products,
        title: "List inventory items",
        description: "Lists whole inventory items (products); order lines refer to them by code (SKU). Order Desk's \
                      total cannot be trusted: page until there is no next_offset.",
        operations: &["GET /inventory-items"],
        input: schema::arguments(
            json!({
                "store": schema::store(),
                "code": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 2000,
                    "description": "Exact SKU, or several: MUG-BLU,MUG-RED.",
                },
                "limit": schema::limit(),
                "offset": schema::offset(),
                "layout": schema::layout(),
                "fields": schema::fields(),
                "fresh": schema::fresh(),
            }),
            &[],
        ),
        data: schema::page("products"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::ProductsRead],
        cost: Cost::Read,
        example: json!({"code": "MUG-BLU"}),
        check: no_further_rules,
        shape: Shape::Rows("products"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<ListProducts>()?;
    engine.products().list(&scope, input).await
}
