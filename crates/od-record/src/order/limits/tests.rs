use serde_json::json;

use super::{all_notes, history, map, note};

#[test]
fn a_text_is_cut_off_from_one_character_over_its_limit() {
    for (count, is_too_long) in [(1_800, false), (1_801, true)] {
        // Characters, not bytes.
        let text = "é".repeat(count);
        assert_eq!(note(&text).is_some(), is_too_long, "{count}");
        assert_eq!(history(&text).is_some(), is_too_long, "{count}");
    }
    let told = history(&"x".repeat(1_801)).unwrap_or_default();
    assert!(told.contains("1801") && told.contains("at most 1800"), "{told}");
}

#[test]
fn notes_share_their_limit_with_their_dates_and_names() {
    let with =
        |count: usize| json!({"username": "Ada", "date_added": "2026-03-02 14:09:02", "content": "x".repeat(count)});
    let undated = |count: usize| json!({"username": "Ada", "content": "x".repeat(count)});
    for note in [with, undated] {
        assert_eq!(all_notes(&[note(1_000), note(956)]), None);
        assert!(all_notes(&[note(1_000), note(957)]).is_some());
    }
}

#[test]
fn only_maps_with_a_limit_are_measured() {
    // `{"k":"…"}`
    let with = |count: usize| json!({"k": "é".repeat(count - 8)});
    for (name, limit) in [("checkout_data", 3_500), ("order_metadata", 2_000)] {
        assert_eq!(map(name, &with(limit)), None, "{name}");
        assert!(map(name, &with(limit + 1)).is_some(), "{name}");
    }
    assert_eq!(map("shipping", &with(9_000)), None);
}
