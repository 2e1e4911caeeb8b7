use serde_json::{Map, Value, json};

use super::super::{Applied, NoteDefaults, apply};
use crate::order::change::Change;
use crate::order::fixtures::order;
use crate::order::verify;

/// The sample order with these notes.
fn noted(contents: &[&str]) -> Map<String, Value> {
    let mut order = order();
    let notes = contents.iter().enumerate().map(|(index, content)| {
        json!({ "date_added": format!("2026-03-02 14:09:0{index}"), "username": "Desk", "content": content })
    });
    order.insert("order_notes".to_owned(), notes.collect());
    order
}

fn done(base: &Map<String, Value>, ops: &Value) -> Result<Applied, Vec<(String, String)>> {
    let change = Change::parse(None, Some(ops)).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| (problem.path, problem.message))
            .collect::<Vec<_>>()
    })?;
    apply(base, &change, &NoteDefaults { username: "agent" }).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| (problem.path, problem.message))
            .collect()
    })
}

/// The notes that are left.
fn left(base: &Map<String, Value>, ops: &Value) -> Vec<String> {
    let applied = done(base, ops).unwrap();
    let mut others = applied.desired.clone();
    let notes = others
        .insert("order_notes".to_owned(), base["order_notes"].clone())
        .unwrap();
    assert_eq!(&others, base, "nothing else is touched");
    notes
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["content"].as_str().unwrap().to_owned())
        .collect()
}

/// The one problem of a removal.
fn refused(base: &Map<String, Value>, op: &Value) -> (String, String) {
    let mut problems = done(base, &json!([op])).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn a_note_is_taken_back_by_its_exact_text() {
    let base = noted(&["Call first", "Ring twice", "Unit\u{7} 4"]);
    let take = |content: &str| json!([{ "op": "remove_note", "content": content }]);
    assert_eq!(left(&base, &take("Ring twice")), ["Call first", "Unit\u{7} 4"]);
    assert_eq!(
        left(&base, &take("Unit 4")),
        ["Call first", "Ring twice"],
        "as a reply showed it"
    );
    assert_eq!(left(&noted(&["Only"]), &take("Only")), [""; 0]);
}

#[test]
fn a_likeness_is_never_enough() {
    let base = noted(&["Call first", "Ring twice"]);
    let (path, told) = refused(&base, &json!({ "op": "remove_note", "content": "ring  twice" }));
    assert_eq!(path, "/ops/0/content");
    assert_eq!(
        told,
        "no note has exactly this text; the one at index 1 differs in capitals or blanks"
    );
    let (_, told) = refused(&base, &json!({ "op": "remove_note", "content": "Ring" }));
    assert_eq!(
        told,
        "no note has exactly this text; the order has 2 notes, as orders_get shows"
    );
    let (path, _) = refused(&base, &json!({ "op": "remove_note", "content": " " }));
    assert_eq!(path, "/ops/0/content");
    let (path, _) = refused(
        &base,
        &json!({ "op": "remove_note", "content": "Ring twice", "index": -1 }),
    );
    assert_eq!(path, "/ops/0/index");
}

#[test]
fn of_several_with_one_text_the_place_says_which() {
    let base = noted(&["Call", "Other", "Call"]);
    let (path, told) = refused(&base, &json!({ "op": "remove_note", "content": "Call" }));
    assert_eq!(
        (path.as_str(), told.as_str()),
        ("/ops/0/index", "is missing: 2 notes have this text, at index 0, 2")
    );
    let (path, told) = refused(&base, &json!({ "op": "remove_note", "content": "Call", "index": 1 }));
    assert_eq!(
        (path.as_str(), told.as_str()),
        (
            "/ops/0/index",
            "another note is there; the one with this text is at index 0, 2"
        )
    );
    let applied = done(
        &base,
        &json!([{ "op": "remove_note", "content": "Call", "index": "2" }]),
    )
    .unwrap();
    assert_eq!(
        applied.desired["order_notes"],
        json!([base["order_notes"][0], base["order_notes"][1]])
    );
}

#[test]
fn places_count_as_they_were_read_whatever_was_taken_before() {
    let base = noted(&["Call", "Other", "Call"]);
    let take = |content: &str, index: usize| json!({ "op": "remove_note", "content": content, "index": index });
    assert_eq!(left(&base, &json!([take("Call", 0), take("Call", 2)])), ["Other"]);
    assert_eq!(
        left(&base, &json!([take("Call", 2), take("Other", 1), take("Call", 0)])),
        [""; 0]
    );
    let twice = done(&base, &json!([take("Call", 0), take("Call", 0)])).unwrap_err();
    assert_eq!(twice[0].0, "/ops/1/index");
}

#[test]
fn a_note_that_is_still_there_was_not_taken_back() {
    let base = noted(&["Call", "Other"]);
    let desired = done(&base, &json!([{ "op": "remove_note", "content": "Call" }]))
        .unwrap()
        .desired;
    assert!(verify(&base, &desired, &desired).stuck);
    let seen = verify(&base, &desired, &base);
    assert!(!seen.stuck && !seen.took);
    assert_eq!(seen.not_applied[0].path, "/order_notes/0");
}

#[test]
fn an_order_whose_notes_are_no_list_is_left_alone() {
    let mut base = order();
    base.insert("order_notes".to_owned(), json!({ "1": {} }));
    assert!(
        refused(&base, &json!({ "op": "remove_note", "content": "Call" }))
            .1
            .contains("is not a list")
    );
}
