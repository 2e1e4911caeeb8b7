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

/// Notes a message of somebody with this key at the usual address.
fn note_of(waiting: &Waiting, credential: &str, body: &Value) -> Delivery {
    let (delivery, headers) = (Delivery::default(), headers("2025-11-25"));
    let body = body.to_string();
    waiting.note(
        credential,
        &client("192.0.2.1"),
        &headers,
        body.as_bytes(),
        &delivery,
        |tool| tool == "orders_add_items",
    );
    delivery
}

fn read(id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "orders_get"}})
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
    std::thread::sleep(super::calls::JUST_ANSWERED);
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
    assert!(waiting.is_empty());
}

#[test]
fn from_2026_on_closing_is_the_signal() {
    let waiting = Waiting::default();
    let call = note(&waiting, "192.0.2.1", "2026-07-28", &call(&json!(7)));
    note(&waiting, "192.0.2.1", "2026-07-28", &cancel(&json!(7)));
    assert!(!call.is_settled());
}

#[test]
fn another_windows_read_is_not_taken_for_the_write_with_its_id() {
    let list = |id: &Value| json!({"jsonrpc": "2.0", "id": id, "method": "resources/list"});
    for other in [read(&json!(7)), list(&json!(7))] {
        let waiting = Waiting::default();
        let write = note_of(&waiting, "key", &call(&json!(7)));
        let theirs = note_of(&waiting, "key", &other);
        note_of(&waiting, "key", &cancel(&json!(7)));
        assert!(!write.is_settled() && !theirs.is_settled(), "{other}");
    }
    let waiting = Waiting::default();
    let alone = note_of(&waiting, "key", &read(&json!(7)));
    note_of(&waiting, "key", &cancel(&json!(7)));
    assert!(!alone.is_settled(), "nothing is kept of a read");
}

#[test]
fn nobodys_calls_push_out_anothers() {
    let waiting = Waiting::default();
    let mut at_work = Vec::new();
    for id in 0..5000 {
        at_work.push(note_of(&waiting, "theirs", &call(&json!(id))));
    }
    for id in 0..5000 {
        note_of(&waiting, "refused", &call(&json!(id))).delivered();
    }
    let mine = note_of(&waiting, "mine", &call(&json!(7)));
    note_of(&waiting, "mine", &cancel(&json!(7)));
    assert!(mine.is_settled());
    let noted: usize = waiting
        .part("theirs")
        .calls
        .get("theirs")
        .map_or(0, super::Calls::requests);
    assert_eq!(noted, 2 * super::calls::SHARE);
}

#[test]
fn what_was_refused_or_read_pushes_out_no_write_of_the_same_key() {
    let waiting = Waiting::default();
    let early = note_of(&waiting, "key", &call(&json!("early")));
    for id in 0..5000 {
        note_of(&waiting, "key", &call(&json!(id))).delivered();
    }
    let reads: Vec<_> = (10_000..10_200)
        .map(|id| note_of(&waiting, "key", &read(&json!(id))))
        .collect();
    let late = note_of(&waiting, "key", &call(&json!("late")));
    for (write, id) in [(&early, "early"), (&late, "late")] {
        note_of(&waiting, "key", &cancel(&json!(id)));
        assert!(write.is_settled(), "{id}");
    }
    drop(reads);
}

#[test]
fn of_calls_with_one_id_no_more_than_two_are_noted() {
    let waiting = Waiting::default();
    let calls: Vec<_> = (0..1000).map(|_| note_of(&waiting, "key", &call(&json!(1)))).collect();
    assert_eq!(waiting.part("key").calls["key"].requests(), 2);
    // Those that were noted are over long since, and the others are not.
    calls[0].delivered();
    note_of(&waiting, "key", &cancel(&json!(1)));
    assert!(!calls[1].is_settled());
}

#[test]
fn who_went_is_forgotten() {
    let waiting = Waiting::default();
    for key in 0..200 {
        note_of(&waiting, &key.to_string(), &call(&json!(1))).delivered();
    }
    std::thread::sleep(super::calls::JUST_ANSWERED);
    for key in 200..400 {
        note_of(&waiting, &key.to_string(), &call(&json!(1))).delivered();
    }
    let keys: usize = waiting.parts.iter().map(|part| part.lock().unwrap().calls.len()).sum();
    assert!(keys <= 200, "{keys}");
}
