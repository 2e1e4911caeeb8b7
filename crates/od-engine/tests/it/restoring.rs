//! What was deleted is made again from what the deletion gave back.

use od_engine::items::DeletePart;
use od_engine::orders::AddItems;
use od_engine::products::{CreateProduct, DeleteProduct, ListProducts};
use od_engine::shipments::{CreatePart, CreateShipments};
use od_engine::{Error, Outcome};
use serde_json::{Value, json};

use crate::support::Shop;

/// An order with a shipment that holds `contents`, and what the deletion of it gave back.
async fn deleted(shop: &Shop, shipment: Value) -> (String, Value) {
    let ids = shop.order_ids();
    let order = ids
        .iter()
        .find(|id| shop.stored(id)["order_shipments"] == json!([]))
        .unwrap();
    let done = add(shop, order, shipment).await.unwrap();
    let id = done.data["shipment"]["id"].clone();
    let input = json!({ "order_id": order, "shipment_id": id, "confirm": true });
    let input: DeletePart = serde_json::from_value(input).unwrap();
    let done = shop.engine.shipments().delete(&shop.scope(), input).await.unwrap();
    (order.clone(), done.data["shipment"].clone())
}

async fn add(shop: &Shop, order: &str, shipment: Value) -> Result<Outcome<Value>, Error> {
    let input: CreatePart = serde_json::from_value(json!({ "order_id": order, "shipment": shipment })).unwrap();
    shop.engine.shipments().create(&shop.scope(), input).await
}

async fn add_batch(shop: &Shop, rows: Value) -> Result<Outcome<Value>, Error> {
    let input: CreateShipments = serde_json::from_value(json!({ "shipments": rows })).unwrap();
    shop.engine.shipments().batch_create(&shop.scope(), input).await
}

fn left_out(warnings: &[String]) -> Option<&String> {
    warnings
        .iter()
        .find(|warning| warning.contains("so they were left out of the new"))
}

/// What a record says, but for what Order Desk gives anew.
fn essence(record: &Value) -> Value {
    let mut record = record.clone();
    for name in ["id", "date_added", "date_updated", "update_source"] {
        record.as_object_mut().unwrap().remove(name);
    }
    record
}

#[tokio::test]
async fn a_deleted_shipment_is_added_as_it_was() {
    let shop = Shop::open().await;
    let shipment = json!({"tracking_number": "1ZTEST0009", "carrier_code": "UPS", "weight": 2.1, "cost": ""});
    let (order, deleted) = deleted(&shop, without_blanks(shipment)).await;
    let posts = shop.sent("POST").len();
    assert_eq!(refused(add(&shop, &order, deleted.clone()).await), ["/shipment/id"]);
    let gone = without_id(&deleted);
    let other = shop.order_ids().into_iter().find(|id| *id != order).unwrap();
    assert_eq!(refused(add(&shop, &other, gone.clone()).await), ["/shipment/order_id"]);
    assert_eq!(shop.sent("POST").len(), posts);
    let done = add(&shop, &order, gone.clone()).await.unwrap();
    assert_eq!(essence(&done.data["shipment"]), essence(&gone));
    assert_ne!(done.data["shipment"]["id"], deleted["id"]);
    let told = left_out(&done.warnings).expect("it is told");
    assert!(
        told.contains("order_id, store_id") && told.contains("date_added"),
        "{told}"
    );
    // It is there once: by its number.
    let again = add(&shop, &order, gone).await.unwrap_err();
    assert_eq!(again.code(), "DUPLICATE");
}

/// The places of what is wrong.
fn refused(answer: Result<Outcome<Value>, Error>) -> Vec<String> {
    let Err(Error::Invalid(problems)) = answer else {
        panic!("accepted, or refused for something else");
    };
    problems.into_iter().map(|problem| problem.path).collect()
}

fn without_id(record: &Value) -> Value {
    let mut record = record.clone();
    record.as_object_mut().unwrap().remove("id");
    record
}

fn without_blanks(mut record: Value) -> Value {
    record.as_object_mut().unwrap().retain(|_, value| *value != "");
    record
}

