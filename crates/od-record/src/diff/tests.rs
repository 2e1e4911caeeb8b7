use serde_json::{Map, Value, json};

use super::{FieldChange, diff};
use crate::order::fixtures::{map, order};

fn check(before: Value, after: Value, expected: &[(&str, Value)]) {
    let expected: Vec<_> = expected.iter().map(|(path, values)| (*path, values.clone())).collect();
    let shown = diff(&map(before), &map(after));
    let shown: Vec<_> = shown
        .iter()
        .map(|change| (change.path.as_str(), json!([change.before, change.after])))
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn an_order_does_not_differ_from_itself() {
    assert_eq!(diff(&order(), &order()), []);
}

#[test]
fn maps_are_compared_key_by_key() {
    check(
        json!({"a": 1, "b": 2}),
        json!({"b": 3, "c": 4}),
        &[
            ("/a", json!([1, null])),
            ("/b", json!([2, 3])),
            ("/c", json!([null, 4])),
        ],
    );
    check(
        json!({"m": {"x/y": 1, "~": 1}}),
        json!({"m": {"x/y": 2, "~": 2}}),
        &[("/m/x~1y", json!([1, 2])), ("/m/~0", json!([1, 2]))],
    );
    check(json!({"m": []}), json!({"m": {"a": 1}}), &[("/m/a", json!([null, 1]))]);
    check(json!({"m": {"a": 1}}), json!({"m": []}), &[("/m/a", json!([1, null]))]);
    check(json!({"m": []}), json!({"m": {}}), &[]);
    check(
        json!({"m": ["a"]}),
        json!({"m": ["b"]}),
        &[("/m", json!([["a"], ["b"]]))],
    );
    check(json!({"m": []}), json!({"m": ["b"]}), &[("/m", json!([[], ["b"]]))]);
    check(json!({"n": 5}), json!({"n": "5"}), &[("/n", json!([5, "5"]))]);
}

#[test]
fn rows_are_recognised_wherever_they_stand() {
    check(
        json!({"order_items": [{"id": "1", "q": 1}, {"id": "2", "q": 1}, {"id": "3", "q": 1}]}),
        json!({"order_items": [{"id": "3", "q": 2}, {"id": "2", "q": 1}, {"name": "new"}]}),
        &[
            ("/order_items/0/q", json!([1, 2])),
            ("/order_items/2", json!([null, {"name": "new"}])),
            ("/order_items/0", json!([{"id": "1", "q": 1}, null])),
        ],
    );
    check(
        json!({"order_notes": [{"content": "a", "username": "x"}, {"content": "a", "username": "y"}]}),
        json!({"order_notes": [{"content": "a", "username": "y"}, {"content": "a", "username": "z"}, {"content": "b"}]}),
        &[
            ("/order_notes/1/username", json!(["x", "z"])),
            ("/order_notes/2", json!([null, {"content": "b"}])),
        ],
    );
    check(
        json!({"discount_list": [{"name": "a", "amount": 1}, {"name": "b", "amount": 1}]}),
        json!({"discount_list": [{"name": "b", "amount": 2}]}),
        &[
            ("/discount_list/0/amount", json!([1, 2])),
            ("/discount_list/0", json!([{"name": "a", "amount": 1}, null])),
        ],
    );
}

#[test]
fn absence_is_written_as_null() {
    let change = FieldChange {
        path: "/a".into(),
        id: None,
        before: None,
        after: Some(json!(1)),
    };
    assert_eq!(
        serde_json::to_string(&change).unwrap(),
        r#"{"path":"/a","before":null,"after":1}"#
    );
}

#[test]
fn a_change_inside_a_row_has_the_rows_id() {
    let lines = |first: &Value, second: &Value| {
        map(json!({"order_items": [first, second], "order_notes": [{"content": "Hi"}]}))
    };
    let (mug, tee) = (json!({"id": "301", "quantity": 1}), json!({"id": 302, "quantity": 1}));
    let ids = |after: Map<String, Value>| -> Vec<(String, Option<String>)> {
        let changes = diff(&lines(&mug, &tee), &after);
        changes.into_iter().map(|change| (change.path, change.id)).collect()
    };
    let row = |path: &str, id: Option<&str>| (path.to_owned(), id.map(str::to_owned));
    assert_eq!(
        ids(lines(&mug, &json!({"id": 302, "quantity": 4}))),
        [row("/order_items/1/quantity", Some("302"))]
    );
    // A whole row has it in itself, and a field of the order has none.
    let mut after = lines(&tee, &json!({"name": "Pin"}));
    after["order_notes"] = json!([]);
    assert_eq!(
        ids(after),
        [
            row("/order_items/1", None),
            row("/order_items/0", None),
            row("/order_notes/0", None)
        ]
    );
}
