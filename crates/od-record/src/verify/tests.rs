use serde_json::{Map, Value, json};

use super::{Leniency, verify};
use crate::diff::FieldChange;
use crate::item;

const LENIENCY: Leniency<'static> = Leniency {
    left_out: &["date_updated"],
    tables: &[item::FIELDS],
};

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// The paths of what did not take and of what others changed.
fn paths(base: &Value, desired: &Value, read: &Value) -> (Vec<String>, Vec<String>) {
    let paths = |changes: Vec<FieldChange>| changes.into_iter().map(|change| change.path).collect();
    let verification = verify(&map(base), &map(desired), &map(read), LENIENCY);
    assert_eq!(verification.stuck, verification.not_applied.is_empty());
    (paths(verification.not_applied), paths(verification.foreign))
}

fn check(base: &Value, desired: &Value, read: &Value, not_applied: &[&str], foreign: &[&str]) {
    let told = paths(base, desired, read);
    assert_eq!(told.0, not_applied, "not applied of {desired} in {read}");
    assert_eq!(told.1, foreign, "foreign to {desired} in {read}");
}

/// Asserts whether an order that was to hold `wanted` in a field does so when it holds `held`; in both directions.
fn holds(field: &str, wanted: &Value, held: &Value, expected: bool) {
    for (wanted, held) in [(wanted, held), (held, wanted)] {
        let (not_applied, foreign) = paths(
            &json!({ field: "as it was" }),
            &json!({ field: wanted }),
            &json!({ field: held }),
        );
        assert_eq!(
            not_applied.is_empty(),
            expected,
            "{field}: {held} where {wanted} is wanted"
        );
        assert!(foreign.is_empty(), "{foreign:?}");
    }
}

#[test]
fn blanks_are_one_and_nothing_else_is_blank() {
    let blanks = [json!(null), json!(""), json!([]), json!({})];
    for blank in &blanks {
        for other in &blanks {
            holds("note", blank, other, true);
        }
        for value in [json!("x"), json!(" "), json!(0), json!("0"), json!(false), json!(["x"])] {
            holds("note", blank, &value, false);
        }
        check(
            &json!({"note": "as it was"}),
            &json!({ "note": blank }),
            &json!({}),
            &[],
            &[],
        );
        check(
            &json!({"note": "as it was"}),
            &json!({}),
            &json!({ "note": blank }),
            &[],
            &[],
        );
    }
    check(&json!({}), &json!({"note": "x"}), &json!({}), &["/note"], &[]);
    check(&json!({}), &json!({}), &json!({"note": "x"}), &[], &["/note"]);
}

#[test]
fn numbers_are_compared_as_numbers_where_one_is_meant() {
    for field in ["price", "comment"] {
        holds(field, &json!(5), &json!("5.00"), true);
        holds(field, &json!(5), &json!(5), true);
        holds(field, &json!(5), &json!("5.01"), false);
        holds(field, &json!(5), &json!(6), false);
        holds(field, &json!("x"), &json!("y"), false);
        holds(field, &json!(5), &json!("x"), false);
    }
    for (one, other) in [(json!(5), json!(5.0)), (json!("5"), json!("5.00"))] {
        holds("price", &one, &other, true);
        holds("comment", &one, &other, false);
    }
}

#[test]
fn maps_are_compared_key_by_key() {
    holds("map", &json!({"a": 5, "b": ""}), &json!({"a": "5"}), true);
    holds("map", &json!({"a": {"b": null}}), &json!({"a": []}), true);
    let base = json!({"map": {"mine": 1, "theirs": 1, "gone": 1}});
    let desired = json!({"map": {"mine": 2, "theirs": 1, "gone": 1}});
    let read = json!({"map": {"mine": 1, "theirs": 3, "new": 1}});
    check(
        &base,
        &desired,
        &read,
        &["/map/mine"],
        &["/map/theirs", "/map/gone", "/map/new"],
    );
    // `[]` is an empty map.
    check(
        &json!({"map": []}),
        &json!({"map": {"a": 1}}),
        &json!({"map": []}),
        &["/map/a"],
        &[],
    );
}

