use super::*;
use crate::consent::{Deed, Effects};
use crate::outcome::StoreRef;

#[test]
fn a_failure_is_recorded_without_what_strangers_wrote() {
    let check = |error: &Error, expected: &str| assert_eq!(message(error), expected);
    let shop = StoreRef {
        store_id: "90001".to_owned(),
        store_name: "Mug Shop".to_owned(),
    };
    let deed = Deed::one("orders.delete", &shop, &["1"]);
    let effects = Effects::on(
        "Deleting order 1 removes it for good.".to_owned(),
        [("customer", Some("Ada Byron".into()))],
    );
    assert_eq!(
        effects.question(),
        "Deleting order 1 removes it for good. It is known by customer \"Ada Byron\"."
    );
    check(
        &Error::ConfirmationRequired { effects, deed },
        "Deleting order 1 removes it for good. Nothing was done: this needs a confirmation.",
    );
    let name = "\u{1b}[31mred\u{1b}]0;title\u{7}\r\n\u{202e}.csv".to_owned();
    check(
        &Error::NotFound {
            what: "Report",
            name,
            nearest: None,
            hint: "",
        },
        "Report [31mred]0;title .csv was not found. Nothing was done.",
    );
    let until = "2026-03-02T15:14:05Z".to_owned();
    check(
        &Error::Declined { until },
        "A person declined this. It is refused until 2026-03-02T15:14:05Z, whatever the arguments are. Nothing was done.",
    );
}

/// What is recorded of arguments that are too long, beside the words that say so.
fn cut(arguments: &Value) -> Value {
    let recorded = parameters(arguments);
    assert!(recorded.len() <= RECORDED_PARAMETERS, "{}", recorded.len());
    let mut recorded: Value = serde_json::from_str(&recorded).unwrap();
    let left_out = recorded.as_object_mut().unwrap().remove("left_out");
    let length = arguments.to_string().len();
    assert_eq!(
        left_out.unwrap(),
        format!("of {length} bytes of arguments: too long to record whole")
    );
    recorded
}

#[test]
fn arguments_that_are_too_long_are_recorded_by_what_tells_the_deed() {
    let short = json!({ "order_id": "80012345", "fields": "x".repeat(RECORDED_PARAMETERS - 50) });
    assert_eq!(parameters(&short), short.to_string());
    let arguments = json!({
        "mutation": { "order_notes": [{ "content": "x".repeat(1024 * 1024) }], "email": "ada@example.test" },
        "ops": [{ "op": "move_folder", "destination_folder_id": "71002" }],
        "order_id": "80012345",
        "store": "Mug Shop",
        "api_key": "planted-secret-value",
        "confirm": true,
    });
    let expected = json!({
        "mutation": { "email": redact_text("ada@example.test") },
        "ops": [{ "op": "move_folder", "destination_folder_id": "71002" }],
        "order_id": "80012345",
        "store": "Mug Shop",
        "api_key": "[redacted]",
        "confirm": true,
    });
    assert_eq!(cut(&arguments), expected);
}

#[test]
fn what_redaction_makes_longer_is_recorded_within_the_limit() {
    let grows = json!({ "pin": 1, "jwt": 1, "text": format!("[{}1]", "1e15,".repeat(20)) });
    let arguments = json!({ "order_id": "80012345", "rows": vec![grows; 5000] });
    let recorded = cut(&arguments);
    assert_eq!(recorded["order_id"], "80012345");
    assert!(!recorded["rows"].as_array().unwrap().is_empty());
    assert_eq!(cut(&json!(vec!["x"; 20_000])), json!({}));
}
