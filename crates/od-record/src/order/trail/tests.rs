use serde_json::json;

use super::*;
use crate::order::fixtures::map;

/// An entry by who wrote it and what, as `API: Order Updated`. All are of the same second.
fn entry(line: &str) -> Value {
    let (by, note) = line.split_once(": ").unwrap();
    json!({ "source_name": by, "note": note, "date_added": "2026-03-02 15:00:01" })
}

fn entries(lines: &[&str]) -> Vec<Value> {
    lines.iter().map(|line| entry(line)).collect()
}

const OLD: [&str; 2] = ["Shopify: Order Imported", "API: Order Updated"];
const OURS: &str = "API: Order Updated";

fn trail(new: &[&str], erased: bool) -> Trail {
    Trail::of(&entries(&OLD), &entries(&[&OLD, new].concat()), erased)
}

/// Asserts which of the new entries are told as acts that the upload has overwritten.
fn overwritten(new: &[&str], expected: &[&str]) {
    let expected = Trail {
        overwritten: entries(expected),
        unplaced: vec![],
    };
    assert_eq!(trail(new, false), expected, "{new:?}");
    // The same history with its newest entry first.
    let mut before = entries(&OLD);
    let mut after = entries(&[&OLD, new].concat());
    before.reverse();
    after.reverse();
    if !new.is_empty() {
        assert_eq!(Trail::of(&before, &after, false), expected, "newest first: {new:?}");
    }
}

#[test]
fn what_an_upload_leaves_itself_is_nobody_elses() {
    overwritten(&[], &[]);
    overwritten(&[OURS], &[]);
    // Order Desk may sign uploads otherwise.
    overwritten(&["Our Key: changed"], &[]);
    // Rules that the upload set off, and whoever came after it.
    overwritten(&[OURS, "Auto: Order Emailed"], &[]);
    overwritten(&[OURS, "Auto: Order Emailed", "Jo: Order Edited"], &[]);
}

#[test]
fn what_stands_before_the_uploads_own_entry_is_overwritten() {
    overwritten(&["Jo: Order Edited", OURS], &["Jo: Order Edited"]);
    // Another program with the same signature and the same words.
    overwritten(&[OURS, OURS], &[OURS]);
    overwritten(
        &[
            "Jo: Order Moved to Closed",
            "Auto: Order Emailed",
            OURS,
            "Auto: Order Emailed",
        ],
        &["Jo: Order Moved to Closed", "Auto: Order Emailed"],
    );
}

#[test]
fn putting_a_moved_order_back_leaves_two_entries_of_our_own() {
    let back = "API: Order Moved to New";
    overwritten(
        &["Jo: Order Moved to Closed", OURS, back],
        &["Jo: Order Moved to Closed"],
    );
    overwritten(
        &["API: Order Moved to Closed", OURS, back, "Auto: Order Emailed"],
        &["API: Order Moved to Closed"],
    );
    // A shop that writes nothing about uploads.
    overwritten(&["Jo: Order Moved to Closed", back], &["Jo: Order Moved to Closed"]);
}

