use serde_json::{Value, json};

use super::name_added;
use crate::diff::diff;
use crate::order::fixtures::map;

/// The ids that the lines `given` get, which are added to an order of one line that then has these lines as well.
fn named(given: &[Value], read: &[Value]) -> Vec<Option<Value>> {
    let first = json!({"id": "1", "name": "Mug", "price": 3, "quantity": 1});
    let order = |more: &[Value]| {
        let lines: Vec<Value> = std::iter::once(&first).chain(more).cloned().collect();
        map(json!({ "order_items": lines }))
    };
    let mut changes = diff(&order(&[]), &order(given));
    name_added(&mut changes, &order(&[]), &order(read));
    changes
        .into_iter()
        .map(|change| change.after.expect("a line").get("id").cloned())
        .collect()
}

#[test]
fn an_added_line_gets_its_id_where_it_is_certain() {
    let mug = || json!({"name": "Mug", "price": 3});
    let mug_of = |id: &str| json!({"id": id, "name": "Mug", "price": "3.00", "quantity": 1, "code": ""});
    let tote = |id: &str| json!({"id": id, "name": "Tote", "price": 5, "quantity": 1, "code": "T"});
    let check = |given: &[Value], read: &[Value], expected: &[Option<&str>]| {
        let expected: Vec<Option<Value>> = expected.iter().map(|id| id.map(Value::from)).collect();
        assert_eq!(named(given, read), expected, "{given:?} {read:?}");
    };
    check(&[mug()], &[mug_of("2")], &[Some("2")]);
    // Whatever else is new.
    check(&[mug()], &[tote("2"), mug_of("3")], &[Some("3")]);
    check(
        &[json!({"name": "Tote", "price": 5}), mug()],
        &[mug_of("2"), tote("3")],
        &[Some("3"), Some("2")],
    );
    // Either is one of both.
    check(&[mug(), mug()], &[mug_of("2"), mug_of("3")], &[Some("2"), Some("3")]);
    // Somebody else added a line like it.
    check(&[mug()], &[mug_of("2"), mug_of("3")], &[None]);
    // What says less is found by what is left.
    check(
        &[json!({"name": "Tote"}), json!({"name": "Tote", "code": "T"})],
        &[tote("2"), json!({"id": "3", "name": "Tote", "price": 0, "code": ""})],
        &[Some("3"), Some("2")],
    );
    // Stored otherwise than it was sent, or not there at all.
    check(&[mug()], &[json!({"id": "2", "name": "MUG", "price": 3})], &[None]);
    check(&[mug()], &[], &[None]);
}

#[test]
fn what_is_no_added_line_is_left_as_it_is() {
    let order = |line: Value, note: Value| map(json!({"order_items": [line], "order_notes": note}));
    let base = order(json!({"id": "1", "name": "Mug", "price": 3}), json!([]));
    let now = order(
        json!({"id": "1", "name": "Mug", "price": 4}),
        json!([{"content": "A note"}]),
    );
    let mut changes = diff(&base, &now);
    let before = changes.clone();
    name_added(&mut changes, &base, &now);
    assert_eq!(changes, before);
}

/// It looks like a line that was added with it.
#[test]
fn a_map_that_came_into_a_line_is_no_line() {
    let mug = |metadata: Value| json!({"id": "1", "name": "Mug", "metadata": metadata});
    let base = map(json!({"order_items": [mug(json!({}))]}));
    let desired = map(json!({"order_items": [mug(json!({"of": {"name": "Tote"}}))]}));
    let now = map(json!({"order_items": [mug(json!({"of": {"name": "Tote"}})), {"id": "2", "name": "Tote"}]}));
    let mut changes = diff(&base, &desired);
    let before = changes.clone();
    assert_eq!(before[0].path, "/order_items/0/metadata/of");
    name_added(&mut changes, &base, &now);
    assert_eq!(changes, before);
}