/// PHP writes a list with a gap as an object.
#[test]
fn a_list_that_is_written_as_an_object_does_not_vanish_unseen() {
    let notes = json!({ "order_notes": { "1": { "content": "Keep dry" } } });
    let gone = json!({ "order_notes": [] });
    check(&notes, &notes, &gone, &[], &["/order_notes/1"]);
    check(&notes, &notes, &notes, &[], &[]);
}

#[test]
fn what_is_left_out_says_nothing() {
    check(
        &json!({"date_updated": "1"}),
        &json!({"date_updated": "2"}),
        &json!({"date_updated": "3"}),
        &[],
        &[],
    );
}

/// Lines of one order in three states.
fn lines(base: &Value, desired: &Value, read: &Value, not_applied: &[&str], foreign: &[&str]) {
    let order = |lines: &Value| json!({ "order_items": lines });
    check(&order(base), &order(desired), &order(read), not_applied, foreign);
}

#[test]
fn lines_are_known_by_their_ids_wherever_they_stand() {
    let (one, two) = (
        json!({"id": "1", "name": "Mug", "quantity": 1}),
        json!({"id": "2", "name": "Tote", "quantity": 1}),
    );
    lines(&json!([one, two]), &json!([one, two]), &json!([two, one]), &[], &[]);
    let more = json!({"id": "2", "name": "Tote", "quantity": 5});
    // Wanted and not there; not wanted and there; a field that nobody wanted.
    lines(
        &json!([one, two]),
        &json!([one, more]),
        &json!([two, one]),
        &["/order_items/0/quantity"],
        &[],
    );
    lines(
        &json!([one, two]),
        &json!([one, two]),
        &json!([more, one]),
        &[],
        &["/order_items/0/quantity"],
    );
    let bin = json!({"id": "1", "name": "Mug", "quantity": 1, "bin": "A"});
    lines(
        &json!([one]),
        &json!([one]),
        &json!([bin]),
        &[],
        &["/order_items/0/bin"],
    );
    // Removed and still there; there and removed by another; changed and removed by another; added by another.
    lines(
        &json!([one, two]),
        &json!([one]),
        &json!([one, two]),
        &["/order_items/1"],
        &[],
    );
    lines(
        &json!([one, two]),
        &json!([one, two]),
        &json!([one]),
        &[],
        &["/order_items/1"],
    );
    lines(
        &json!([one, two]),
        &json!([one, more]),
        &json!([one]),
        &["/order_items/1"],
        &[],
    );
    lines(
        &json!([one]),
        &json!([one]),
        &json!([one, two]),
        &[],
        &["/order_items/1"],
    );
}

#[test]
fn new_lines_are_looked_for_among_those_that_were_not_there() {
    let stored = json!({"id": "1", "name": "Pin", "code": "PIN", "quantity": 1});
    let pin = json!({"name": "Pin", "code": "PIN", "quantity": 1});
    let kept = |id: &str, changes: &Value| {
        let mut line = map(&pin);
        line.insert("id".to_owned(), id.into());
        line.insert("price".to_owned(), 0.into());
        line.extend(map(changes));
        Value::Object(line)
    };
    let two = |extra: &Value| json!([stored, pin, extra]);
    // Each is one row, though they are all alike; what Order Desk adds is no difference.
    lines(
        &json!([stored]),
        &two(&pin),
        &json!([stored, kept("2", &json!({})), kept("3", &json!({}))]),
        &[],
        &[],
    );
    // A row that was there is not taken for a new one.
    lines(
        &json!([stored]),
        &json!([stored, pin]),
        &json!([stored]),
        &["/order_items/1"],
        &[],
    );
    lines(
        &json!([stored]),
        &two(&pin),
        &json!([stored, kept("2", &json!({}))]),
        &["/order_items/2"],
        &[],
    );
    // The one that holds everything comes before the one that is only like it.
    let other = json!({"name": "Pin", "code": "PIN", "quantity": 2});
    lines(
        &json!([stored]),
        &json!([stored, pin, other]),
        &json!([stored, kept("2", &json!({"quantity": 2})), kept("3", &json!({}))]),
        &[],
        &[],
    );
    // Known by code or by name, without regard to case.
    let told = |held: &Value, not_applied: &[&str], foreign: &[&str]| {
        lines(
            &json!([stored]),
            &json!([stored, pin]),
            &json!([stored, held]),
            not_applied,
            foreign,
        );
    };
    told(
        &kept("2", &json!({"name": "Enamel", "code": "pin"})),
        &["/order_items/1/name", "/order_items/1/code"],
        &[],
    );
    told(
        &kept("2", &json!({"name": "PIN", "code": "P-1"})),
        &["/order_items/1/name", "/order_items/1/code"],
        &[],
    );
    told(
        &kept("2", &json!({"name": "Enamel", "code": "P-1"})),
        &["/order_items/1"],
        &["/order_items/1"],
    );
    // Two without a code are not alike for that.
    lines(
        &json!([]),
        &json!([{"name": "Pin", "code": ""}]),
        &json!([{"id": "2", "name": "Mug", "code": ""}]),
        &["/order_items/0"],
        &["/order_items/0"],
    );
    // One that names an id is looked for by the id only.
    lines(
        &json!([]),
        &json!([{"id": "7", "name": "Pin"}]),
        &json!([{"id": "8", "name": "Pin"}]),
        &["/order_items/0"],
        &["/order_items/0"],
    );
}

