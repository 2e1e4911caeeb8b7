use od_client::RowResult;
use serde_json::{Value, json};

use super::{Row, assign, parse};

fn rows(shipments: Value) -> Vec<Row> {
    let shipments: Vec<_> = serde_json::from_value(shipments).expect("objects");
    parse(&shipments).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn two() -> Vec<Row> {
    rows(json!([
        { "order_id": "11", "tracking_number": "A" },
        { "order_id": 12, "tracking_number": "B" },
    ]))
}

fn result(accepted: bool, row: &Value) -> RowResult {
    RowResult {
        accepted,
        message: None,
        row: row.as_object().expect("an object").clone(),
    }
}

/// The results of two rows, as accepted or not, `None` where it is not known.
fn check(results: Vec<RowResult>, expected: [Option<bool>; 2]) {
    let rows = two();
    let assigned = assign(&rows.iter().collect::<Vec<_>>(), results);
    let accepted: Vec<_> = assigned
        .iter()
        .map(|result| result.as_ref().map(|result| result.accepted))
        .collect();
    assert_eq!(accepted, expected);
}

#[test]
fn rows_are_sent_as_given_with_the_order_id_as_text() {
    assert_eq!(
        json!(two()[1].body),
        json!({ "order_id": "12", "tracking_number": "B" })
    );
}

#[test]
fn results_are_matched_by_what_they_repeat() {
    let echo = |order: Value, number: &str| json!({ "order_id": order, "tracking_number": number });
    check(
        vec![
            result(false, &echo(json!(12), "B")),
            result(true, &echo(json!("11"), "A")),
        ],
        [Some(true), Some(false)],
    );
}

#[test]
fn results_that_repeat_nothing_stand_in_the_order_of_the_rows() {
    check(
        vec![result(false, &json!({})), result(true, &json!({}))],
        [Some(false), Some(true)],
    );
}

#[test]
fn more_or_fewer_results_than_rows_say_nothing_about_any() {
    check(vec![result(true, &json!({}))], [None, None]);
    check(Vec::new(), [None, None]);
}

#[test]
fn a_parcel_without_tracking_may_stand_twice() {
    let twice = json!([
        { "order_id": "11", "tracking_number": "n/a" },
        { "order_id": "11", "tracking_number": "N/A" },
    ]);
    assert_eq!(rows(twice).len(), 2);
}
