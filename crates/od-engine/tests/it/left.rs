//! What is left of an order that goes in parts.

use od_engine::items::DeletePart;
use od_engine::orders::{Destination, MoveOrders, MutateOrder};
use od_engine::shipments::{CreatePart, CreateShipments, UpdatePart};
use od_engine::{Clock, Error, Outcome};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, mutation_of, ops_of};

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

fn told(done: Result<Outcome<Value>, Error>) -> String {
    done.unwrap().warnings.join("\n")
}

/// An order of which two of three mugs were sent.
async fn shipped_in_part(shop: &Shop) -> String {
    let order = order_of(shop, &[("MUG", 3), ("TEE", 1)]);
    let parcel = json!({ "tracking_number": "P1", "order_items": [{ "id": "901", "quantity": 2 }] });
    add(shop, &order, parcel).await.unwrap();
    order
}

#[tokio::test]
async fn fewer_than_were_shipped_are_told_and_taken() {
    let shop = Shop::open().await;
    let order = shipped_in_part(&shop).await;
    let short = "hold more than its lines, and stay as they are: 2 of MUG, of which 1 are ordered now.";
    let mutation = json!({ "order_items": [{ "id": "901", "quantity": 1 }] });
    let shown = MutateOrder {
        dry_run: true,
        ..mutation_of(&order, mutation.clone())
    };
    let shown = told(shop.engine.orders().mutate(&shop.scope(), shown).await);
    assert!(shown.contains(short), "{shown}");
    let done = told(shop.change(&order, mutation).await);
    assert!(done.contains(short), "{done}");
    shop.change(&order, json!({ "order_items": [{ "id": "901", "quantity": 3 }] }))
        .await
        .unwrap();
    let update = json!({ "order_id": order, "item_id": "901", "item": { "quantity": 1 } });
    let input: UpdatePart = serde_json::from_value(update).unwrap();
    let done = told(shop.engine.order_items().update(&shop.scope(), input).await);
    assert!(done.contains(short), "{done}");
    let delete = json!({ "order_id": order, "item_id": "901", "dry_run": true });
    let input: DeletePart = serde_json::from_value(delete).unwrap();
    let shown = told(shop.engine.order_items().delete(&shop.scope(), input).await);
    assert!(shown.contains("2 of MUG, which the order has no more."), "{shown}");
    let ops = json!([{ "op": "remove_items", "item_ids": ["901"] }]);
    let remove = MutateOrder {
        confirmed: true,
        ..ops_of(&order, ops)
    };
    let done = told(shop.engine.orders().mutate(&shop.scope(), remove).await);
    assert!(done.contains("2 of MUG, which the order has no more."), "{done}");
}

#[tokio::test]
async fn what_an_order_that_moves_has_left_is_told() {
    let shop = Shop::open().await;
    let order = shipped_in_part(&shop).await;
    let left = "was shipped in part; in no shipment of it yet: 1 of MUG, 1 of TEE.";
    let here = shop.stored(&order)["folder_id"].as_u64().unwrap();
    let folders = shop.engine.stores().folders(&shop.scope(), None, false).await.unwrap();
    let mut folders = folders.data.iter().map(|folder| folder.id.parse::<u64>().unwrap());
    let other = folders.find(|folder| *folder != here).unwrap();
    let moved = |dry_run: bool| MoveOrders {
        store: None,
        order_ids: vec![order.clone()],
        destination: Destination::Id(other),
        dry_run,
        confirmed: true,
    };
    let shown = told(shop.engine.orders().move_folder(&shop.scope(), moved(true)).await);
    assert!(shown.contains(&format!("Order {order} {left}")), "{shown}");
    let ops = || json!([{ "op": "move_folder", "destination_folder_id": other.to_string() }]);
    for dry_run in [true, false] {
        let input = MutateOrder {
            confirmed: true,
            dry_run,
            ..ops_of(&order, ops())
        };
        let done = told(shop.engine.orders().mutate(&shop.scope(), input).await);
        assert!(done.contains(&format!("The order {left}")), "{dry_run}: {done}");
    }
}

#[tokio::test]
async fn a_parcel_that_another_order_has_is_told_where_the_copy_of_the_orders_is_open() {
    // The copy has the orders of the last months.
    let clock = Clock::manual("2026-03-02T15:00:00Z".parse().unwrap());
    let shop = Shop::open_at(Setup::default(), clock).await;
    let first = order_of(&shop, &[("MUG", 1)]);
    add(&shop, &first, json!({ "tracking_number": "1Z 999 AA1" }))
        .await
        .unwrap();
    let second = order_of(&shop, &[("MUG", 1)]);
    let elsewhere = format!("1Z999AA1 (order {first}");
    let parcel = || json!({ "tracking_number": "1z999aa1" });
    let preview = async |order: &str, shipment: Value| {
        let input = json!({ "order_id": order, "shipment": shipment, "dry_run": true });
        let input: CreatePart = serde_json::from_value(input).unwrap();
        told(shop.engine.shipments().create(&shop.scope(), input).await)
    };
    // Nothing is read for it.
    assert!(!preview(&second, parcel()).await.contains(&elsewhere));
    shop.engine
        .insight()
        .queue(&shop.scope(), serde_json::from_value(json!({})).unwrap())
        .await
        .unwrap();
    let before = shop.calls().len();
    let shown = preview(&second, parcel()).await;
    assert!(shown.contains(&elsewhere), "{shown}");
    assert_eq!(shop.calls().len(), before + 1);
    assert!(!preview(&first, parcel()).await.contains(&elsewhere));
    assert!(
        !preview(&second, json!({ "tracking_number": "n/a" }))
            .await
            .contains("order")
    );
    let row = json!({ "shipments": [{ "order_id": second, "tracking_number": "1z999aa1" }] });
    let input: CreateShipments = serde_json::from_value(row).unwrap();
    let done = told(shop.engine.shipments().batch_create(&shop.scope(), input).await);
    assert!(done.contains(&elsewhere), "{done}");
    assert_eq!(shop.stored(&second)["order_shipments"].as_array().unwrap().len(), 1);
}