#[test]
fn several_entries_without_one_of_the_api_are_told_without_judgement() {
    let new = ["Jo: Order Edited", "Auto: Order Emailed"];
    let trail = trail(&new, false);
    assert_eq!((trail.overwritten.len(), &trail.unplaced), (0, &entries(&new)));
    let remarks = trail.remarks(&Map::new(), &Map::new());
    assert!(remarks[0].contains("cannot be known"), "{remarks:?}");
    assert!(
        remarks[0].contains(r#"by "Jo" at "2026-03-02 15:00:01": "Order Edited""#),
        "{remarks:?}"
    );
}

#[test]
fn where_another_writer_came_last_the_last_entry_is_theirs() {
    assert_eq!(trail(&[OURS, OURS], true), Trail::default());
    assert_eq!(trail(&[OURS, "Jo: Order Edited"], true), Trail::default());
    let theirs = trail(&["Jo: Order Edited", OURS, OURS], true);
    assert_eq!(theirs.overwritten, entries(&["Jo: Order Edited"]));
}

#[test]
fn old_entries_that_give_way_are_no_news() {
    let before: Vec<Value> = (0..250).map(|n| entry(&format!("API: Updated {n}"))).collect();
    let mut after = before[2..].to_vec();
    after.extend(entries(&["Jo: Order Edited", OURS]));
    let trail = Trail::of(&before, &after, false);
    assert_eq!(trail.overwritten, entries(&["Jo: Order Edited"]));
}

#[test]
fn a_remark_tells_who_when_and_how_to_put_it_back() {
    let trail = trail(&["Jo: Order \"Moved\" to Closed", OURS], false);
    let sent = map(json!({ "folder_id": 71001 }));
    let remark = trail.remarks(&sent, &sent).remove(0);
    for part in [
        "verified is false because of that",
        "no read shows any more what it was, so ask whoever the history names",
        "back in folder 71001",
        "orders_move_folder",
        r#"by "Jo" at "2026-03-02 15:00:01": "Order 'Moved' to Closed"."#,
    ] {
        assert!(remark.contains(part), "{remark}");
    }
    let elsewhere = map(json!({ "folder_id": 71003 }));
    let remark = trail.remarks(&sent, &elsewhere).remove(0);
    assert!(
        remark.contains("is in folder 71003 now") && !remark.contains("back in"),
        "{remark}"
    );
}

#[test]
fn of_many_entries_the_first_are_told_and_the_others_counted() {
    let many: Vec<String> = (0..8).map(|n| format!("Jo: Edit {n}")).collect();
    let mut new: Vec<&str> = many.iter().map(String::as_str).collect();
    new.push(OURS);
    let remark = trail(&new, false).remarks(&Map::new(), &Map::new()).remove(0);
    assert!(remark.contains("Edit 4") && !remark.contains("Edit 5"), "{remark}");
    assert!(remark.ends_with("; and 3 more."), "{remark}");
}

#[test]
fn the_history_is_taken_out_of_an_order() {
    let mut order = map(json!({ "id": "1", "order_history": [entry(OURS)], "email": "" }));
    assert_eq!(take_history(&mut order), Some(entries(&[OURS])));
    assert_eq!(order.keys().collect::<Vec<_>>(), ["id", "email"]);
    assert_eq!(take_history(&mut order), None);
}

#[test]
fn two_new_entries_of_the_api_are_two_uploads() {
    let check = |new: &[&str], expected: bool| {
        let told = tells_of_another_upload(&entries(&OLD), &entries(&[&OLD, new].concat()));
        assert_eq!(told, expected, "{new:?}");
    };
    check(&[], false);
    check(&[OURS], false);
    check(&[OURS, "Jo: Order Edited"], false);
    check(&[OURS, "api: Order Updated"], true);
    check(&[OURS, OURS, OURS], true);
}

#[test]
fn an_upload_of_a_part_tells_of_everybody_else() {
    let check = |new: &[&str], overwritten: &[&str], unplaced: &[&str]| {
        let expected = Trail {
            overwritten: entries(overwritten),
            unplaced: entries(unplaced),
        };
        let trail = Trail::of_part(&entries(&OLD), &entries(&[&OLD, new].concat()));
        assert_eq!(trail, expected, "{new:?}");
    };
    check(&[], &[], &[]);
    check(&[OURS], &[], &[]);
    check(&[OURS, "Auto: Order Emailed"], &[], &[]);
    check(&["Jo: Order Edited", OURS], &["Jo: Order Edited"], &[]);
    check(&[OURS, OURS], &[OURS], &[]);
    // Unlike an upload of the order, one of a part may leave no entry.
    check(&["Jo: Order Edited"], &[], &["Jo: Order Edited"]);
}

#[test]
fn a_remark_on_a_part_names_who_acted() {
    let trail = Trail {
        overwritten: entries(&["Jo: Order Edited"]),
        unplaced: entries(&["Kim: Order Edited"]),
    };
    let remarks = trail.remarks_of_part("order item");
    for (remark, parts) in remarks.iter().zip([
        ["verified is false", "The whole order item was uploaded", "by \"Jo\" at"],
        ["cannot be known", "The whole order item was uploaded", "by \"Kim\" at"],
    ]) {
        assert!(parts.iter().all(|part| remark.contains(part)), "{remark}");
    }
    assert_eq!(remarks.len(), 2);
    assert!(Trail::default().remarks_of_part("order item").is_empty());
}

/// Of a change and the upload that puts it right.
#[test]
fn what_a_later_upload_shows_comes_behind() {
    let one = |line: &str| Trail {
        overwritten: vec![entry(line)],
        unplaced: vec![entry("Auto: Order Emailed")],
    };
    let mut trail = one("Jo: Order Edited");
    trail.extend(one("Mo: Order Edited"));
    assert_eq!(trail.overwritten, entries(&["Jo: Order Edited", "Mo: Order Edited"]));
    assert_eq!(trail.unplaced, entries(&["Auto: Order Emailed", "Auto: Order Emailed"]));
}

#[test]
fn two_of_the_api_are_both_own_only_behind_somebody_elses() {
    overwritten(&[OURS, "API: Order Moved"], &[OURS]);
    overwritten(&["Jo: Order Edited", OURS, "API: Order Moved"], &["Jo: Order Edited"]);
}
