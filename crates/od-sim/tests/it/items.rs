//! Order items.

use serde_json::{Value, json};

use crate::support::{Api, text};

async fn some_order(api: &Api) -> (String, Value) {
    let order = json!({
        "customer": { "company": "ACME" }, "tax_total": 1.5,
        "order_items": [{ "name": "Mug", "price": 10, "weight": 1, "metadata": { "image": "a.png" } }]
    });
    let order = api.post("/orders", order).await.json()["order"].clone();
    (format!("/orders/{}/order-items", text(&order, "/id")), order)
}

#[tokio::test]
async fn items_are_listed_and_read() {
    let api = Api::start().await;
    let (path, order) = some_order(&api).await;
    let body = api.get(&path).await.json();
    assert_eq!(
        (&body["total_records"], &body["order_items"]),
        (&json!(1), &order["order_items"])
    );
    let item = text(&order, "/order_items/0/id");
    assert_eq!(
        api.get(&format!("{path}/{item}")).await.json()["order_item"],
        order["order_items"][0]
    );
    assert_eq!(api.get(&format!("{path}/1")).await.status, 404);
    assert_eq!(api.get("/orders/1/order-items").await.status, 404);
}

#[tokio::test]
async fn adding_tells_no_id_and_sums_again() {
    let api = Api::start().await;
    let (path, order) = some_order(&api).await;
    let line = json!({ "name": "Tote", "price": "20.00", "quantity": 2 });
    let answer = api.post(&path, line.clone()).await.json();
    assert_eq!(text(&answer, "/message"), "Order Item Added");
    assert!(answer.get("order_item").is_none());
    api.post(&path, line).await;

    let after = api.order(text(&order, "/id"));
    assert_eq!(
        after["order_items"].as_array().map(Vec::len),
        Some(3),
        "the same line twice is two lines"
    );
    assert_eq!(
        (&after["product_total"], &after["order_total"]),
        (&json!(90), &json!(91.5))
    );
    assert_eq!(after["quantity_total"], 5);
    assert_eq!(api.post(&path, json!({ "price": 1 })).await.status, 400);
}

#[tokio::test]
async fn updating_replaces_the_whole_item() {
    let api = Api::start().await;
    let (path, order) = some_order(&api).await;
    let item = format!("{path}/{}", text(&order, "/order_items/0/id"));
    assert_eq!(
        text(&api.put(&item, json!({ "quantity": 3 })).await.json(), "/message"),
        "Order Item Updated"
    );
    let after = api.get(&item).await.json()["order_item"].clone();
    assert_eq!(after["id"], order["order_items"][0]["id"]);
    assert_eq!(
        (text(&after, "/name"), &after["price"], &after["metadata"]),
        ("", &json!(0), &json!([]))
    );
}

#[tokio::test]
async fn the_method_override_reaches_the_update() {
    use axum::http::Request;
    use http_body_util::Full;
    let api = Api::start().await;
    let (path, order) = some_order(&api).await;
    let uri = format!("{}{path}/{}", api.sim.base_url(), text(&order, "/order_items/0/id"));
    let request = Request::post(uri)
        .header("orderdesk-store-id", &api.store.store_id)
        .header("orderdesk-api-key", &api.store.api_key)
        .header("x-http-method-override", "PUT")
        .body(Full::from(r#"{"name":"Cup"}"#))
        .expect("a request");
    assert_eq!(api.exchange(request).await.expect("an answer").status, 200);
    assert_eq!(api.order(text(&order, "/id"))["order_items"][0]["name"], "Cup");
}

#[tokio::test]
async fn removing_sums_again() {
    let api = Api::start().await;
    let (path, order) = some_order(&api).await;
    let item = text(&order, "/order_items/0/id");
    let answer = api.delete(&format!("{path}/{item}")).await.json();
    assert_eq!(text(&answer, "/message"), format!("Order Item {item} Deleted"));
    assert_eq!(api.order(text(&order, "/id"))["order_total"], 1.5);
    assert_eq!(api.delete(&format!("{path}/{item}")).await.status, 404);
}
