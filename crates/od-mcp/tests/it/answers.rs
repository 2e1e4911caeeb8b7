//! Clients that do not wait for the answer to a write, and call again.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use od_mcp::ToolOptions;
use od_sim::{Fault, FaultKind};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{House, NO_LIMITS, modern, rpc};

const SLOW: u64 = 400;
const GIVES_UP: Duration = Duration::from_millis(100);

fn add(order: &str, name: &str) -> Value {
    json!({"name": "orders_add_items", "arguments": {
        "order_id": order,
        "items": [{"name": name, "quantity": 1, "price": 5}],
    }})
}

impl House {
    /// How many lines of this name the order has at Order Desk.
    fn lines(&self, order: &str, name: &str) -> usize {
        let order = self
            .sim
            .order(&self.sim.stores()[0].store_id, order)
            .expect("the order");
        let lines = order["order_items"].as_array().expect("lines").clone();
        lines.iter().filter(|line| line["name"] == name).count()
    }

    fn slow_uploads(&self) {
        self.sim
            .inject(Fault::new(FaultKind::Slow { ms: SLOW }).on("PUT", "/orders/*").times(0));
    }

    fn request(&self, body: &Value, revision: &str) -> Request<Body> {
        let mut request = Request::post("/mcp")
            .header("host", "localhost:8080")
            .header("content-type", "application/json")
            .header("mcp-protocol-version", revision)
            .header("authorization", format!("Bearer {}", self.key.expose_secret()));
        if revision == "2026-07-28" {
            request = request
                .header("mcp-method", "tools/call")
                .header("mcp-name", body["params"]["name"].as_str().expect("a tool"));
        }
        request.body(Body::from(body.to_string())).expect("a request")
    }

    async fn envelope(&self, body: &Value, revision: &str) -> Value {
        let response = self.router.clone().oneshot(self.request(body, revision)).await;
        let bytes = to_bytes(response.expect("infallible").into_body(), usize::MAX).await;
        let reply: Value = serde_json::from_slice(&bytes.expect("a body")).expect("JSON");
        reply["result"]["structuredContent"].clone()
    }

