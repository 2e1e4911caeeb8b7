use serde_json::json;

use super::{same_record, upload_body};
use crate::order::fixtures::{map, order};

#[test]
fn an_upload_is_the_whole_order_and_keeps_the_card_digits() {
    let body = upload_body(&order());
    let mut expected = order();
    expected.insert("cc_number".to_owned(), json!("1881"));
    assert_eq!(json!(body).to_string(), json!(expected).to_string());
}

#[test]
fn card_digits_are_sent_only_when_there_are_some() {
    let check = |order, expected: Option<&str>| {
        let body = upload_body(&map(order));
        assert_eq!(body.get("cc_number").and_then(|digits| digits.as_str()), expected);
    };
    check(json!({"cc_number_masked": "xxxxxxxxxxxx1881"}), Some("1881"));
    check(json!({"cc_number_masked": "1881"}), Some("1881"));
    check(
        json!({"cc_number_masked": "xxxxxxxxxxxx1881", "cc_number": "4242"}),
        Some("4242"),
    );
    check(
        json!({"cc_number_masked": "xxxxxxxxxxxx1881", "cc_number": ""}),
        Some(""),
    );
    check(json!({"cc_number_masked": ""}), None);
    check(json!({"cc_number_masked": "xxxx"}), None);
    check(json!({"cc_number_masked": "xx188"}), None);
    check(json!({"cc_number_masked": "xxé88"}), None);
    check(json!({"cc_number_masked": null}), None);
    check(json!({}), None);
}

#[test]
fn any_difference_is_another_record() {
    let check = |a, b, same| assert_eq!(same_record(&map(a), &map(b)), same);
    check(json!({"a": 1, "b": [2]}), json!({"b": [2], "a": 1}), true);
    check(json!({"a": 5}), json!({"a": 5.0}), false);
    check(json!({"a": 5}), json!({"a": "5"}), false);
    check(json!({"a": []}), json!({"a": {}}), false);
    check(json!({"date_updated": "1"}), json!({"date_updated": "2"}), false);
}