#[test]
fn only_the_date_of_a_note_does_not_count() {
    let note = |date: &str, by: &str| json!({"content": "Call", "date_added": date, "username": by});
    let notes = |desired: Value, read: Value, foreign: &[&str]| {
        check(
            &json!({ "order_notes": [desired] }),
            &json!({ "order_notes": [desired] }),
            &json!({ "order_notes": [read] }),
            &[],
            foreign,
        );
    };
    notes(note("1", "Ada"), note("2", "Ada"), &[]);
    notes(note("1", "Ada"), note("1", "Bob"), &["/order_notes/0/username"]);
    check(
        &json!({"order_shipments": [{"id": "1", "date_added": "1"}]}),
        &json!({"order_shipments": [{"id": "1", "date_added": "1"}]}),
        &json!({"order_shipments": [{"id": "1", "date_added": "2"}]}),
        &[],
        &["/order_shipments/0/date_added"],
    );
}

#[test]
fn rows_that_are_no_records_are_compared_as_they_are() {
    let history = |row: &Value| json!({ "order_notes": [row] });
    check(
        &history(&json!("a")),
        &history(&json!("a")),
        &history(&json!("a")),
        &[],
        &[],
    );
    check(
        &history(&json!("a")),
        &history(&json!("a")),
        &history(&json!("b")),
        &[],
        &["/order_notes/0", "/order_notes/0"],
    );
}

#[test]
fn a_line_that_was_to_go_counts_as_left_until_it_is_back() {
    let base = json!({"note": "a", "order_items": [{"id": "1", "quantity": 1}, {"id": "2", "quantity": 1}]});
    let desired = json!({"note": "a", "order_items": [{"id": "2", "quantity": 1}]});
    let erased = |read: &Value| verify(&map(&base), &map(&desired), &map(read), LENIENCY).was_erased();
    let mut read = base.clone();
    read["note"] = "b".into();
    assert!(erased(&read), "the line is there again");
    read["order_items"][0]["quantity"] = 2.into();
    assert!(!erased(&read), "somebody has changed it");
    let mut two = base.clone();
    two["note"] = "b".into();
    let desired = json!({"note": "a", "order_items": []});
    let left = |read: &Value| verify(&map(&base), &map(&desired), &map(read), LENIENCY).left_nothing();
    assert!(left(&two));
    drop(two["order_items"].as_array_mut().unwrap().remove(0));
    assert!(!left(&two), "one of two lines is gone");
}

