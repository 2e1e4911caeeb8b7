use od_engine::{Altered, AlteredField};
use serde_json::{Value, json};

use super::undo;

fn change(path: &str, before: Value) -> AlteredField {
    AlteredField {
        path: path.to_owned(),
        id: None,
        before: (!before.is_null()).then_some(before),
        before_left_out_bytes: None,
        after: Some(json!("after")),
        after_left_out_bytes: None,
    }
}

fn order(changes: Vec<AlteredField>) -> Altered {
    Altered {
        record: "order".into(),
        id: Some("80012404".to_owned()),
        order_id: None,
        changes,
        is_uncertain: false,
        left_out_changes: None,
    }
}

fn arguments(altered: &[Altered]) -> Option<Value> {
    undo("90001", altered).map(|undo| serde_json::from_str(&undo.arguments).unwrap())
}

#[test]
fn fields_get_the_values_of_before() {
    let altered = order(vec![
        change("/shipping/city", json!("Springfield")),
        change("/shipping/state", json!("OR")),
        change("/checkout_data/gift~1note", Value::Null),
        change("/tax_total", json!(5.04)),
    ]);
    let expected = json!({
        "order_id": "80012404",
        "mutation": {
            "shipping": { "city": "Springfield", "state": "OR" },
            "checkout_data": { "gift/note": null },
            "tax_total": 5.04,
        },
    });
    assert_eq!(arguments(&[altered]), Some(expected));
}

#[test]
fn what_could_be_put_somewhere_else_is_not_offered() {
    let city = || change("/shipping/city", json!("Springfield"));
    assert!(arguments(&[order(vec![city()])]).is_some());
    let uncertain = Altered {
        is_uncertain: true,
        ..order(vec![city()])
    };
    let cut = Altered {
        left_out_changes: Some(3),
        ..order(vec![city()])
    };
    let product = Altered {
        record: "inventory_item".into(),
        ..order(vec![city()])
    };
    let long = AlteredField {
        before_left_out_bytes: Some(70_000),
        ..city()
    };
    for altered in [
        vec![],
        vec![order(vec![])],
        vec![order(vec![city()]), order(vec![city()])],
        vec![uncertain],
        vec![cut],
        vec![product],
        vec![order(vec![long])],
        vec![order(vec![change("/order_items/0/quantity", json!(1))])],
        vec![order(vec![change("", json!({}))])],
        vec![order(vec![change("/shipping", json!("x")), city()])],
    ] {
        assert_eq!(arguments(&altered), None, "{altered:?}");
    }
    assert!(undo("", &[order(vec![city()])]).is_none(), "of no store");
}
