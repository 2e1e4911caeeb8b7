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
async fn choices_are_listed_and_made() {
    let api = Api::start().await;
    let listed = control(&api, "GET", "/choices", None).await.json();
    let stands = |listed: &Value, name: &str| {
        let all = listed["choices"].as_array().cloned().unwrap_or_default();
        let choice = all.into_iter().find(|choice| choice["name"] == name);
        choice.unwrap_or_else(|| panic!("no {name}: {listed}"))
    };
    let strict = stands(&listed, "strict_get");
    assert_eq!((&strict["value"], &strict["default"]), (&json!(false), &json!(false)));
    assert!(text(&strict, "/source").contains("API reference"), "{strict}");

    let made = control(&api, "PUT", "/choices", Some(json!({ "numeric_store_id": true }))).await;
    assert_eq!(made.status, 200);
    assert_eq!(stands(&made.json(), "numeric_store_id")["value"], true);
    assert_eq!(api.get("/store").await.json()["store"]["id"], 90001);

    let wrong = control(&api, "PUT", "/choices", Some(json!({ "numeric_store": true }))).await;
    assert_eq!(wrong.status, 400);
    assert!(
        text(&wrong.json(), "/error").contains("numeric_store_id"),
        "it names what there is"
    );
}

#[tokio::test]
async fn a_reset_brings_back_the_beginning_under_the_same_keys() {
    let api = Api::with(SimOptions {
        bucket_size: 4,
        refill_per_second: 0.001,
        ..SimOptions::default()
    })
    .await;
    let (before, history) = (api.sim.orders("90001"), api.sim.history("90001", "80012404"));
    let order = api.an_order();
    api.put(&format!("/orders/{}", text(&order, "/id")), json!({})).await;
    api.delete(&format!("/orders/{}", text(&before[0], "/id"))).await;
    api.post(
        "/orders",
        json!({ "shipping": { "last_name": "Q" }, "order_items": [{ "name": "Mug" }] }),
    )
    .await;
    control(&api, "PUT", "/choices", Some(json!({ "numeric_store_id": true }))).await;
    control(&api, "POST", "/faults", Some(json!({ "kind": "html", "times": 0 }))).await;
    assert_eq!(control(&api, "POST", "/reset", None).await.status, 204);

    assert_eq!(api.sim.orders("90001"), before, "to the last digit");
    assert_eq!(api.sim.history("90001", "80012404"), history);
    assert!(api.sim.requests().is_empty() && api.sim.waiting_faults().is_empty());
    let answer = api.get("/store").await;
    assert_eq!((answer.status, answer.header("x-tokens-remaining")), (200, Some("3")));
    assert_eq!(answer.json()["store"]["id"], 90001, "choices stay");
}

#[tokio::test]
async fn posting_to_a_receiver_that_refuses_answers_after_the_first_try() {
    let api = Api::start().await;
    let path = format!("/orders/90001/{}/post", text(&api.an_order(), "/id"));
    // A port that was free a moment ago: nobody listens.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let url = format!("http://127.0.0.1:{port}/hook");
    let started = std::time::Instant::now();
    let answer = control(&api, "POST", &path, Some(json!({ "url": url, "format": "json" }))).await;
    assert_eq!(
        answer.json(),
        json!({ "delivered": false, "tries": [null], "next_try_in_seconds": 10.0 })
    );
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    let wrong = control(&api, "POST", &path, Some(json!({ "url": "https://127.0.0.1:1/" }))).await;
    assert_eq!(wrong.status, 400);
    let wrong = control(&api, "POST", &path, Some(json!({ "url": url, "format": "xml" }))).await;
    assert!(wrong.text.contains("form"), "{}", wrong.text);
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
