//! Credentials, `/test`, `/store`, and what the edge refuses.

use axum::http::{Method, Request};
use bytes::Bytes;
use http_body_util::Full;
use od_sim::{Choices, SimOptions};
use serde_json::json;

use crate::support::{Api, text};

#[tokio::test]
async fn credentials_are_tested() {
    let api = Api::start().await;
    let answer = api.get("/test").await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(text(&body, "/message"), "Connection Successful");
    assert_eq!(text(&body, "/current_date_time").len(), 19);
    assert!(text(&body, "/execution_time").ends_with(" seconds"));
}

#[tokio::test]
async fn credentials_come_from_the_headers_and_belong_together() {
    let mut api = Api::start().await;
    let right = api.store.api_key.clone();
    let other = api.sim.stores().swap_remove(1);
    for (id, key) in [
        ("90001", "wrong"),
        ("90009", &right),
        ("90001", &other.api_key),
        ("90002", &right),
    ] {
        (api.store.store_id, api.store.api_key) = (id.to_owned(), key.to_owned());
        let query = format!("/test?api_key={right}&store_id=90001");
        let answer = api.get(&query).await;
        assert_eq!(answer.status, 401, "{id}");
        assert_eq!(answer.json()["status"], "error");
        assert!(
            answer.header("x-tokens-remaining").is_none(),
            "a stranger drains nobody's bucket"
        );
    }
}

#[tokio::test]
async fn the_store_shows_folders_as_a_map_and_leaks_its_secrets() {
    let api = Api::start().await;
    let store = api.get("/store").await.json()["store"].clone();
    assert_eq!(store["id"], "90001");
    assert_eq!(store["folders"]["71001"], "New");
    assert_eq!(text(&store, "/settings/api_key"), api.store.api_key);
    assert_eq!(text(&store, "/settings/smtp_password"), "simulated-mail-password");
}

#[tokio::test]
async fn the_store_id_is_a_number_by_choice() {
    let choices = Choices {
        numeric_store_id: true,
        ..Choices::default()
    };
    let api = Api::with(SimOptions {
        choices,
        ..SimOptions::default()
    })
    .await;
    assert_eq!(api.get("/store").await.json()["store"]["id"], 90001);
}

#[tokio::test]
async fn routes_and_methods_that_are_not_there() {
    let api = Api::start().await;
    let id = text(&api.an_order(), "/id").to_owned();
    let check = async |method: &str, path: &str, expected: u16| {
        let answer = api.send(method.parse().expect("a method"), path, None).await;
        assert_eq!(answer.status, expected, "{method} {path}");
        assert_eq!(answer.json()["status"], "error");
    };
    check("GET", "/folders", 404).await;
    check("GET", "/products", 404).await;
    check("GET", "/order/1", 404).await;
    check("GET", "/orders/../store", 404).await;
    check("GET", "/orders/%2e%2e%2fstore", 404).await;
    check("GET", &format!("/orders/{id}x"), 404).await;
    check("GET", &format!("/orders/+{id}"), 404).await;
    check("POST", "/test", 405).await;
    check("PATCH", &format!("/orders/{id}"), 405).await;
    check("GET", "/move-orders", 405).await;
    check("PUT", &format!("/orders/{id}/order-history"), 405).await;
}

#[tokio::test]
async fn a_get_has_no_body() {
    let api = Api::start().await;
    let answer = api.send(Method::GET, "/orders", Some(json!({}))).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_get_without_a_body_may_carry_a_content_type_unless_strict() {
    for (strict_get, expected) in [(false, 200), (true, 400)] {
        let choices = Choices {
            strict_get,
            ..Choices::default()
        };
        let api = Api::with(SimOptions {
            choices,
            ..SimOptions::default()
        })
        .await;
        let request = Request::get(format!("{}/test", api.sim.base_url()))
            .header("orderdesk-store-id", &api.store.store_id)
            .header("orderdesk-api-key", &api.store.api_key)
            .header("content-type", "application/json")
            .body(Full::<Bytes>::default())
            .expect("a request");
        assert_eq!(api.exchange(request).await.expect("an answer").status, expected);
    }
}
