use std::time::Duration;

use od_engine::{CacheInfo, Error, Outcome, Page, RequestId, StoreRef};
use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use super::{Answer, Failure, Form, ReplyMode, Shape};

const ID: &str = "0192f0c1-7a51-7f8e-9a43-5b6d7e8f9a0b";

fn id() -> RequestId {
    RequestId::parse(ID).expect("a UUID")
}

fn record(most: usize) -> Form {
    Form {
        shape: Shape::Record,
        as_table: false,
        mode: ReplyMode::Both,
        most,
    }
}

fn success(outcome: Outcome<Value>) -> Value {
    Value::Object(Answer::success(outcome, id(), record(80_000)).envelope)
}

fn failure(error: &Error) -> Value {
    Value::Object(Answer::failure(Failure::of(error), id(), "2026-01-02T03:04:05Z".to_owned(), 80_000).envelope)
}

#[test]
fn a_success_has_only_the_members_that_apply() {
    assert_eq!(
        success(Outcome::new(json!({"n": 1}))).to_string(),
        format!(r#"{{"status":"success","data":{{"n":1}},"request_id":"{ID}"}}"#)
    );
    let store = StoreRef {
        store_id: "1".to_owned(),
        store_name: "Mug Shop".to_owned(),
    };
    let page = Page {
        total: Some(9),
        returned: 1,
        limit: 1,
        offset: 0,
        next_offset: Some(1),
    };
    let full = Outcome::of(store, json!({"orders": []}))
        .with_page(page)
        .with_cache(CacheInfo::FRESH)
        .with_warnings(["careful".to_owned()]);
    let names: Vec<String> = success(full).as_object().expect("an object").keys().cloned().collect();
    assert_eq!(
        names,
        ["status", "store", "data", "page", "cache", "warnings", "request_id"]
    );
}

#[test]
fn data_that_is_written_already_makes_the_same_text_and_is_cut_all_the_same() {
    let data = json!({"id": "1", "note": "says \"hello\"", "items": ["x".repeat(3000), 2.50]});
    let answer = |most, text: Option<String>| {
        let outcome = Outcome::new(data.clone()).with_cache(CacheInfo::FRESH);
        let outcome = outcome.with_warnings(["careful".to_owned()]);
        Answer::success(outcome.with_text(text.map(Into::into)), id(), record(most))
    };
    for most in [80_000, 8_000, 4_000] {
        let (known, unknown) = (answer(most, Some(data.to_string())), answer(most, None));
        assert_eq!(known.text, unknown.text, "{most}");
        assert_eq!(known.text, Value::Object(known.envelope).to_string(), "{most}");
    }
    assert!(!answer(4_000, Some(data.to_string())).text.contains("xxx"));
}

#[test]
fn a_failure_says_what_to_do_next() {
    let error = failure(&Error::RateLimited {
        retry_after: Duration::from_millis(1200),
    })["error"]
        .clone();
    assert_eq!(error["code"], "RATE_LIMIT_EXCEEDED");
    assert_eq!(error["details"]["retry_after_seconds"], 2);
    assert_eq!(error["retryable"], true);
    assert_eq!(error["request_id"], ID);
    assert_eq!(error["timestamp"], "2026-01-02T03:04:05Z");
    assert!(error.get("example").is_none());
    assert!(error["hint"].as_str().expect("text").len() > 10);
}

#[test]
fn the_text_mirrors_the_structured_content() {
    let answer = Answer::failure(Failure::of(&Error::ShuttingDown), id(), String::new(), 80_000);
    let envelope = Value::Object(answer.envelope.clone());
    assert_eq!(answer.code(), Some("UPSTREAM_BUSY"));
    let result = CallToolResult::from(answer);
    assert_eq!(result.is_error, Some(true));
    assert_eq!(
        serde_json::to_value(&result).expect("JSON")["content"][0]["text"],
        envelope.to_string()
    );
    assert_eq!(result.structured_content, Some(envelope));
}

#[test]
fn a_missing_confirmation_becomes_a_question() {
    let error = Error::ConfirmationRequired {
        effects: "Moving 1 order runs rules.".to_owned().into(),
        deed: serde_json::from_value(json!({"kind": "orders.move", "targets": ["90001/1"]})).expect("a deed"),
    };
    let answer = Answer::failure(Failure::of(&error), id(), String::new(), 80_000);
    let question = answer.question.expect("a question");
    assert_eq!(question.effects, "Moving 1 order runs rules.");
    assert_eq!(
        Answer::failure(
            Failure::of(&Error::RecordBusy { what: "order" }),
            id(),
            String::new(),
            80_000
        )
        .question,
        None
    );
}

#[test]
fn only_the_limit_of_calls_refuses_one_unbegun() {
    let retry_after = Duration::from_secs(1);
    let is_unbegun = |error: &Error| Failure::of(error).unbegun;
    assert!(is_unbegun(&Error::RateLimited { retry_after }));
    // The same code, when store keys are tried: that call was begun.
    assert!(!is_unbegun(&Error::TooManyKeys { retry_after }));
    assert!(!is_unbegun(&Error::ShuttingDown));
}

/// What a list of `records` answers when it is asked for as a table of at most `most` bytes.
fn table(records: &Value, mode: ReplyMode, most: usize) -> Value {
    let page = Page {
        total: None,
        returned: records.as_array().expect("records").len() as u64,
        limit: 50,
        offset: 10,
        next_offset: None,
    };
    let outcome = Outcome::new(json!({"orders": records, "applied": {"limit": "50"}})).with_page(page);
    let form = Form {
        shape: Shape::Rows("orders"),
        as_table: true,
        mode,
        most,
    };
    let answer = Answer::success(outcome, id(), form);
    assert_eq!(
        serde_json::from_str::<Value>(&answer.text).expect("JSON"),
        json!(answer.envelope)
    );
    json!(answer.envelope)
}

#[test]
fn a_table_names_each_field_once() {
    let records = json!([{"id": "1", "a": {"b": 1}}, {"id": "2", "c": null}, {}]);
    let reply = table(&records, ReplyMode::Both, 80_000);
    assert_eq!(
        reply["data"],
        json!({
            "columns": ["id", "a", "c"],
            "rows": [["1", {"b": 1}, null], ["2", null, null], [null, null, null]],
            "applied": {"limit": "50", "layout": "table"},
        })
    );
    assert_eq!(table(&json!([]), ReplyMode::Both, 80_000)["data"]["columns"], json!([]));
}

#[test]
fn a_table_stops_early_like_a_list() {
    let records: Value = (0..40)
        .map(|n| json!({"id": n.to_string(), "note": "x".repeat(200)}))
        .collect();
    let kept = |mode| {
        let reply = table(&records, mode, 6_000);
        let kept = reply["data"]["rows"].as_array().expect("rows").len();
        assert_eq!(reply["page"]["next_offset"], 10 + kept);
        assert_eq!(reply["page"]["returned"], kept);
        let warning = reply["warnings"][0].as_str().expect("a warning");
        assert!(warning.contains(&format!("Only {kept} of 40 orders")), "{warning}");
        kept
    };
    let (both, text, structured) = (
        kept(ReplyMode::Both),
        kept(ReplyMode::Text),
        kept(ReplyMode::Structured),
    );
    // What goes out once may be twice as long.
    assert!(
        text > both && structured >= text && structured < 40,
        "{both} {text} {structured}"
    );
}

#[test]
fn a_row_that_is_too_large_loses_its_heaviest_places() {
    let records = json!([{"id": "1", "note": "x".repeat(20_000), "email": "a@example.com"}, {"id": "2"}]);
    let reply = table(&records, ReplyMode::Both, 6_000);
    assert_eq!(reply["data"]["rows"], json!([["1", null, "a@example.com"]]));
    assert_eq!(reply["page"]["next_offset"], 11);
    assert!(
        reply["warnings"]
            .to_string()
            .contains("Left out to stay within 6000 bytes: note."),
        "{reply}"
    );
}
