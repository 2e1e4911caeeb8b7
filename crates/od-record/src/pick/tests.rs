use serde_json::{Map, Value, json};

use super::{absent, checked_fields, pick};
use crate::names::NameOf;

#[track_caller]
fn check(records: &Value, fields: &[&str], expected: &[&str]) {
    let records = records.as_array().unwrap().iter().filter_map(Value::as_object);
    let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    assert_eq!(absent(records, Some(&fields), NameOf::Order), expected);
}

#[test]
fn fields_that_no_record_has_are_told_with_the_nearest() {
    let records = json!([{ "id": "1", "email": "" }, { "id": "2", "shipping": {} }]);
    check(&records, &["id", "email", "shipping"], &[]);
    check(
        &records,
        &["shiping", "email"],
        &["Nothing in this reply has a field \"shiping\". Did you mean shipping?"],
    );
    check(
        &records,
        &["zzz"],
        &["Nothing in this reply has a field \"zzz\"; there are email, id, shipping."],
    );
    check(
        &records,
        &["status"],
        &[
            "Nothing in this reply has a field \"status\": an order has no status: the folder is its state, which a move \
           changes (orders_move_folder).",
        ],
    );
}

#[test]
fn a_history_is_not_taken_for_a_mistyped_field() {
    let told = "Nothing in this reply has a field \"order_history\". orders_list adds it to orders with get_order_history \
                set to true.";
    check(&json!([{ "id": "1", "order_items": [] }]), &["order_history"], &[told]);
}

#[test]
fn only_the_first_few_are_told_one_by_one() {
    let fields = ["aa", "id", "bb", "cc", "ee", "ff", "gg", "hh"];
    let mut expected: Vec<String> = ["aa", "bb", "cc", "ee", "ff"]
        .map(|field| format!("Nothing in this reply has a field \"{field}\"."))
        .into();
    let end = expected[0].len() - 1;
    expected[0].insert_str(end, "; there are id");
    expected.push("Nor has it 2 more of the fields that were asked for.".to_owned());
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check(&json!([{ "id": "1" }]), &fields, &expected);
}

#[test]
fn nothing_is_told_of_no_records_or_no_fields() {
    check(&json!([]), &["shiping"], &[]);
    assert!(absent([&Map::new()], None, NameOf::Order).is_empty());
}

#[test]
fn names_of_fields_are_few_and_short_and_lead_nowhere() {
    let faults = |names: &[String]| match checked_fields(Some(names)) {
        Ok(kept) => {
            assert_eq!(kept, Some(names));
            Vec::new()
        }
        Err(problems) => problems.into_iter().map(|problem| problem.path).collect(),
    };
    let one = |name: &str| faults(&[name.to_owned()]);
    assert_eq!(faults(&vec!["a".repeat(64); 50]), [""; 0]);
    assert_eq!(faults(&vec!["a".to_owned(); 51]), ["/fields"]);
    assert_eq!(faults(&[]), ["/fields"]);
    for name in ["", "shipping/city", "shipping.city", "order_items[0]", &"a".repeat(65)] {
        assert_eq!(one(name), ["/fields/0"], "{name}");
    }
    assert_eq!(
        faults(&["id".to_owned(), String::new(), "email".to_owned()]),
        ["/fields/1"]
    );
    assert_eq!(checked_fields(None), Ok(None));
}

#[test]
fn the_id_comes_with_whatever_is_asked_for() {
    let record = json!({"email": "x", "id": "1", "shipping": {}});
    let record = record.as_object().unwrap();
    let names = |fields: Option<&[String]>| {
        pick(record, fields)
            .into_iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(Some(&["shipping".to_owned(), "gone".to_owned()])),
        ["id", "shipping"]
    );
    assert_eq!(names(None), ["email", "id", "shipping"]);
}
