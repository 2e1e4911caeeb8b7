use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Weigh, entry};

fn record(text: &str) -> Map<String, Value> {
    let record = json!({ "id": "1", "shipping": { "city": text }, "order_items": [{ "name": text }, 1, true, null] });
    record.as_object().unwrap().clone()
}

#[test]
fn every_text_counts_and_so_does_the_key() {
    let (short, long) = (record(""), record(&"x".repeat(1000)));
    assert!(long.heap() >= short.heap() + 2 * 1000);
    assert!(vec![long.clone(), long.clone()].heap() >= 2 * long.heap());
    assert!(entry(1000, &short) >= entry(0, &short) + 1000);
}

/// A record's map keeps such a table of positions, and does not say how much room it has.
#[test]
fn a_table_has_room_for_what_it_holds() {
    for members in [1, 3, 4, 7, 8, 14, 15, 28, 29, 40, 500] {
        let room = HashSet::<usize>::with_capacity(members).capacity();
        let member = size_of::<Value>() + size_of::<String>() + size_of::<u64>();
        assert!(super::table(members) >= room * member, "{members}");
    }
    assert_eq!(super::table(0), 0);
}

#[test]
fn what_is_too_large_to_count_is_not_small() {
    assert_eq!(entry(usize::try_from(u32::MAX).unwrap(), &Value::Null), u32::MAX);
}
