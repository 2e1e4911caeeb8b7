//! Orders: list, read, create, delete, history.

use od_sim::{Choices, Event, Rule, SimOptions};
use serde_json::{Value, json};

use crate::support::{Api, text};

fn new_order() -> Value {
    json!({
        "source_name": "Shopify", "source_id": "WEB-77", "email": "ada@example.test",
        "shipping": { "first_name": "Ada", "last_name": "Quill" },
        "order_items": [{ "name": "Enamel Mug", "code": "MUG-BLU-11", "price": 14.5, "quantity": 2 }]
    })
}

#[tokio::test]
async fn lists_are_pages_of_complete_orders_newest_first() {
    let api = Api::start().await;
    let body = api.get("/orders?limit=20&offset=50").await.json();
    let numbers = ["total_records", "records_returned", "offset", "limit"].map(|key| body[key].as_u64());
    assert_eq!(numbers, [Some(60), Some(10), Some(50), Some(20)]);

    let body = api.get("/orders").await.json();
    let orders = body["orders"].as_array().expect("orders");
    assert_eq!(orders.len(), 50);
    let dates: Vec<&str> = orders.iter().map(|order| text(order, "/date_added")).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    assert!(
        orders
            .iter()
            .all(|order| order["order_items"].is_array() && order.get("order_history").is_none())
    );
    assert!(orders[0]["id"].is_string() && orders[0]["folder_id"].is_i64() && orders[0]["email_count"].is_string());
}

#[tokio::test]
async fn no_match_is_an_empty_list() {
    let api = Api::start().await;
    let answer = api.get("/orders?source_id=nobody").await;
    assert_eq!((answer.status, &answer.json()["orders"]), (200, &json!([])));
}

#[tokio::test]
async fn one_order_is_as_in_the_list() {
    let api = Api::start().await;
    let order = api.an_order();
    let path = format!("/orders/{}", text(&order, "/id"));
    assert_eq!(api.get(&path).await.json()["order"], order);
    let with_history = api.get(&format!("{path}?get_order_history=1")).await.json();
    assert_eq!(with_history["order"]["order_history"][0]["note"], "Order Imported");
    assert_eq!(api.get("/orders/1").await.status, 404);
}

#[tokio::test]
async fn creating_answers_the_whole_order() {
    let api = Api::start().await;
    let answer = api.post("/orders", new_order()).await;
    assert_eq!(answer.status, 201);
    let order = answer.json()["order"].clone();
    assert_eq!(order["order_total"], 29);
    assert_eq!(order["customer"]["last_name"], "Quill");
    assert_eq!(order["folder_id"], 71001);
    assert_eq!(api.order(text(&order, "/id")), order);
}

#[tokio::test]
async fn creating_takes_from_the_stock() {
    let api = Api::start().await;
    let stock = async || {
        let body = api.get("/inventory-items?code=MUG-BLU-11").await.json();
        body["inventory_items"][0]["stock"].as_i64().expect("a stock")
    };
    let before = stock().await;
    api.post("/orders", new_order()).await;
    assert_eq!(stock().await, before - 2);
}

#[tokio::test]
async fn bad_orders_are_refused_with_reasons() {
    let api = Api::start().await;
    let before = api.sim.orders("90001").len();
    let check = async |body: Value, reasons: usize| {
        let answer = api.post("/orders", body).await;
        assert_eq!((answer.status, text(&answer.json(), "/status")), (400, "error"));
        assert_eq!(
            answer.json()["errors"].as_array().map_or(0, Vec::len),
            reasons,
            "{}",
            answer.text
        );
    };
    check(json!({}), 2).await;
    check(json!({ "order_items": [{ "name": "Mug" }] }), 1).await;
    check(json!({ "customer": { "company": "ACME" }, "order_items": [] }), 1).await;
    check(json!([1]), 0).await;
    assert_eq!(api.sim.orders("90001").len(), before);
}

#[tokio::test]
async fn a_second_import_names_the_first() {
    let api = Api::start().await;
    let first = api.post("/orders", new_order()).await.json();
    let again = api.post("/orders", new_order()).await;
    assert_eq!(again.status, 400);
    assert!(again.text.contains(text(&first, "/order/id")), "{}", again.text);

    let mut elsewhere = new_order();
    elsewhere["source_name"] = "Etsy".into();
    assert_eq!(api.post("/orders", elsewhere).await.status, 201);
    let mut unnamed = new_order();
    unnamed["source_id"] = "".into();
    assert_eq!(api.post("/orders", unnamed.clone()).await.status, 201);
    assert_eq!(
        api.post("/orders", unnamed).await.status,
        201,
        "without a source id nothing is a duplicate"
    );
}

#[tokio::test]
async fn an_unknown_folder_is_the_first_one_or_refused() {
    let mut order = new_order();
    order["folder_id"] = 1.into();
    let api = Api::start().await;
    assert_eq!(
        api.post("/orders", order.clone()).await.json()["order"]["folder_id"],
        71001
    );

    let choices = Choices {
        refuse_unknown_folder: true,
        created_is_201: false,
        ..Choices::default()
    };
    let api = Api::with(SimOptions {
        choices,
        ..SimOptions::default()
    })
    .await;
    assert_eq!(api.post("/orders", order.clone()).await.status, 400);
    order["folder_id"] = "71002".into();
    let answer = api.post("/orders", order).await;
    assert_eq!(
        (answer.status, &answer.json()["order"]["folder_id"]),
        (200, &json!(71002))
    );
}

#[tokio::test]
async fn an_import_rule_may_move_the_order_at_once() {
    let rule = Rule {
        note: Some("Order Emailed to Customer".into()),
        move_to: Some("Awaiting Artwork".into()),
        ..Rule::on(Event::Imported)
    };
    let api = Api::with(SimOptions {
        rules: vec![rule],
        ..SimOptions::default()
    })
    .await;
    let order = api.post("/orders", new_order()).await.json()["order"].clone();
    assert_eq!(order["folder_id"], 71005);
    assert_eq!(api.sim.history("90001", text(&order, "/id")).len(), 3);
}

#[tokio::test]
async fn deleting_is_for_good() {
    let api = Api::start().await;
    let path = format!("/orders/{}", text(&api.an_order(), "/id"));
    let answer = api.delete(&path).await;
    assert_eq!((answer.status, text(&answer.json(), "/status")), (200, "success"));
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.delete(&path).await.status, 404);
}

#[tokio::test]
async fn history_is_appended() {
    let api = Api::start().await;
    let id = text(&api.an_order(), "/id").to_owned();
    let path = format!("/orders/{id}/order-history");
    let body = api.post(&path, json!({ "note": "Label reprinted" })).await.json();
    assert_eq!(body["total_records"], 1);
    let last = body["order"]["order_history"]
        .as_array()
        .and_then(|all| all.last())
        .cloned()
        .expect("an entry");
    assert_eq!(
        (text(&last, "/source_name"), text(&last, "/note")),
        ("API", "Label reprinted")
    );

    assert_eq!(api.post(&path, json!({ "source_name": "me" })).await.status, 400);
    assert_eq!(
        api.post("/orders/1/order-history", json!({ "note": "x" })).await.status,
        404
    );
    for number in 0..260 {
        api.post(&path, json!({ "note": format!("note {number}"), "source_name": "Bot" }))
            .await;
    }
    let history = api.sim.history("90001", &id);
    assert_eq!(history.len(), 250);
    assert_eq!(history.last().map(|entry| text(entry, "/note")), Some("note 259"));
}
