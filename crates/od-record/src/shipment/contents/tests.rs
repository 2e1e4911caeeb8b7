use serde_json::{Map, Value, json};

use super::{Packing, names_contents, same_contents};

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn lines() -> [Map<String, Value>; 2] {
    [
        map(&json!({"id": "301", "code": "MUG", "quantity": 3})),
        map(&json!({"id": "302", "code": "TOTE", "quantity": "2"})),
    ]
}

/// `path: message` of everything wrong with these contents beside those shipments.
fn told(others: &[Value], contents: &Value, allow_excess: bool) -> Vec<String> {
    let others: Vec<_> = others.iter().map(map).collect();
    let packing = Packing::of(&lines(), &others);
    let given = map(&json!({"tracking_number": "1Z", "order_items": contents}));
    let problems = packing.judge(&given, allow_excess, "/shipment");
    problems
        .into_iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message))
        .collect()
}

#[test]
fn what_the_order_has_left_is_taken() {
    for contents in [
        json!([{"id": "301", "quantity": 3}, {"id": 302, "quantity": "2"}]),
        json!([{"id": "0301", "quantity": 1}]),
        json!(""),
        json!([]),
        json!(null),
    ] {
        assert_eq!(told(&[], &contents, false), [""; 0], "{contents}");
    }
}

#[test]
fn lines_of_another_order_are_refused_whatever_is_allowed() {
    let expected = ["/shipment/order_items/1/id: is no line of this order; the order's lines are 301, 302"];
    let contents = json!([{"id": "301", "quantity": 1}, {"id": "999", "quantity": 1}]);
    assert_eq!(told(&[], &contents, false), expected);
    assert_eq!(told(&[], &contents, true), expected);
}

#[test]
fn what_other_shipments_hold_is_not_left() {
    let refused = |ordered, packed, left| {
        vec![format!(
            "/shipment/order_items/0/quantity: is more than is left of this line: {ordered} were ordered, {packed} are in \
             other shipments, {left} are left. allow_excess: true takes more"
        )]
    };
    let two = json!([{"id": "301", "quantity": 2}]);
    assert_eq!(
        told(&[], &json!([{"id": "301", "quantity": 99}]), false),
        refused(3, 0, 3)
    );
    for held in [
        json!([{"id": "301", "quantity": 2}]),
        json!([{"id": 301, "quantity": "1"}, {"id": "301", "quantity": 1}]),
        json!([{"code": "MUG", "quantity": 2}]),
        json!({"0": {"id": "301", "quantity": 2}}),
        json!({"301": 2}),
    ] {
        let others = [json!({"id": "7", "order_items": held})];
        assert_eq!(told(&others, &two, false), refused(3, 2, 1), "{held}");
        assert_eq!(told(&others, &two, true), [""; 0], "{held}");
        assert_eq!(
            told(&others, &json!([{"id": "301", "quantity": 1}]), false),
            [""; 0],
            "{held}"
        );
    }
}

#[test]
fn a_line_that_is_named_twice_counts_twice() {
    let contents = json!([{"id": "302", "quantity": 1}, {"id": "302", "quantity": 2}]);
    let told = told(&[], &contents, false);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("/shipment/order_items/1/quantity"), "{told:?}");
}

#[test]
fn no_sum_of_quantities_is_too_large_to_be_counted() {
    let contents = json!([{"id": "302", "quantity": 1}, {"id": "302", "quantity": i64::MAX}]);
    assert_eq!(told(&[], &contents, false).len(), 1);
    let stored = map(&json!({"id": "7", "order_items": contents}));
    let mut packing = Packing::of(&lines(), [&stored]);
    packing.add(&stored);
    let wanted = map(&json!({"order_items": [{"id": "302", "quantity": 1}]}));
    assert_eq!(packing.judge(&wanted, false, "/shipment").len(), 1);
}

#[test]
fn shipments_that_say_nothing_are_told_of() {
    let full = map(&json!({"id": "7", "order_items": ""}));
    assert!(!names_contents(&full));
    let doubt = Packing::of(&lines(), [&full]).doubt().unwrap_or_default();
    assert!(doubt.ends_with("may hold the whole order: 7."), "{doubt}");
    assert_eq!(Packing::of(&lines(), []).doubt(), None);
}

/// Enough to choose from, and no more.
#[test]
fn of_many_lines_the_first_are_listed() {
    let told = |count: usize| {
        let lines: Vec<_> = (1..=count).map(|id| map(&json!({"id": id, "quantity": 1}))).collect();
        let given = map(&json!({"order_items": [{"id": "999", "quantity": 1}]}));
        let mut problems = Packing::of(&lines, []).judge(&given, false, "/shipment");
        problems.remove(0).message
    };
    assert!(told(0).ends_with("; the order has no lines"), "{}", told(0));
    assert!(
        told(20).contains("; the order's lines are 1, 2,") && told(20).ends_with(", 20"),
        "{}",
        told(20)
    );
    let many = told(21);
    assert!(
        many.contains("; the order's 21 lines begin with 1, 2,") && many.ends_with(", 20"),
        "{many}"
    );
}

