use serde_json::{Map, Value, json};

use super::{FRAME_BYTES, Shape, fit, written};
use crate::reply::ReplyMode;

fn envelope(value: Value) -> Map<String, Value> {
    let Value::Object(envelope) = value else {
        panic!("not an object")
    };
    envelope
}

/// `value` cut to `most` bytes, after checking that it then is within them.
fn cut(value: Value, shape: Shape, most: usize) -> Value {
    let mut reply = envelope(value);
    fit(&mut reply, None, shape, ReplyMode::Both, most);
    let size = FRAME_BYTES + ReplyMode::Both.weigh(&written(&reply));
    assert!(size <= most, "{size} bytes of {most}");
    Value::Object(reply)
}

fn orders(count: usize, bytes_each: usize) -> Vec<Value> {
    (0..count)
        .map(|n| json!({"id": n.to_string(), "note": "\"".repeat(bytes_each)}))
        .collect()
}

#[test]
fn what_fits_is_left_alone() {
    let whole = json!({"status": "success", "data": {"orders": orders(3, 10)}, "page": {"offset": 0, "returned": 3}});
    assert_eq!(cut(whole.clone(), Shape::Rows("orders"), 10_000), whole);
}

#[test]
fn a_list_stops_early_and_says_where_to_go_on() {
    let page = json!({"total": 500, "returned": 100, "limit": 100, "offset": 200, "next_offset": 300});
    let whole = json!({"status": "success", "data": {"orders": orders(100, 100)}, "page": page});
    let short = cut(whole, Shape::Rows("orders"), 10_000);
    let kept = short["data"]["orders"].as_array().expect("rows").len();
    assert!((5..100).contains(&kept), "{kept} rows");
    assert_eq!(short["page"]["returned"], kept);
    assert_eq!(short["page"]["next_offset"], 200 + kept);
    assert!(
        short["warnings"][0]
            .as_str()
            .expect("text")
            .contains(&format!("offset {}", 200 + kept))
    );
}

/// The last page: nobody is to ask for one after it.
#[test]
fn one_row_that_is_too_large_begins_no_further_page() {
    let page = json!({"total": 8, "offset": 7, "returned": 1, "next_offset": null});
    let whole = json!({"data": {"orders": orders(1, 50_000)}, "page": page});
    let short = cut(whole, Shape::Rows("orders"), 10_000);
    assert_eq!(short["data"]["orders"], json!([{"id": "0"}]));
    assert_eq!(short["page"], page);
    let warnings = short["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[test]
fn a_walk_over_a_cut_list_always_gets_further() {
    let whole = json!({"data": {"orders": orders(2, 50_000)}, "page": {"offset": 7, "returned": 2}});
    let short = cut(whole, Shape::Rows("orders"), 10_000);
    assert_eq!(short["data"]["orders"], json!([{"id": "0"}]));
    assert_eq!(short["page"]["next_offset"], 8);
    assert!(
        short["warnings"]
            .to_string()
            .contains("Left out to stay within 10000 bytes: note.")
    );
}

#[test]
fn a_record_loses_its_heaviest_parts_by_name() {
    let record =
        json!({"id": "1", "email": "a@example.com", "order_items": orders(20, 500), "order_notes": orders(9, 100)});
    let short = cut(json!({"status": "success", "data": record}), Shape::Record, 25_000);
    assert_eq!(short["data"]["id"], "1");
    assert_eq!(short["data"]["email"], "a@example.com");
    assert!(short["data"].get("order_items").is_none());
    assert!(short["data"].get("order_notes").is_some());
    assert_eq!(
        short["warnings"],
        json!(["Left out to stay within 25000 bytes: order_items."])
    );
}

#[test]
fn a_change_keeps_its_differences_before_the_record() {
    let change = json!({"path": "/email", "before": "a", "after": "b"});
    let data = json!({"order": {"id": "1", "order_items": orders(50, 500)}, "changes": [change.clone()]});
    let short = cut(json!({"status": "success", "data": data}), Shape::Change, 9_000);
    assert_eq!(short["data"]["changes"], json!([change.clone()]));
    assert_eq!(short["data"]["order"], json!({"id": "1"}));

    let many = json!({"order": {"id": "1"}, "changes": vec![change; 500]});
    let short = cut(json!({"status": "success", "data": many}), Shape::Change, 9_000);
    assert!(short["warnings"].to_string().contains("of 500 differences"));
}

#[test]
fn a_failure_keeps_its_message() {
    let error = json!({"code": "VALIDATION_ERROR", "message": "wrong", "details": {"problems": orders(99, 200)}, "example": {}});
    let short = cut(json!({"status": "error", "error": error}), Shape::Failure, 8_000);
    assert_eq!(
        short["error"],
        json!({"code": "VALIDATION_ERROR", "message": "wrong", "example": {}})
    );
}

/// A table whose every third row waits.
fn results(count: usize) -> Value {
    let status = |n| ["would_post", "same_parcel", "skipped"][n % 3];
    let row = |n| json!({"line": n + 2, "status": status(n), "reason": "\"unknown_format\""});
    json!({"status": "success", "data": {"results": (0..count).map(row).collect::<Vec<_>>(), "lines": {"posted": "2, 5"}}})
}

#[test]
fn rows_of_a_table_that_are_done_give_way_to_those_that_somebody_has_to_look_at() {
    assert_eq!(cut(results(9), Shape::Results("results"), 10_000), results(9));
    let short = cut(results(90), Shape::Results("results"), 10_000);
    let rows = short["data"]["results"].as_array().expect("rows");
    assert!(
        rows.len() == 30 && rows.iter().all(|row| row["status"] == "skipped"),
        "{short}"
    );
    assert_eq!(short["data"]["lines"], results(1)["data"]["lines"]);
    let warning = short["warnings"][0].as_str().expect("text");
    assert!(
        warning.contains("the 60 that are would_post or same_parcel."),
        "{warning}"
    );

    let longer = cut(results(900), Shape::Results("results"), 10_000);
    let kept = longer["data"]["results"].as_array().expect("rows").len();
    assert!((30..300).contains(&kept), "{kept}");
    let warning = longer["warnings"][0].as_str().expect("text");
    assert!(
        warning.contains(&format!("the last {} of the others", 300 - kept)),
        "{warning}"
    );
}
