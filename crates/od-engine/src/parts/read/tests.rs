use serde_json::Value;

use super::page_of;
use crate::parts::ListParts;

/// Of five rows, these are on the page, and the next page begins there.
fn check(offset: u64, limit: u32, expected: &[u64], next: Option<u64>) {
    let all: Vec<Value> = (0..5_u64).map(Value::from).collect();
    let input = ListParts {
        limit,
        offset,
        ..ListParts::default()
    };
    let (rows, page) = page_of(&all, &input);
    let rows: Vec<_> = rows.iter().filter_map(Value::as_u64).collect();
    assert_eq!((rows.as_slice(), page.next_offset), (expected, next));
    assert_eq!((page.total, page.returned), (Some(5), expected.len() as u64));
}

#[test]
fn a_walk_sees_every_row_once() {
    check(0, 2, &[0, 1], Some(2));
    check(2, 2, &[2, 3], Some(4));
    check(4, 2, &[4], None);
    check(0, 5, &[0, 1, 2, 3, 4], None);
    check(0, 500, &[0, 1, 2, 3, 4], None);
    check(9, 2, &[], None);
    check(u64::MAX, 500, &[], None);
}