#[test]
fn what_a_shipment_holds_is_compared_as_it_stands() {
    let of = |contents: Value| map(&json!({"id": "7", "order_items": contents}));
    let held = json!([{"id": "301", "quantity": 2}]);
    assert!(same_contents(&of(held.clone()), &of(held.clone())));
    assert!(!same_contents(
        &of(held.clone()),
        &of(json!([{"id": "301", "quantity": 1}]))
    ));
    assert!(!same_contents(&of(held), &map(&json!({}))));
    assert!(same_contents(&map(&json!({})), &map(&json!({"id": "8"}))));
}

#[test]
fn what_a_shipment_holds_is_told_by_the_orders_lines() {
    let shipment = map(&json!({"order_items": [
        {"id": 301, "quantity": 1}, {"code": "TOTE", "quantity": "2"}, {"id": "0301", "quantity": 1}, {"id": "999", "quantity": 4},
    ]}));
    let held = Packing::of(&lines(), []).held(&shipment);
    let told: Vec<_> = held
        .iter()
        .map(|held| (held.line.as_deref(), held.code.as_str(), held.quantity))
        .collect();
    assert_eq!(
        told,
        [(Some("301"), "MUG", 2), (Some("302"), "TOTE", 2), (None, "999", 4)]
    );
    assert_eq!(Packing::of(&lines(), []).held(&map(&json!({"order_items": ""}))), []);
}

#[test]
fn lines_of_a_code_are_those_to_the_letter_or_else_in_other_letters() {
    let lines = [("1", "MUG"), ("2", "mug"), ("3", "Tee"), ("4", "CAP"), ("5", "CAP")]
        .map(|(id, code)| map(&json!({"id": id, "code": code, "quantity": 1})));
    let packing = Packing::of(&lines, []);
    let check = |code: &str, expected: &[&str]| {
        let found: Vec<&str> = packing.of_code(code).iter().map(|line| line.id.as_str()).collect();
        assert_eq!(found, expected, "{code}");
    };
    check("mug", &["2"]);
    check("Mug", &["1", "2"]);
    check(" TEE", &["3"]);
    check("CAP", &["4", "5"]);
    check("NOPE", &[]);
}

#[test]
fn what_is_left_is_told_where_it_can_be_known() {
    let ebook = map(&json!({"id": "303", "code": "PDF", "quantity": 1, "delivery_type": "download"}));
    let nameless = map(&json!({"id": "304", "code": "", "quantity": "2.00", "delivery_type": "ship"}));
    let [mug, tote] = lines();
    let mut packing = Packing::of([&mug, &tote, &ebook, &nameless], []);
    packing.add(&map(
        &json!({"order_items": [{"id": "301", "quantity": 1}, {"id": "302", "quantity": 2}]}),
    ));
    assert_eq!(packing.rest(), Some(vec!["2 of MUG".to_owned(), "2 of 304".to_owned()]));
    packing.add(&map(&json!({"order_items": {"301": 2, "304": 5}})));
    assert_eq!(packing.rest(), Some(Vec::new()));
    packing.add_unsaid("7".to_owned());
    assert_eq!(packing.rest(), None);
    let odd = map(&json!({"id": "305", "code": "ODD", "quantity": "some"}));
    assert_eq!(Packing::of([&mug, &odd], []).rest(), None);
}

#[test]
fn a_line_without_a_code_is_called_by_its_id() {
    let lines = [map(&json!({"id": "301", "name": "Mug", "quantity": 2}))];
    let shipment = map(&json!({"order_items": [{"id": "301", "quantity": 1}]}));
    let held = Packing::of(&lines, []).held(&shipment);
    assert_eq!((held[0].code.as_str(), held[0].quantity), ("301", 1));
}

#[test]
fn what_is_no_line_is_held_under_each_of_its_names() {
    let packing = Packing::of(&lines(), &[]);
    let held = packing.held(&map(&json!({"order_items": [
        {"code": "PIN", "quantity": 1},
        {"code": "TIN", "quantity": 2},
        {"code": "PIN", "quantity": 3},
    ]})));
    let told: Vec<_> = held.iter().map(|held| (held.code.as_str(), held.quantity)).collect();
    assert_eq!(told, [("PIN", 4), ("TIN", 2)]);
}

#[test]
fn shipments_that_do_not_say_what_they_hold_are_named() {
    let others = [
        map(&json!({"id": 7, "order_items": ""})),
        map(&json!({"id": "8", "order_items": {"301": 1}})),
    ];
    let mut packing = Packing::of(&lines(), &others);
    packing.add_unsaid("the first of this batch".to_owned());
    assert_eq!(packing.unsaid(), ["7", "the first of this batch"]);
}
