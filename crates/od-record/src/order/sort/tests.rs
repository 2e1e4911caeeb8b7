use serde_json::{Map, Value, json};

use super::doubt;

#[track_caller]
fn check_sort(field: &str, meant: Option<&str>) {
    let order = json!({
        "id": "1", "date_added": "", "shipping": { "last_name": "" }, "return_address": { "city": "" },
    });
    let orders: Vec<Map<String, Value>> = order.as_object().cloned().into_iter().collect();
    let told = doubt(&orders, field);
    assert_eq!(told.is_some(), meant.is_some(), "{told:?}");
    assert!(told.is_none_or(|told| told.contains(meant.unwrap_or_default())));
    assert_eq!(doubt(&[], field), None);
}

#[test]
fn a_field_that_no_order_has_may_not_have_sorted_them() {
    check_sort("date_added", None);
    check_sort("shipping_last_name", None);
    check_sort("return_address_city", None);
    check_sort("return_address_state", Some("another."));
    check_sort("date_aded", Some("Did you mean date_added?"));
    check_sort("created_at", Some("Did you mean date_added?"));
    check_sort("zzz", Some("another."));
}