#[tokio::test]
async fn one_that_is_not_deleted_is_not_added_again() {
    let shop = Shop::open().await;
    let (order, gone) = deleted(&shop, json!({"tracking_number": "n/a", "carrier_code": "UPS"})).await;
    let done = add(&shop, &order, without_id(&gone)).await.unwrap();
    let there = done.data["shipment"].clone();
    let posts = shop.sent("POST").len();
    assert_eq!(refused(add(&shop, &order, there.clone()).await), ["/shipment/id"]);
    assert_eq!(refused(add_batch(&shop, json!([there])).await), ["/shipments/0/id"]);
    assert_eq!(shop.sent("POST").len(), posts);
}

#[tokio::test]
async fn a_batch_takes_shipments_that_were_deleted() {
    let shop = Shop::open().await;
    let (order, gone) = deleted(&shop, json!({"tracking_number": "1ZTEST0010", "carrier_code": "UPS"})).await;
    let done = add_batch(&shop, json!([without_id(&gone)])).await.unwrap();
    assert_eq!(done.data["results"][0]["status"], "success");
    let told = left_out(&done.warnings).expect("it is told");
    assert!(
        told.starts_with("/shipments/0: shipment: only Order Desk sets these"),
        "{told}"
    );
    assert!(!told.contains("order_id"), "{told}");
    let stored = shop.stored(&order)["order_shipments"].clone();
    assert_eq!(essence(&stored[0]), essence(&gone));
}

#[tokio::test]
async fn a_deleted_line_is_added_as_it_was() {
    let shop = Shop::open().await;
    let ids = shop.order_ids();
    let has_two = |id: &&String| shop.stored(id)["order_items"].as_array().unwrap().len() > 1;
    let order = ids.iter().find(has_two).unwrap();
    let delete = async || {
        let id = shop.stored(order)["order_items"][0]["id"].clone();
        let input = json!({ "order_id": order, "item_id": id, "confirm": true });
        let input: DeletePart = serde_json::from_value(input).unwrap();
        let done = shop.engine.order_items().delete(&shop.scope(), input).await.unwrap();
        done.data["order_item"].clone()
    };
    let gone = delete().await;
    let input = serde_json::from_value(json!({ "order_id": order, "item": gone })).unwrap();
    let done = shop.engine.order_items().create(&shop.scope(), input).await.unwrap();
    assert_eq!(essence(&done.data["order_item"]), essence(&gone));
    let gone = delete().await;
    let input: AddItems = serde_json::from_value(json!({ "order_id": order, "items": [gone] })).unwrap();
    shop.engine.orders().add_items(&shop.scope(), input).await.unwrap();
    let stored = shop.stored(order)["order_items"].clone();
    assert_eq!(essence(stored.as_array().unwrap().last().unwrap()), essence(&gone));
}

fn listed() -> ListProducts {
    serde_json::from_value(json!({})).unwrap()
}

#[tokio::test]
async fn a_deleted_inventory_item_is_added_as_it_was() {
    let shop = Shop::open().await;
    let listed = shop.engine.products().list(&shop.scope(), listed()).await.unwrap();
    let id = listed.data["products"][0]["id"].to_string();
    let input: DeleteProduct =
        serde_json::from_value(json!({ "product_id": id.trim_matches('"'), "confirm": true })).unwrap();
    let done = shop.engine.products().delete(&shop.scope(), input).await.unwrap();
    let gone = done.data["product"].clone();
    let create = async |product: &Value| {
        let input: CreateProduct = serde_json::from_value(json!({ "product": product })).unwrap();
        shop.engine.products().create(&shop.scope(), input).await
    };
    assert_eq!(refused(create(&gone).await), ["/product/id"]);
    let mut slip = without_id(&gone);
    slip["stok"] = 5.into();
    assert_eq!(refused(create(&slip).await), ["/product/stok"]);
    let done = create(&without_id(&gone)).await.unwrap();
    assert_eq!(essence(&done.data["product"]), essence(&gone));
    assert!(left_out(&done.warnings).is_some(), "{:?}", done.warnings);
    assert_eq!(create(&without_id(&gone)).await.unwrap_err().code(), "DUPLICATE");
}
