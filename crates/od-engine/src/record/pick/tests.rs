use serde_json::{Map, Value, json};

use super::absent;

#[track_caller]
fn check(records: &Value, fields: &[&str], expected: &[&str]) {
    let records = records.as_array().unwrap().iter().filter_map(Value::as_object);
    let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    assert_eq!(absent(records, Some(&fields)), expected);
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
    check(&records, &["zzz"], &["Nothing in this reply has a field \"zzz\"."]);
}

#[test]
fn nothing_is_told_of_no_records_or_no_fields() {
    check(&json!([]), &["shiping"], &[]);
    assert!(absent([&Map::new()], None).is_empty());
}