    /// Calls again after a call was given up, and judges: done once, told why, and then done anew.
    async fn done_once(&self, order: &str, name: &str, revision: &str, why: &str) {
        let call = |body: Value| {
            if revision == "2026-07-28" {
                modern(body, json!({}))
            } else {
                body
            }
        };
        let body = rpc("tools/call", call(add(order, name)));
        let again = self.envelope(&body, revision).await;
        assert_eq!(again["status"], "success", "{again}");
        assert!(again["warnings"].to_string().contains(why), "{again}");
        assert_eq!(self.lines(order, name), 1, "{why}");
        let anew = self.envelope(&body, revision).await;
        // Made, and told of the line that it made the first time.
        let told = anew["warnings"].as_array().expect("warnings");
        assert!(
            told.len() == 1 && told[0].to_string().contains("a line just like it"),
            "{anew}"
        );
        assert_eq!(self.lines(order, name), 2, "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_and_calls_again_has_it_done_once() {
    let house = House::open().await;
    let order = house.an_order();
    house.slow_uploads();
    for (revision, params) in [
        ("2025-11-25", add(&order, "2025-11-25")),
        ("2026-07-28", modern(add(&order, "2026-07-28"), json!({}))),
    ] {
        let request = house.request(&rpc("tools/call", params), revision);
        let call = house.router.clone().oneshot(request);
        assert!(tokio::time::timeout(GIVES_UP, call).await.is_err());
        house.done_once(&order, revision, revision, "still at work").await;
    }
    // The response was there, and nobody took its body.
    let request = house.request(&rpc("tools/call", add(&order, "body")), "2025-11-25");
    drop(house.router.clone().oneshot(request).await.expect("infallible"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    house.done_once(&order, "body", "2025-11-25", "connection ended").await;
    let recorded = house.recorded("orders.add_items").await;
    assert_eq!(recorded.len(), 9, "each call is recorded once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cancelled_in_a_request_of_its_own_is_done_once() {
    let house = House::open().await;
    let order = house.an_order();
    house.slow_uploads();
    let call = async {
        house
            .envelope(&rpc("tools/call", add(&order, "Mug")), "2025-11-25")
            .await
    };
    let cancel = async {
        tokio::time::sleep(GIVES_UP).await;
        let params = json!({"requestId": 1, "reason": "timed out after 5s"});
        let notification = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
        let request = house.request(&notification, "2025-11-25");
        let response = house.router.clone().oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), 202);
    };
    let (answer, ()) = tokio::join!(call, cancel);
    assert_eq!(answer["status"], "success", "it was taken, and thrown away: {answer}");
    house.done_once(&order, "Mug", "2025-11-25", "stopped waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_outlasts_the_servers_own_limit_is_given_to_the_next_call() {
    let options = ToolOptions {
        request_timeout: Duration::from_millis(SLOW / 2),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let order = house.an_order();
    house
        .sim
        .inject(Fault::new(FaultKind::Slow { ms: SLOW }).on("PUT", "/orders/*"));
    let body = rpc("tools/call", add(&order, "Mug"));
    let first = house.envelope(&body, "2025-11-25").await;
    assert_eq!(first["error"]["code"], "UNCERTAIN_OUTCOME", "{first}");
    tokio::time::sleep(Duration::from_millis(SLOW * 2)).await;
    house
        .done_once(&order, "Mug", "2025-11-25", "longer than this server")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn identical_calls_at_once_are_one_and_different_ones_are_not() {
    let house = House::open().await;
    let order = house.an_order();
    house.slow_uploads();
    let body = rpc("tools/call", add(&order, "Mug"));
    let other = rpc("tools/call", add(&order, "Cup"));
    let (one, two, third) = tokio::join!(
        house.envelope(&body, "2025-11-25"),
        house.envelope(&body, "2025-11-25"),
        house.envelope(&other, "2025-11-25"),
    );
    assert_eq!((house.lines(&order, "Mug"), house.lines(&order, "Cup")), (1, 1));
    let shared = [&one, &two, &third].map(|answer| answer["warnings"].to_string().contains("still at work"));
    assert_eq!(
        shared.iter().filter(|shared| **shared).count(),
        1,
        "{one} {two} {third}"
    );
    assert!(!shared[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_was_agreed_to_and_not_heard_of_is_told_without_asking_again() {
    let house = House::open().await;
    let order = house.an_order();
    let arguments = json!({"order_id": order});
    let can_ask = |params: Value| rpc("tools/call", modern(params, json!({"elicitation": {}})));
    let plain = can_ask(json!({"name": "orders_delete", "arguments": arguments}));
    let response = house.router.clone().oneshot(house.request(&plain, "2026-07-28")).await;
    let bytes = to_bytes(response.expect("infallible").into_body(), usize::MAX).await;
    let asked: Value = serde_json::from_slice(&bytes.expect("a body")).expect("JSON");
    let state = &asked["result"]["requestState"];
    assert!(state.is_string(), "{asked}");
    let yes = json!({"confirm": {"action": "accept", "content": {"confirm": true}}});
    let agreed =
        can_ask(json!({"name": "orders_delete", "arguments": arguments, "requestState": state, "inputResponses": yes}));
    house
        .sim
        .inject(Fault::new(FaultKind::Slow { ms: SLOW }).on("DELETE", "/orders/*"));
    let hung_up = house.router.clone().oneshot(house.request(&agreed, "2026-07-28"));
    assert!(tokio::time::timeout(GIVES_UP, hung_up).await.is_err());
    tokio::time::sleep(Duration::from_millis(3 * SLOW)).await;
    let spelled = json!({"order_id": order, "confirm": true, "dry_run": false});
    let again = can_ask(json!({"name": "orders_delete", "arguments": spelled}));
    let told = house.envelope(&again, "2026-07-28").await;
    assert_eq!(told["data"]["deleted"], true, "{told}");
    assert!(told["warnings"].to_string().contains("could not be given"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_writes_on_one_order_that_were_both_given_up_are_each_done_once() {
    let house = House::open().await;
    let order = house.an_order();
    house.slow_uploads();
    let note = json!({"name": "orders_add_note", "arguments": {"order_id": order, "content": "please hurry"}});
    let bodies = [note, add(&order, "Mug"), add(&order, "Cup")].map(|params| rpc("tools/call", params));
    for body in &bodies {
        let call = house.router.clone().oneshot(house.request(body, "2025-11-25"));
        assert!(tokio::time::timeout(GIVES_UP, call).await.is_err());
    }
    tokio::time::sleep(Duration::from_millis(4 * SLOW)).await;
    assert_eq!((house.lines(&order, "Mug"), house.lines(&order, "Cup")), (1, 1));
    for body in &bodies {
        let again = house.envelope(body, "2025-11-25").await;
        assert_eq!(again["status"], "success", "{again}");
        assert!(again["warnings"].to_string().contains("could not be given"), "{again}");
    }
    assert_eq!((house.lines(&order, "Mug"), house.lines(&order, "Cup")), (1, 1));
}

/// "Note what happened, then try again."
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_given_up_is_added_once_although_the_order_was_changed_since() {
    let house = House::open().await;
    let order = house.an_order();
    house.slow_uploads();
    let body = rpc("tools/call", add(&order, "Mug"));
    let call = house.router.clone().oneshot(house.request(&body, "2025-11-25"));
    assert!(tokio::time::timeout(GIVES_UP, call).await.is_err());
    tokio::time::sleep(Duration::from_millis(3 * SLOW)).await;
    let note = json!({"name": "orders_add_note", "arguments": {"order_id": order, "content": "it failed"}});
    let noted = house.envelope(&rpc("tools/call", note), "2025-11-25").await;
    assert_eq!(noted["warnings"], Value::Null, "{noted}");
    house.done_once(&order, "Mug", "2025-11-25", "could not be given").await;
}

/// One, lost; two, answered; one again: that is a new wish.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_named_as_it_was_asked_for_last() {
    let house = House::open().await;
    let store = house.sim.stores()[0].clone();
    let update = |label: &str| {
        let arguments = json!({"store": store.store_id, "label": label, "api_key": store.api_key});
        rpc("tools/call", json!({"name": "stores_update", "arguments": arguments}))
    };
    house
        .sim
        .inject(Fault::new(FaultKind::Slow { ms: SLOW }).on("GET", "/test"));
    let one = update("one");
    let call = house.router.clone().oneshot(house.request(&one, "2025-11-25"));
    assert!(tokio::time::timeout(GIVES_UP, call).await.is_err());
    tokio::time::sleep(Duration::from_millis(2 * SLOW)).await;
    for label in ["two", "one"] {
        let updated = house.envelope(&update(label), "2025-11-25").await;
        assert_eq!(updated["warnings"], Value::Null, "{updated}");
        assert_eq!(updated["data"]["label"], label, "{updated}");
    }
}
