use serde_json::{Map, Value, json};

use super::dates::{Zone, bound};
use super::{Filters, sort};

#[track_caller]
fn check(text: &str, zone: Zone, expected: Option<&str>) {
    assert_eq!(
        bound("search_start_date", text, zone)
            .ok()
            .map(|bound| bound.sent)
            .as_deref(),
        expected,
        "{text}"
    );
}

#[test]
fn dates_are_sent_as_order_desk_writes_them() {
    check("2026-03-02T14:05:31Z", Zone::Utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02T14:05:31+02:00", Zone::Utc, Some("2026-03-02 12:05:31"));
    check("2026-01-01T00:30:00+01:00", Zone::Utc, Some("2025-12-31 23:30:00"));
    check("2026-03-02T14:05:31.987Z", Zone::Utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02 14:05:31", Zone::Utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02", Zone::Utc, Some("2026-03-02"));
    check("2026-03-02", Zone::Store, Some("2026-03-02"));
    check("2026-03-02 14:05:31", Zone::Store, Some("2026-03-02 14:05:31"));
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "yesterday",
        "2026-02-30",
        "2026-13-01",
        "02.03.2026",
        "2026-03-02 25:00:00",
        "1772463600",
        "",
    ] {
        check(text, Zone::Utc, None);
    }
    // A moment with a zone cannot be the store's own time without knowing its zone.
    check("2026-03-02T14:05:31Z", Zone::Store, None);
}

#[test]
fn a_date_without_a_time_says_how_it_is_read() {
    let note = bound("search_end_date", "2026-03-02", Zone::Utc).unwrap().note.unwrap();
    assert!(
        note.contains("search_end_date") && note.contains("UTC") && note.contains("leaves that day out"),
        "{note}"
    );
    assert_eq!(
        bound("search_end_date", "2026-03-02T00:00:00Z", Zone::Utc)
            .unwrap()
            .note,
        None
    );
}

#[track_caller]
fn check_range(dates: &Value, expected: &[&str]) {
    let filters: Filters = serde_json::from_value(dates.clone()).unwrap();
    let problems = filters.problems();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, expected, "{dates}");
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused() {
    let search = |start: &str, end: &str| json!({ "search_start_date": start, "search_end_date": end });
    check_range(&search("2026-03-02", "2026-03-01"), &["/search_start_date"]);
    check_range(
        &search("2026-03-02T00:30:00+01:00", "2026-03-01 23:00:00"),
        &["/search_start_date"],
    );
    check_range(&search("2026-03-02 10:00:00", "2026-03-02"), &[]);
    check_range(&search("2026-03-02", "2026-03-02 00:00:00"), &[]);
    check_range(&search("2026-03-03 00:00:00", "2026-03-02"), &["/search_start_date"]);
    check_range(&search("2026-03-01", "2026-03-02"), &[]);
    check_range(
        &json!({
            "search_start_date_local": "2026-03-02", "search_end_date_local": "2026-03-01",
            "modified_start_date": "2026-03-02", "modified_end_date": "2026-03-01",
        }),
        &["/search_start_date_local", "/modified_start_date"],
    );
}

#[track_caller]
fn check_sort(field: &str, meant: Option<&str>) {
    let order = json!({
        "id": "1", "date_added": "", "shipping": { "last_name": "" }, "return_address": { "city": "" },
    });
    let orders: Vec<Map<String, Value>> = order.as_object().cloned().into_iter().collect();
    let told = sort::doubt(&orders, field);
    assert_eq!(told.is_some(), meant.is_some(), "{told:?}");
    assert!(told.is_none_or(|told| told.contains(meant.unwrap_or_default())));
    assert_eq!(sort::doubt(&[], field), None);
}

#[test]
fn a_field_that_no_order_has_may_not_have_sorted_them() {
    check_sort("date_added", None);
    check_sort("shipping_last_name", None);
    check_sort("return_address_city", None);
    check_sort("return_address_state", Some("Did you mean return_address?"));
    check_sort("date_aded", Some("Did you mean date_added?"));
    check_sort("zzz", Some("another."));
}
