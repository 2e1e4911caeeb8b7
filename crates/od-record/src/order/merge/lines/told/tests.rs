use serde_json::{Map, Value, json};

use crate::order::change::Change;
use crate::order::fixtures::{map, order};
use crate::order::merge::{NoteDefaults, apply};

/// What is told of a change of the lines of an order with the codes MUG (301) and TOTE (302).
fn told(mutation: Option<&Value>, ops: Option<&Value>) -> Result<Vec<String>, Vec<String>> {
    let change = Change::parse(mutation, ops).expect("a change");
    match apply(&order(), &change, &NoteDefaults::default()) {
        Ok(applied) => Ok(applied.warnings),
        Err(problems) => Err(problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.path, problem.message))
            .collect()),
    }
}

fn merged(line: &Value) -> Result<Vec<String>, Vec<String>> {
    told(Some(&json!({ "order_items": [line] })), None)
}

const ADVICE: &str = "To change a line give its id, or its code as it is stored; to add one give name and price";

#[test]
fn a_code_that_no_line_has_is_answered_with_those_there_are() {
    let check = |code: &str, lines: &str| {
        let expected =
            format!("/mutation/order_items/0/code no line of the order has the code {code}; {lines}. {ADVICE}");
        assert_eq!(merged(&json!({ "code": code, "quantity": 7 })), Err(vec![expected]));
        let ops = json!([{ "op": "update_items", "items": [{ "code": code, "quantity": 7 }] }]);
        let told = told(None, Some(&ops)).expect_err("refused");
        assert!(told[0].contains(&format!("has the code {code}; {lines}.")), "{told:?}");
    };
    check("PIN", "there are MUG (301), TOTE (302)");
    check("tote", "there are TOTE (302), MUG (301)");
    check("TOT", "there are TOTE (302), MUG (301)");
}

#[test]
fn a_new_line_with_the_code_of_one_in_other_capitals_is_not_guessed_at() {
    let line = json!({ "code": "tote", "name": "Tote", "price": 3, "quantity": 7 });
    let told = merged(&line).expect_err("refused");
    assert!(
        told[0].starts_with("/mutation/order_items/0/code no line of the order has the code tote, but TOTE (302)"),
        "{told:?}"
    );
    // Whoever says that it is another line has said it.
    let ops = json!([{ "op": "add_items", "items": [line] }]);
    let told = self::told(None, Some(&ops)).expect("added");
    assert_eq!(
        told,
        [
            "/ops/0/items/0: the order already had a line with this code in other capitals (its id is 302); this is one more"
        ]
    );
}

#[test]
fn many_codes_are_told_up_to_a_few_and_none_as_none() {
    let of = |codes: &[&str]| -> Map<String, Value> {
        let mut order = order();
        let line = |(index, code): (usize, &&str)| json!({ "id": index.to_string(), "name": "x", "code": code });
        order["order_items"] = codes.iter().enumerate().map(line).collect();
        order
    };
    let told = |order: &Map<String, Value>| {
        let change = map(json!({ "order_items": [{ "code": "K9", "quantity": 1 }] }));
        let problems = apply(order, &Change::Mutation(change), &NoteDefaults::default()).expect_err("refused");
        problems[0].message.clone()
    };
    let many = ["A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "k9"];
    assert!(
        told(&of(&many)).contains("there are k9 (9), A0 (0), A1 (1), A2 (2), A3 (3), A4 (4), A5 (5), A6 (6), 2 more.")
    );
    assert!(told(&of(&["", ""])).contains("no line has one, and the order's lines are 0, 1."));
}

#[test]
fn a_line_that_is_given_no_price_is_said_to_be_free() {
    let free = |at: &str| format!("{at}: the new line has no price, so it is added at price 0: \"Pin\"");
    let line = json!({ "name": "Pin", "quantity": 2 });
    assert_eq!(merged(&line), Ok(vec![free("/mutation/order_items/0")]));
    let ops = json!([{ "op": "add_items", "items": [line] }]);
    assert_eq!(told(None, Some(&ops)), Ok(vec![free("/ops/0/items/0")]));
    assert_eq!(
        merged(&json!({ "name": "Pin", "price": null })),
        Ok(vec![free("/mutation/order_items/0")])
    );
    assert_eq!(merged(&json!({ "name": "Pin", "price": 0 })), Ok(Vec::new()));
    assert_eq!(merged(&json!({ "id": "301", "quantity": 2 })), Ok(Vec::new()));
}

#[test]
fn a_line_without_a_code_that_is_there_already_is_told_of() {
    let line = json!({ "name": "Gift wrap", "price": 2.5, "quantity": 1 });
    let mut order = order();
    let stored = json!({ "id": "303", "name": "Gift wrap", "price": "2.50", "quantity": 1, "code": "", "weight": 0 });
    order["order_items"].as_array_mut().expect("lines").push(stored);
    let told = |line: &Value| {
        let change = map(json!({ "order_items": [line] }));
        let applied = apply(&order, &Change::Mutation(change), &NoteDefaults::default()).expect("added");
        applied.warnings
    };
    assert_eq!(
        told(&line),
        ["/mutation/order_items/0: the order already had a line just like it (its id is 303); this is one more"]
    );
    for (field, other) in [
        ("name", json!("Gift box")),
        ("quantity", json!(2)),
        ("price", json!(2.6)),
        ("code", json!("WRAP")),
    ] {
        let mut line = line.clone();
        line[field] = other;
        assert_eq!(told(&line), Vec::<String>::new(), "{field}");
    }
}

#[test]
fn of_one_code_there_is_one() {
    let mut order = order();
    order["order_items"].as_array_mut().expect("lines").truncate(1);
    let change = map(json!({ "order_items": [{ "code": "K9", "quantity": 1 }] }));
    let told = apply(&order, &Change::Mutation(change), &NoteDefaults::default()).expect_err("refused");
    assert!(told[0].message.contains("the code K9; there is MUG (301)."), "{told:?}");
}