/// A store that escapes, cuts or capitalises what it is sent has not lost it: to send it again would add it twice.
#[test]
fn what_is_stored_in_another_spelling_was_not_erased() {
    for (field, wanted, held) in [
        (
            "order_notes",
            json!({"content": "Tom & Jerry"}),
            json!({"content": "Tom &amp; Jerry"}),
        ),
        (
            "order_notes",
            json!({"content": "One\r\ntwo"}),
            json!({"content": "One\ntwo"}),
        ),
        (
            "order_items",
            json!({"name": "Salt & Pepper"}),
            json!({"id": "9", "name": "Salt &amp; Pepper"}),
        ),
        (
            "discount_list",
            json!({"name": "spring sale"}),
            json!({"name": "Spring Sale"}),
        ),
    ] {
        let state = |rows: &[&Value], email: &str| map(&json!({ field: rows, "email": email }));
        let (base, desired) = (state(&[], "a@b.de"), state(&[&wanted], "a@b.de"));
        let stored = verify(&base, &desired, &state(&[&held], "c@d.de"), LENIENCY);
        assert!(!stored.stuck && !stored.was_erased(), "{held}: {stored:?}");
        let erased = verify(&base, &desired, &state(&[], "c@d.de"), LENIENCY);
        assert!(erased.was_erased(), "{wanted}: {erased:?}");
    }
}

/// Of another update of the same row, which holds something of its own.
#[test]
fn maps_in_a_new_row_are_compared_part_by_part() {
    let of = |variations: Value| json!({"order_items": [{"name": "Mug", "variation_list": variations}]});
    let base = json!({"order_items": []});
    let check = |wanted: Value, held: Value, is_it: bool| {
        let (not_applied, _) = paths(&base, &of(wanted), &of(held.clone()));
        assert_eq!(not_applied.is_empty(), is_it, "{held}");
    };
    check(json!({"Size": 1, "Note": ""}), json!({"Size": "1"}), true);
    check(json!({"Size": 1}), json!({"Size": "2"}), false);
    // In another order than they were sent.
    let (one, other) = (json!({"Size": 1, "Note": ""}), json!({"Size": 2}));
    let rows = |first: &Value, second: &Value| json!({"order_items": [{"name": "Mug", "variation_list": first}, {"name": "Mug", "variation_list": second}]});
    let stored = rows(&other, &json!({"Size": "1"}));
    assert_eq!(paths(&base, &rows(&one, &other), &stored), (vec![], vec![]));
}

#[test]
fn a_key_that_is_gone_as_it_should_be_shows_that_the_upload_took() {
    let base = map(&json!({"checkout_data": {"a": 1, "b": 2}}));
    let desired = map(&json!({"checkout_data": {"a": 1, "c": 3}}));
    let took = |read: Value| verify(&base, &desired, &map(&json!({ "checkout_data": read })), LENIENCY).took;
    assert!(took(json!({"a": 1})));
    assert!(took(json!({"a": 1, "b": 2, "c": 3})));
    assert!(!took(json!({"a": 1, "b": 2})));
    assert!(!took(json!({"b": 2})));
}

/// The row that was to go is there as it was, and the one that was to come is not: the store ignored both.
#[test]
fn a_row_that_should_have_gone_is_not_taken_for_a_new_one() {
    let line = |id: &str, name: &str| json!({"id": id, "name": name});
    let base = json!({"order_items": [line("1", "Mug"), line("2", "Tote")]});
    let desired = json!({"order_items": [line("2", "Tote"), {"name": "Pin"}]});
    let verification = verify(&map(&base), &map(&desired), &map(&base), LENIENCY);
    assert!(verification.left_nothing(), "{verification:?}");
    let other = json!({"order_items": [line("1", "Mug"), line("2", "Tote"), line("3", "&Pin")]});
    let verification = verify(&map(&base), &map(&desired), &map(&other), LENIENCY);
    assert!(verification.elsewhere, "{verification:?}");
}

#[test]
fn new_rows_of_one_product_are_told_apart_by_their_maps() {
    let wanted = |size: &str| json!({"code": "TEE", "name": "Tee", "variation_list": {"Size": size, "Print": ""}});
    let held = |id: &str, size: &str| json!({"id": id, "code": "TEE", "name": "Tee", "variation_list": {"Size": size}});
    check(
        &json!({"order_items": []}),
        &json!({"order_items": [wanted("L"), wanted("M")]}),
        &json!({"order_items": [held("1", "M"), held("2", "L")]}),
        &[],
        &[],
    );
}
