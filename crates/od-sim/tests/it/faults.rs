//! Every fault, as it looks from outside, and whether the work was done.

use std::time::{Duration, Instant};

use axum::http::Method;
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Answer, Api, text};

/// Adds a history entry under a fault: what came back, and whether the entry was written.
async fn strike(kind: FaultKind) -> (Result<Answer, String>, bool) {
    let api = Api::start().await;
    let id = text(&api.an_order(), "/id").to_owned();
    let before = api.sim.history("90001", &id).len();
    let name = kind.name();
    api.sim.inject(Fault::new(kind).on("POST", "/orders/*/order-history"));
    assert_eq!(api.get("/test").await.status, 200, "other calls pass");
    let path = format!("/orders/{id}/order-history");
    let answer = api.try_send(Method::POST, &path, Some(json!({ "note": "x" }))).await;
    assert_eq!(api.sim.requests().last().and_then(|request| request.fault), Some(name));
    assert!(api.sim.waiting_faults().is_empty());
    (answer, api.sim.history("90001", &id).len() > before)
}

#[tokio::test]
async fn a_storm_of_429() {
    let (answer, committed) = strike(FaultKind::RateLimited { retry_after: 1.25 }).await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.status, committed), (429, false));
    assert_eq!(
        (answer.header("x-retry-after"), answer.header("x-tokens-remaining")),
        (Some("1.25"), Some("0"))
    );
}

#[tokio::test]
async fn server_errors_before_and_after_the_work() {
    let (answer, committed) = strike(FaultKind::ErrorBeforeCommit {
        status: 503,
        html: false,
    })
    .await;
    let answer = answer.expect("an answer");
    assert_eq!(
        (answer.status, text(&answer.json(), "/status"), committed),
        (503, "error", false)
    );

    let (answer, committed) = strike(FaultKind::ErrorAfterCommit {
        status: 502,
        html: true,
    })
    .await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.status, committed), (502, true));
    assert!(answer.text.contains("<h1>502 Bad Gateway</h1>"));
    assert!(
        answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
}

#[tokio::test]
async fn connections_that_end_without_an_answer() {
    let (answer, committed) = strike(FaultKind::DropBeforeCommit).await;
    assert!(answer.is_err() && !committed);
    let (answer, committed) = strike(FaultKind::DropAfterCommit).await;
    assert!(answer.is_err() && committed);
}

#[tokio::test]
async fn a_dropped_connection_carries_not_one_byte() {
    let api = Api::start().await;
    api.sim.inject(Fault::new(FaultKind::DropAfterCommit));
    let address = api.sim.base_url().replace("http://", "").replace("/api/v2", "");
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    let (id, key) = (&api.store.store_id, &api.store.api_key);
    let request = format!(
        "GET /api/v2/test HTTP/1.1\r\nHost: {address}\r\nORDERDESK-STORE-ID: {id}\r\nORDERDESK-API-KEY: {key}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await.expect("the end");
    assert_eq!(String::from_utf8_lossy(&received), "");
    assert_eq!(api.sim.requests()[0].status, None);
}

#[tokio::test]
async fn calls_that_are_never_answered() {
    for (kind, expected) in [(FaultKind::HangBeforeCommit, false), (FaultKind::HangAfterCommit, true)] {
        let api = Api::start().await;
        let id = text(&api.an_order(), "/id").to_owned();
        let before = api.sim.history("90001", &id).len();
        api.sim.inject(Fault::new(kind));
        let path = format!("/orders/{id}/order-history");
        let call = api.try_send(Method::POST, &path, Some(json!({ "note": "x" })));
        assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err());
        assert_eq!(api.sim.history("90001", &id).len() > before, expected);
        // The simulator stops all the same.
        let started = Instant::now();
        api.sim.stop().await;
        assert!(started.elapsed() < Duration::from_secs(4));
    }
}

#[tokio::test]
async fn bodies_that_are_cut_or_not_json() {
    let (answer, committed) = strike(FaultKind::Truncate).await;
    assert!(answer.is_err() && committed);

    let (answer, committed) = strike(FaultKind::Html).await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.status, committed), (200, true));
    assert!(answer.text.starts_with("<html>"));
}

