//! The record of requests, other writers, and the life of a simulator.

use axum::http::{Method, Request};
use http_body_util::Full;
use od_sim::{SeedStore, ShopKind, SimOptions, Simulator, StartError};
use serde_json::{Value, json};

use crate::support::{Api, text};

#[tokio::test]
async fn requests_are_recorded_as_sent() {
    let api = Api::start().await;
    let request = Request::put(format!("{}/orders/1?x=%20y", api.sim.base_url()))
        .header("orderdesk-store-id", &api.store.store_id)
        .header("orderdesk-api-key", &api.store.api_key)
        .header("x-request-id", "req-7")
        .header("user-agent", "tests/1")
        .header("content-type", "application/json")
        .body(Full::from(r#"{"b":1,"a":1.10}"#))
        .expect("a request");
    api.exchange(request).await.expect("an answer");
    api.get("/test").await;

    let [put, get] = api.sim.requests().try_into().expect("two requests");
    assert_eq!(
        (put.seq, put.method.as_str(), put.path.as_str()),
        (1, "PUT", "/orders/1")
    );
    assert_eq!((put.query.as_str(), put.status), ("x=%20y", Some(404)));
    assert_eq!(
        put.body.as_ref().map(Value::to_string).as_deref(),
        Some(r#"{"b":1,"a":1.1}"#)
    );
    assert_eq!(put.user_agent.as_deref(), Some("tests/1"));
    assert_eq!(put.request_id.as_deref(), Some("req-7"));
    assert_eq!(put.content_type.as_deref(), Some("application/json"));
    assert_eq!(put.store_id.as_deref(), Some("90001"));
    assert!(
        put.replied_at
            .is_some_and(|at| at >= put.received_at && at <= get.received_at)
    );
    assert_eq!((get.seq, get.body, get.content_type), (2, None, None));
    let debug = format!("{:?}", api.sim.requests());
    assert!(!debug.contains(&api.store.api_key));

    api.sim.clear_requests();
    api.get("/test").await;
    assert_eq!(api.sim.requests()[0].seq, 3);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_kept_as_text() {
    let api = Api::start().await;
    let request = Request::post(format!("{}/orders", api.sim.base_url()))
        .header("orderdesk-store-id", &api.store.store_id)
        .header("orderdesk-api-key", &api.store.api_key)
        .body(Full::from("{nonsense"))
        .expect("a request");
    let answer = api.exchange(request).await.expect("an answer");
    assert_eq!((answer.status, text(&answer.json(), "/message")), (400, "Invalid JSON"));
    assert_eq!(api.sim.requests()[0].body, Some(json!("{nonsense")));
}

#[tokio::test]
async fn other_writers_change_orders_behind_the_api() {
    let api = Api::start().await;
    let id = text(&api.an_order(), "/id").to_owned();
    let changed = api.sim.edit_order("90001", &id, |order| {
        order.insert("brand_new_field".into(), json!({ "a": 1 }));
        order["order_items"][0]["quantity"] = 10.into();
    });
    assert!(changed);
    let order = api.get(&format!("/orders/{id}")).await.json()["order"].clone();
    assert_eq!(order["brand_new_field"], json!({ "a": 1 }));
    assert!(order["quantity_total"].as_u64() >= Some(10));
    assert!(!api.sim.edit_order("90001", "1", |_| panic!("no order")));

    let new = json!({ "customer": { "company": "ACME" }, "order_items": [{ "name": "Mug" }], "folder_id": 71004,
        "unheard_of": [1] });
    let id = api
        .sim
        .put_order("90001", new.as_object().expect("an object"))
        .expect("an id");
    let order = api.order(&id);
    assert_eq!(
        (&order["folder_id"], &order["unheard_of"]),
        (&json!(71004), &json!([1]))
    );
    assert!(api.sim.put_order("1", &serde_json::Map::new()).is_none());
}

#[tokio::test]
async fn stores_are_apart_and_keys_can_be_given() {
    let mut one = SeedStore::new("91001", "One", ShopKind::Empty, 0);
    one.api_key = "given".into();
    let two = SeedStore::new("91002", "Two", ShopKind::Outlet, 3);
    let api = Api::with(SimOptions {
        stores: vec![one.clone(), two],
        ..SimOptions::default()
    })
    .await;
    assert_eq!(api.store.api_key, "given");
    assert_eq!(api.get("/orders").await.json()["total_records"], 0);
    let foreign = text(&api.sim.orders("91002")[0], "/id").to_owned();
    assert_eq!(api.get(&format!("/orders/{foreign}")).await.status, 404);

    let twice = Simulator::start(SimOptions {
        stores: vec![one.clone(), one],
        ..SimOptions::default()
    })
    .await;
    assert!(matches!(twice, Err(StartError::StoreId(id)) if id == "91001"));
}

#[tokio::test]
async fn stopping_ends_idle_connections_too() {
    let api = Api::start().await;
    api.get("/test").await;
    let url = api.sim.base_url();
    let Api { sim, .. } = api;
    sim.stop().await;
    let fresh = Api::start().await;
    let request = Request::builder()
        .method(Method::GET)
        .uri(format!("{url}/test"))
        .body(Full::default());
    assert!(fresh.exchange(request.expect("a request")).await.is_err());
}
