use axum::http::{HeaderMap, HeaderValue};
use od_engine::{ClientInfo, Delivery};
use serde_json::{Value, json};

use super::Waiting;

fn client(ip: &str) -> ClientInfo {
    ClientInfo {
        ip: Some(ip.to_owned()),
        user_agent: Some("client/1".to_owned()),
        ..ClientInfo::default()
    }
}

fn headers(revision: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(super::REVISION, HeaderValue::from_str(revision).expect("a header"));
    headers
}

fn note(waiting: &Waiting, ip: &str, revision: &str, body: &Value) -> Delivery {
    let delivery = Delivery::default();
    waiting.note(
        "key",
        &client(ip),
        &headers(revision),
        body.to_string().as_bytes(),
        &delivery,
        |tool| tool == "orders_add_items",
    );
    delivery
}

fn call(id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "orders_add_items"}})
}

fn cancel(id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id, "reason": "timed out"}})
}

#[test]
fn a_cancellation_means_the_call_of_its_id() {
    let waiting = Waiting::default();
    let first = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(7)));
    let second = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(8)));
    let text = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!("7")));
    note(&waiting, "192.0.2.1", "2025-11-25", &cancel(&json!(7)));
    assert!(first.is_settled());
    assert!(!second.is_settled());
    assert!(!text.is_settled());
}

#[test]
fn another_clients_call_is_not_meant() {
    let waiting = Waiting::default();
    let theirs = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(7)));
    note(&waiting, "192.0.2.2", "2025-11-25", &cancel(&json!(7)));
    note(&waiting, "192.0.2.1", "2025-06-18", &cancel(&json!(7)));
    let foreign = Delivery::default();
    let body = cancel(&json!(7)).to_string();
    waiting.note(
        "another key",
        &client("192.0.2.1"),
        &headers("2025-11-25"),
        body.as_bytes(),
        &foreign,
        |_| true,
    );
    assert!(!theirs.is_settled());
}

#[test]
fn where_two_calls_could_be_meant_none_is() {
    let waiting = Waiting::default();
    let one = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(7)));
    let other = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(7)));
    note(&waiting, "192.0.2.1", "2025-11-25", &cancel(&json!(7)));
    assert!(!one.is_settled() && !other.is_settled());

    other.delivered();
    note(&waiting, "192.0.2.1", "2025-11-25", &cancel(&json!(7)));
    assert!(
        !one.is_settled(),
        "the other was answered a moment ago and may be meant"
    );
}

#[test]
fn a_call_that_took_long_may_be_meant_right_after_its_answer() {
    let waiting = Waiting::default();
    let long = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(7)));
    std::thread::sleep(super::JUST_ANSWERED);
    long.delivered();
    let next = note(&waiting, "192.0.2.1", "2025-11-25", &call(&json!(7)));
    note(&waiting, "192.0.2.1", "2025-11-25", &cancel(&json!(7)));
    assert!(!next.is_settled());
}

#[test]
fn a_long_id_is_not_remembered() {
    let waiting = Waiting::default();
    let id = json!("7".repeat(10_000));
    let unnoted = note(&waiting, "192.0.2.1", "2025-11-25", &call(&id));
    note(&waiting, "192.0.2.1", "2025-11-25", &cancel(&id));
    assert!(!unnoted.is_settled());
    assert!(waiting.0.lock().expect("unpoisoned").is_empty());
}

#[test]
fn from_2026_on_closing_is_the_signal() {
    let waiting = Waiting::default();
    let call = note(&waiting, "192.0.2.1", "2026-07-28", &call(&json!(7)));
    note(&waiting, "192.0.2.1", "2026-07-28", &cancel(&json!(7)));
    assert!(!call.is_settled());
}