#[tokio::test]
async fn late_and_dripping_replies() {
    let started = Instant::now();
    let (answer, committed) = strike(FaultKind::Slow { ms: 300 }).await;
    assert!(answer.expect("an answer").status == 200 && committed);
    assert!(started.elapsed() >= Duration::from_millis(300));

    let started = Instant::now();
    let (answer, _) = strike(FaultKind::Drip { ms: 1 }).await;
    assert_eq!(text(&answer.expect("an answer").json(), "/status"), "success");
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn an_error_inside_success() {
    let (answer, committed) = strike(FaultKind::ErrorInSuccess { message: "Busy".into() }).await;
    let answer = answer.expect("an answer");
    let body = answer.json();
    assert_eq!(
        (answer.status, text(&body, "/status"), text(&body, "/message")),
        (200, "error", "Busy")
    );
    assert!(!committed);
}

#[tokio::test]
async fn huge_and_deep_replies_are_well_formed() {
    let (answer, _) = strike(FaultKind::Huge { megabytes: 3 }).await;
    let answer = answer.expect("an answer");
    assert!(answer.text.len() > 3_000_000);
    assert_eq!(text(&answer.json(), "/padding").len(), 3_000_000);

    let (answer, _) = strike(FaultKind::Deep { levels: 5000 }).await;
    let text = answer.expect("an answer").text;
    assert_eq!(text.matches('[').count(), 5000);
    assert_eq!(text.matches(']').count(), 5000);
}

fn patch(city: &str) -> FaultKind {
    let patch = json!({ "shipping": { "city": city }, "email": null });
    FaultKind::ConcurrentEdit {
        patch: patch.as_object().cloned().expect("an object"),
    }
}

#[tokio::test]
async fn another_writer_comes_between_a_read_and_the_next_upload() {
    let api = Api::start().await;
    let order = api.an_order();
    let id = text(&order, "/id").to_owned();
    let path = format!("/orders/{id}");
    api.sim.inject(Fault::new(patch("Elsewhere")).on("GET", "/orders/*"));

    let read = api.get(&path).await.json()["order"].clone();
    assert_eq!(read, order, "the reader sees the state before");
    let between = api.order(&id);
    assert_eq!(text(&between, "/shipping/city"), "Elsewhere");
    assert_eq!(between["shipping"]["first_name"], order["shipping"]["first_name"]);
    assert!(between.get("email").is_none());

    api.put(&path, read).await;
    assert_eq!(
        api.order(&id)["shipping"]["city"],
        order["shipping"]["city"],
        "the last write wins"
    );
}

#[tokio::test]
async fn another_writer_comes_right_before_a_write() {
    let api = Api::start().await;
    let id = text(&api.an_order(), "/id").to_owned();
    api.sim
        .inject(Fault::new(patch("Elsewhere")).on("POST", "/orders/*/order-history"));
    let answer = api
        .post(&format!("/orders/{id}/order-history"), json!({ "note": "x" }))
        .await
        .json();
    assert_eq!(text(&answer, "/order/shipping/city"), "Elsewhere");
}

#[tokio::test]
async fn another_program_uploads_what_it_read_right_before_a_read() {
    let api = Api::start().await;
    let order = api.an_order();
    let id = text(&order, "/id").to_owned();
    let mut record = order.as_object().cloned().expect("an object");
    record.insert("customer_id".to_owned(), "4711".into());
    let path = format!("/orders/{id}");
    let mut ours = order.clone();
    ours["email"] = "new@example.test".into();
    api.put(&path, ours).await;
    api.sim
        .inject(Fault::new(FaultKind::ConcurrentUpload { record }).on("GET", "/orders/*"));
    let read = api.get(&path).await.json()["order"].clone();
    assert_eq!(
        (&read["customer_id"], &read["email"]),
        (&json!("4711"), &order["email"])
    );
    let history = api.sim.history("90001", &id);
    let updates = history.iter().filter(|entry| entry["note"] == "Order Updated");
    assert_eq!(updates.count(), 2);
}

#[tokio::test]
async fn faults_at_random_strike_about_as_often_as_asked() {
    let api = Api::start().await;
    let fault = Fault::new(FaultKind::ErrorBeforeCommit {
        status: 500,
        html: false,
    });
    api.sim.set_faults(vec![fault.with_probability(0.3)]);
    let mut struck = 0;
    for _ in 0..200 {
        struck += u32::from(api.get("/test").await.status == 500);
    }
    assert!((30..90).contains(&struck), "{struck}");
    api.sim.set_faults(Vec::new());
    assert_eq!(api.get("/test").await.json()["status"], Value::from("success"));
}
