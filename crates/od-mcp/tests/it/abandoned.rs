//! Calls whose caller goes away: reads that were not sent are given up, changes are finished.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use od_mcp::{StdioOptions, StdioSession, ToolOptions, serve_on};
use od_sim::{Fault, FaultKind};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, split};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::support::{House, NO_LIMITS, modern, rpc, state_key};

/// How long Order Desk keeps the store waiting.
const CLOSED: f64 = 1.5;

/// The next request is refused; until it may be sent again it waits in the queue.
fn close(house: &House, method: &str) {
    let kind = FaultKind::RateLimited { retry_after: CLOSED };
    house.sim.inject(Fault::new(kind).on(method, "/orders/*"));
}

/// Until everything that waits has been sent.
async fn reopened() {
    tokio::time::sleep(Duration::from_secs_f64(CLOSED + 0.7)).await;
}

fn sent(house: &House, method: &str) -> usize {
    house
        .sim
        .requests()
        .iter()
        .filter(|request| request.method == method)
        .count()
}

/// Sends a call and hangs up before it is answered, as the HTTP library drops the future of a request whose connection
/// has ended.
async fn call_and_hang_up(house: &House, params: Value, headers: &[(&str, &str)]) {
    let mut request = Request::post("/mcp")
        .header("host", "localhost:8080")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("authorization", format!("Bearer {}", house.key.expose_secret()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Body::from(rpc("tools/call", params).to_string()))
        .expect("a request");
    let answered = tokio::time::timeout(Duration::from_millis(400), house.router.clone().oneshot(request)).await;
    assert!(answered.is_err(), "{answered:?}");
}

/// What the audit log has of the one call of a tool.
async fn only_entry(house: &House, tool: &str) -> Value {
    let mut entries = house.recorded(tool).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

async fn is_given_up(house: &House) {
    reopened().await;
    assert_eq!(sent(house, "GET"), 1, "the refused one, and no other");
    let entry = only_entry(house, "orders.get").await;
    assert_eq!(entry["status"], "error", "{entry}");
    assert!(
        entry["error_message"]
            .as_str()
            .expect("a reason")
            .contains("nobody waited"),
        "{entry}"
    );
}

#[tokio::test]
async fn a_read_is_given_up_when_its_caller_hangs_up() {
    for era in ["2025-11-25", "2026-07-28"] {
        let house = House::open().await;
        close(&house, "GET");
        let params = json!({ "name": "orders_get", "arguments": { "order_id": house.an_order() } });
        if era == "2026-07-28" {
            let headers = [
                ("mcp-protocol-version", era),
                ("mcp-method", "tools/call"),
                ("mcp-name", "orders_get"),
            ];
            call_and_hang_up(&house, modern(params, json!({})), &headers).await;
        } else {
            call_and_hang_up(&house, params, &[("mcp-protocol-version", era)]).await;
        }
        is_given_up(&house).await;
    }
}

#[tokio::test]
async fn a_dry_run_is_a_read() {
    let house = House::open().await;
    close(&house, "GET");
    let arguments =
        json!({ "order_id": house.an_order(), "mutation": { "email": "new@example.test" }, "dry_run": true });
    call_and_hang_up(
        &house,
        json!({ "name": "orders_mutate_full", "arguments": arguments }),
        &[],
    )
    .await;
    reopened().await;
    assert_eq!(sent(&house, "GET"), 1);
    assert_eq!(only_entry(&house, "orders.mutate_full").await["status"], "error");
}

#[tokio::test]
async fn a_change_is_finished_although_its_caller_hangs_up() {
    for method in ["GET", "PUT"] {
        let house = House::open().await;
        close(&house, method);
        let arguments = json!({ "order_id": house.an_order(), "mutation": { "email": "new@example.test" } });
        call_and_hang_up(
            &house,
            json!({ "name": "orders_mutate_full", "arguments": arguments }),
            &[],
        )
        .await;
        reopened().await;
        let order = house.sim.order(&house.sim.stores()[0].store_id, &house.an_order());
        assert_eq!(order.expect("the order")["email"], "new@example.test", "{method}");
        assert_eq!(only_entry(&house, "orders.mutate_full").await["status"], "success");
    }
}

#[tokio::test]
async fn a_read_is_given_up_when_we_wait_no_longer() {
    let options = ToolOptions {
        request_timeout: Duration::from_millis(300),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    close(&house, "GET");
    let answer = house.call("orders_get", json!({ "order_id": house.an_order() })).await;
    assert_eq!(answer["error"]["code"], "UPSTREAM_BUSY", "{answer}");
    is_given_up(&house).await;
}

#[tokio::test]
async fn a_read_is_given_up_when_it_is_taken_back_over_stdio() {
    let house = House::open().await;
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.tools, &house.key).await.expect("signed in");
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let (tools, stop) = (house.tools.clone(), CancellationToken::new());
    let stopped = stop.clone();
    let server =
        tokio::spawn(async move { Box::pin(serve_on(split(theirs), tools, session, &state_key(), stopped)).await });
    let (_reader, mut writer) = split(ours);
    let client = json!({"name": "story", "version": "1"});
    let initialize = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
    let call = json!({ "name": "orders_get", "arguments": { "order_id": house.an_order() } });
    let messages = [
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": initialize}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call}),
    ];
    close(&house, "GET");
    for message in messages {
        writer
            .write_all(format!("{message}\n").as_bytes())
            .await
            .expect("written");
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}});
    writer
        .write_all(format!("{cancel}\n").as_bytes())
        .await
        .expect("written");
    is_given_up(&house).await;
    stop.cancel();
    server.await.expect("no panic").expect("served to the end");
}
