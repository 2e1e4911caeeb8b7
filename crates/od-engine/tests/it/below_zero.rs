//! Inventory items with numbers below zero.

use od_engine::Outcome;
use od_engine::products::{CreateProduct, UpdateProduct};
use serde_json::{Value, json};

use crate::products::{change, first};
use crate::support::Shop;

#[tokio::test]
async fn what_is_below_zero_is_taken_and_told() {
    let shop = Shop::open().await;
    let (id, _) = first(&shop).await;
    let told = |outcome: Outcome<Value>| outcome.warnings.join(" ");
    for dry_run in [true, false] {
        let input = json!({ "product_id": id, "product": { "price": -5, "stock": -3 }, "dry_run": dry_run });
        let input: UpdateProduct = serde_json::from_value(input).unwrap();
        let warning = told(shop.engine.products().update(&shop.scope(), input).await.unwrap());
        assert!(
            warning.contains("Below zero, and taken as it was given: price -5, stock -3."),
            "{warning}"
        );
        let new = json!({ "product": { "name": "Tin Mug", "code": "MUG-TIN", "cost": -1 }, "dry_run": dry_run });
        let input: CreateProduct = serde_json::from_value(new).unwrap();
        let warning = told(shop.engine.products().create(&shop.scope(), input).await.unwrap());
        assert!(warning.contains("cost -1"), "{warning}");
        let rows = json!({ "products": [{ "id": id, "stock": -4 }], "dry_run": dry_run });
        let input = serde_json::from_value(rows).unwrap();
        let warning = told(shop.engine.products().batch_update(&shop.scope(), input).await.unwrap());
        assert!(
            warning.contains(&format!("stock -4 of inventory item {id}")),
            "{warning}"
        );
    }
    assert_eq!(told(change(&shop, &id, json!({ "stock": 0 })).await.unwrap()), "");
}
