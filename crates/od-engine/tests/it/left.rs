//! What is left of an order that goes in parts.

use od_engine::shipments::{CreatePart, CreateShipments};
use od_engine::{Error, Outcome};
use serde_json::{Value, json};

use crate::support::Shop;

/// An order that nothing was sent of, with lines of these codes.
fn order_of(shop: &Shop, lines: &[(&str, u32)]) -> String {
    let is_unshipped = |id: &String| shop.stored(id)["order_shipments"].as_array().is_some_and(Vec::is_empty);
    let order = shop.order_ids().into_iter().find(is_unshipped).unwrap();
    let line = |(at, (code, quantity)): (usize, &(&str, u32))| json!({ "id": (901 + at).to_string(), "name": code, "code": code, "quantity": quantity, "price": 1 });
    shop.sim.edit_order(&shop.store.store_id, &order, |order| {
        order["order_items"] = lines.iter().enumerate().map(line).collect();
    });
    order
}

async fn add(shop: &Shop, order: &str, shipment: Value) -> Result<Outcome<Value>, Error> {
    let input: CreatePart = serde_json::from_value(json!({ "order_id": order, "shipment": shipment })).unwrap();
    shop.engine.shipments().create(&shop.scope(), input).await
}

#[tokio::test]
async fn a_parcel_of_a_part_says_what_is_left() {
    let shop = Shop::open().await;
    let order = order_of(&shop, &[("MUG", 3), ("TEE", 1)]);
    let parcel = |number: &str, contents: Value| json!({ "tracking_number": number, "order_items": contents });
    let left = |done: &Outcome<Value>| {
        let said = "In no shipment of the order yet: ";
        done.warnings
            .iter()
            .find_map(|warning| warning.strip_prefix(said).map(str::to_owned))
    };
    let first = add(&shop, &order, parcel("P1", json!([{ "id": "901", "quantity": 2 }])))
        .await
        .unwrap();
    assert_eq!(
        left(&first).as_deref(),
        Some("1 of MUG, 1 of TEE."),
        "{:?}",
        first.warnings
    );
    let rest = json!([{ "id": "901", "quantity": 1 }, { "id": "902", "quantity": 1 }]);
    let last = add(&shop, &order, parcel("P2", rest)).await.unwrap();
    assert_eq!(left(&last), None, "{:?}", last.warnings);
}

#[tokio::test]
async fn a_batch_says_what_its_orders_have_left() {
    let shop = Shop::open().await;
    let order = order_of(&shop, &[("MUG", 5)]);
    let row = |number: &str| json!({ "order_id": order, "tracking_number": number, "order_items": [{ "id": "901", "quantity": 2 }] });
    let input = json!({ "shipments": [row("T1"), row("T2")] });
    let input: CreateShipments = serde_json::from_value(input).unwrap();
    let done = shop
        .engine
        .shipments()
        .batch_create(&shop.scope(), input)
        .await
        .unwrap();
    let told = format!("Order {order}: In no shipment of the order yet: 1 of MUG.");
    assert!(done.warnings.contains(&told), "{:?}", done.warnings);
}
