//! `products.delete`.

use od_engine::products::DeleteProduct;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use super::product_id;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "products.delete",
        toolset: Toolset::Products,
        title: "Delete an inventory item",
        description: "Deletes an inventory item for good; orders keep their lines. The reply holds the item as it was.",
        operations: &["GET /inventory-items/{id}", "DELETE /inventory-items/{id}"],
        input: schema::arguments(
            json!({
                "product_id": product_id(),
                "store": schema::named_store(),
                "dry_run": schema::dry_run(),
                "confirm": schema::confirm(),
            }),
            &["product_id"],
        ),
        data: schema::data(json!({"deleted": {"type": "boolean"}, "product": {"type": "object"}})),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: true,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::ProductsWrite],
        cost: Cost::Write,
        example: json!({"product_id": "610077"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<DeleteProduct>()?;
    engine.products().delete(&scope, input).await
}
