//! The control plane.

use axum::http::Request;
use http_body_util::Full;
use od_sim::SimOptions;
use serde_json::{Value, json};

use crate::support::{Answer, Api, text};

async fn control(api: &Api, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", api.sim.control_url()));
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Full::from(body.to_string())),
        None => request.body(Full::default()),
    };
    api.exchange(request.expect("a request")).await.expect("an answer")
}

#[tokio::test]
async fn stores_and_their_keys_are_told() {
    let api = Api::start().await;
    let body = control(&api, "GET", "/stores", None).await.json();
    assert_eq!(text(&body, "/stores/0/api_key"), api.store.api_key);
    assert_eq!(
        (text(&body, "/stores/1/store_id"), &body["stores"][1]["orders"]),
        ("90002", &json!(25))
    );
}

#[tokio::test]
async fn faults_are_added_listed_and_cleared() {
    let api = Api::start().await;
    let fault = json!({ "kind": { "error_before_commit": { "status": 503 } }, "method": "GET", "path": "/test" });
    control(&api, "POST", "/faults", Some(fault.clone())).await;
    assert_eq!(api.get("/test").await.status, 503);
    assert_eq!(api.get("/test").await.status, 200);

    let answer = control(&api, "POST", "/faults", Some(json!([fault, { "kind": "truncate" }]))).await;
    assert_eq!(answer.json()["faults"].as_array().map(Vec::len), Some(2));
    assert_eq!(control(&api, "GET", "/faults", None).await.json(), answer.json());
    assert_eq!(control(&api, "DELETE", "/faults", None).await.status, 204);
    assert_eq!(api.get("/test").await.status, 200);

    let wrong = control(&api, "POST", "/faults", Some(json!({ "kind": "trunkate" }))).await;
    assert_eq!(wrong.status, 400);
    assert!(text(&wrong.json(), "/error").contains("trunkate"));
}

#[tokio::test]
async fn the_record_is_read_and_cleared() {
    let api = Api::start().await;
    api.get("/orders?limit=1").await;
    let body = control(&api, "GET", "/requests", None).await.json();
    assert_eq!(
        (text(&body, "/requests/0/path"), text(&body, "/requests/0/query")),
        ("/orders", "limit=1")
    );
    assert_eq!(body["requests"][0]["status"], 200);
    assert_eq!(control(&api, "DELETE", "/requests", None).await.status, 204);
    assert!(api.sim.requests().is_empty());
}

#[tokio::test]
async fn another_writer_edits_by_merge_patch() {
    let api = Api::start().await;
    let order = api.an_order();
    let path = format!("/orders/90001/{}/edit", text(&order, "/id"));
    let answer = control(
        &api,
        "POST",
        &path,
        Some(json!({ "shipping": { "city": "Elsewhere" }, "tag_name": null })),
    )
    .await;
    let edited = answer.json()["order"].clone();
    assert_eq!(text(&edited, "/shipping/city"), "Elsewhere");
    assert_eq!(edited["shipping"]["last_name"], order["shipping"]["last_name"]);
    assert!(edited.get("tag_name").is_none());
    assert_eq!(
        control(&api, "POST", "/orders/90001/1/edit", Some(json!({})))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn web_pages_find_nothing() {
    let api = Api::start().await;
    let ask = async |name: &'static str, value: &'static str| {
        let request = Request::get(format!("{}/stores", api.sim.control_url())).header(name, value);
        let answer = api.exchange(request.body(Full::default()).expect("a request")).await;
        answer.expect("an answer").status
    };
    assert_eq!(ask("accept", "*/*").await, 200);
    assert_eq!(ask("origin", "https://evil.example").await, 404);
    assert_eq!(ask("host", "rebound.evil.example:8090").await, 404);
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let api = Api::with(SimOptions {
        control_plane: false,
        ..SimOptions::default()
    })
    .await;
    assert_eq!(control(&api, "GET", "/stores", None).await.status, 404);
}

#[tokio::test]
async fn it_is_closed_where_nobody_knows_the_caller() {
    let api = Api::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = api.sim.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let ask = async |path: &str| {
        let request = Request::get(format!("http://{address}{path}"))
            .header("orderdesk-store-id", &api.store.store_id)
            .header("orderdesk-api-key", &api.store.api_key);
        let answer = api.exchange(request.body(Full::default()).expect("a request")).await;
        answer.expect("an answer").status
    };
    assert_eq!(ask("/_sim/stores").await, 404);
    assert_eq!(
        ask("/api/v2/test").await,
        200,
        "the API itself is served wherever it is mounted"
    );
    server.abort();
}
