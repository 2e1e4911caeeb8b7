//! Records that are sent back exactly as a reply showed them.

use serde_json::{Value, json};

use crate::support::House;

/// Asserts that a record as it was read is taken and changes nothing, and that another value of `kept` is refused.
async fn check(house: &House, tool: &str, argument: &str, mut call: Value, record: &Value, kept: &str) {
    for dry_run in [true, false] {
        call["dry_run"] = dry_run.into();
        call[argument] = record.clone();
        let done = house.call(tool, call.clone()).await;
        assert_eq!(done["status"], "success", "{tool}: {done}");
        assert_eq!(done["data"]["changes"], json!([]), "{tool}: {done}");
        call[argument][kept] = "2001-01-01 00:00:00".into();
        let refused = house.call(tool, call.clone()).await;
        assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{tool}: {refused}");
        let place = format!("/{argument}/{kept}");
        assert_eq!(
            refused["error"]["details"]["problems"][0]["path"], place,
            "{tool}: {refused}"
        );
    }
    let uploads = house
        .sim
        .requests()
        .into_iter()
        .filter(|request| request.method == "PUT");
    assert_eq!(uploads.count(), 0, "{tool}");
}

fn rows(listed: &Value, name: &str) -> Vec<Value> {
    listed["data"][name].as_array().expect("rows").clone()
}

#[tokio::test]
async fn what_was_read_is_no_change_whatever_record_it_is() {
    let house = House::open().await;
    let product = rows(&house.call("products_list", json!({})).await, "products").remove(0);
    let call = json!({ "product_id": product["id"] });
    check(&house, "products_update", "product", call, &product, "date_added").await;

    let orders = house.call("orders_list", json!({ "limit": 50 })).await;
    let mut orders = rows(&orders, "orders").into_iter().map(|order| order["id"].clone());
    let (order, shipment) = loop {
        let order = orders.next().expect("an order with a shipment");
        let mut shipments = rows(
            &house.call("shipments_list", json!({ "order_id": order })).await,
            "shipments",
        );
        if !shipments.is_empty() {
            break (order, shipments.remove(0));
        }
    };
    let call = json!({ "order_id": order, "shipment_id": shipment["id"] });
    check(&house, "shipments_update", "shipment", call, &shipment, "date_added").await;
    // As Order Desk writes that the whole order is in the parcel.
    let mut unnamed = shipment.clone();
    unnamed["order_items"] = "".into();
    if shipment["order_items"].as_array().is_none_or(Vec::is_empty) {
        let call = json!({ "order_id": order, "shipment_id": shipment["id"] });
        check(&house, "shipments_update", "shipment", call, &unnamed, "label_image").await;
    }

    let item = rows(
        &house.call("order_items_list", json!({ "order_id": order })).await,
        "order_items",
    )
    .remove(0);
    let call = json!({ "order_id": order, "item_id": item["id"] });
    check(&house, "order_items_update", "item", call, &item, "id").await;

    let batch = json!({ "products": [product] });
    let done = house.call("products_batch_update", batch).await;
    assert_eq!(done["data"]["results"][0]["message"], "was so already", "{done}");
}
