use serde_json::json;

use super::*;

fn level(stock: &Value, counts_stock: bool, units: [i128; 3]) -> Option<(Option<&'static str>, Value)> {
    let item = json!({ "code": "MUG", "name": "Mug", "id": 7, "stock": stock });
    let level = Level::of(item.as_object()?, counts_stock, units.map(|units| units * 1_000_000))?;
    let shown = level.shown(Status::Low, jiff::civil::date(2026, 11, 29))["days_of_cover"].clone();
    Some((level.status(10, 14).map(Status::as_str), shown))
}

#[test]
fn what_is_the_matter_with_an_item() {
    // Stock, whether Order Desk counts it down, units waiting, of a week and of a month: status and days of cover.
    for (stock, counts, units, status, cover) in [
        (json!(10), true, [50, 1, 0], None, Value::Null),
        (json!("9"), true, [50, 1, 60], Some("low"), json!("4.5")),
        (json!(0), true, [50, 1, 60], Some("out"), json!("0.0")),
        (json!(-1), true, [0, 0, 3], Some("negative"), json!("0.0")),
        (json!(-1), true, [1, 0, 0], Some("oversold"), Value::Null),
        // 11 of 7 in 30 days last 47.14 days; 11 without 1 last 42.86.
        (json!(11), true, [1, 1, 7], None, json!("47.1")),
        // 23 of 57 in 30 days last 12 days, those of 12 in seven days 13.4.
        (json!(23), true, [1, 1, 57], Some("runs_out"), json!("12.1")),
        (json!(23), true, [1, 12, 13], Some("runs_out"), json!("53.1")),
        (json!(11), false, [1, 1, 7], None, json!("42.9")),
        (json!(11), false, [2, 1, 7], Some("low"), json!("38.6")),
        (json!(11), false, [12, 1, 7], Some("oversold"), json!("0.0")),
        (json!(11), false, [11, 1, 7], Some("out"), json!("0.0")),
    ] {
        assert_eq!(
            level(&stock, counts, units),
            Some((status, cover)),
            "{stock} {counts} {units:?}"
        );
    }
    assert_eq!(level(&json!("many"), true, [0; 3]), None);
}

#[test]
fn a_code_that_is_a_number_is_a_code() {
    let item = json!({ "code": 4711, "name": "Pen", "stock": 2 });
    let level = item.as_object().and_then(|item| Level::of(item, true, [0; 3]));
    let shown = level.map(|level| level.shown(Status::Low, jiff::civil::date(2026, 11, 29)));
    assert_eq!(shown.map(|shown| shown["code"].clone()), Some(json!("4711")));
}

#[test]
fn what_lasts_beyond_all_dates_has_no_last_day() {
    let lasts = |stock: i64| {
        let item = json!({ "code": "MUG", "name": "Mug", "stock": stock });
        let level = Level::of(item.as_object()?, true, [0, 0, 1_000_000])?;
        Some(level.shown(Status::Low, jiff::civil::date(2026, 11, 29))["runs_out_on"].clone())
    };
    assert_eq!(lasts(900_000), Some(Value::Null));
    assert_eq!(lasts(1), Some(json!("2026-12-29")));
}
