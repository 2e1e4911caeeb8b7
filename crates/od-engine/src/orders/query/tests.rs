use serde_json::{Value, json};

use super::Filters;

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
