use serde_json::{Value, json};

use super::{Change, Replacement};
use crate::order::fixtures::map;
use crate::order::ops::Destination;

/// The places and suggestions of everything wrong with a mutation.
fn faults(mutation: &Value) -> Vec<(String, Option<String>)> {
    match Change::parse(Some(mutation), None) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .into_iter()
            .map(|problem| (problem.path, problem.suggestion))
            .collect(),
    }
}

#[test]
fn exactly_one_way_of_changing_is_given() {
    let check = |mutation: Option<Value>, ops: Option<Value>, path: &str| {
        let problems = Change::parse(mutation.as_ref(), ops.as_ref()).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path, path);
    };
    check(None, None, "");
    check(Some(json!({})), Some(json!([])), "");
    check(Some(json!("{}")), None, "/mutation");
    check(Some(json!([])), None, "/mutation");
    check(None, Some(json!({})), "/ops");
    assert_eq!(
        Change::parse(Some(&json!({})), None),
        Ok(Change::Mutation(serde_json::Map::new()))
    );
    assert_eq!(Change::parse(None, Some(&json!([]))), Ok(Change::Ops(vec![])));
}

#[test]
fn what_the_reference_documents_is_accepted() {
    let accepted = json!({
        "email": "x@example.test", "shipping_total": "7.50", "tax_total": 0, "cc_number": "4242", "cc_exp": null,
        "payment_status": "Fully Refunded", "customer_id": "", "shipping": {"address3": "Hof", "phone": null},
        "return_address": null, "customer": {"phone": null},
        "checkout_data": {"Any label": "text", "Count": 3, "Gone": null}, "order_metadata": {"deep": {"list": [1, {}]}},
        "discount_list": [{"name": "Spring", "amount": 0}],
        "order_notes": [{"content": "x", "username": null, "date_added": "2026-03-02 14:09:02"}],
        "order_items": [{"id": 301, "quantity": 2.0}, {"code": "MUG", "price": "1.00"}, {"name": "New"}],
    });
    assert_eq!(faults(&accepted), []);
}

#[test]
fn every_fault_is_found_at_once() {
    let check = |mutation: Value, expected: &[(&str, Option<&str>)]| {
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, near)| ((*path).to_owned(), near.map(str::to_owned)))
            .collect();
        assert_eq!(faults(&mutation), expected, "{mutation}");
    };
    check(
        json!({"shiping": {}, "Email": "x", "items": [], "shipping_city": "Salem", "zzz": 1, "a/b~c": 1}),
        &[
            ("/mutation/shiping", Some("shipping")),
            ("/mutation/Email", Some("email")),
            ("/mutation/items", Some("order_items")),
            ("/mutation/shipping_city", Some("shipping/city")),
            ("/mutation/zzz", None),
            ("/mutation/a~1b~0c", None),
        ],
    );
    for closed in [
        "id",
        "source_id",
        "quantity_total",
        "weight_total",
        "product_total",
        "discount_total",
        "order_total",
        "cc_number_masked",
        "refund_total",
        "email_count",
        "tag_color",
        "folder_id",
        "date_added",
        "date_updated",
        "order_shipments",
        "order_history",
    ] {
        check(json!({ closed: 1 }), &[(&format!("/mutation/{closed}"), None)]);
    }
    check(
        json!({"email": 5, "tax_total": "free", "payment_status": "captured", "cc_number": "4111111111111111"}),
        &[
            ("/mutation/email", None),
            ("/mutation/tax_total", None),
            ("/mutation/payment_status", Some("Captured")),
            ("/mutation/cc_number", None),
        ],
    );
    check(
        json!({"shipping": {"zip": "1", "email": "x", "city": 5}, "customer": {"address3": "x"}, "return_address": "x"}),
        &[
            ("/mutation/shipping/zip", Some("postal_code")),
            ("/mutation/shipping/email", None),
            ("/mutation/shipping/city", None),
            ("/mutation/customer/address3", None),
            ("/mutation/return_address", None),
        ],
    );
    check(
        json!({"checkout_data": {"a": {}, "b": []}, "order_metadata": "x"}),
        &[
            ("/mutation/checkout_data/a", None),
            ("/mutation/checkout_data/b", None),
            ("/mutation/order_metadata", None),
        ],
    );
    check(
        json!({"discount_list": [{"amount": -1}, {"name": "x", "amount": "1", "value": 1}, 5]}),
        &[
            ("/mutation/discount_list/0/name", None),
            ("/mutation/discount_list/0/amount", None),
            ("/mutation/discount_list/1/value", Some("amount")),
            ("/mutation/discount_list/2", None),
        ],
    );
    check(
        json!({"order_notes": [{"content": " "}, {"username": "x"}, {"content": 5}, {"content": "x".repeat(1801)}]}),
        &[
            ("/mutation/order_notes/0/content", None),
            ("/mutation/order_notes/1/content", None),
            ("/mutation/order_notes/2/content", None),
            ("/mutation/order_notes/3/content", None),
        ],
    );
    check(
        json!({"order_items": [{"quantity": 1.5}, {"id": null}, {"code": "X", "delivery_type": "Ship"}, {"name": ""}]}),
        &[
            ("/mutation/order_items/0/name", None),
            ("/mutation/order_items/0/quantity", None),
            ("/mutation/order_items/1/id", None),
            ("/mutation/order_items/2/delivery_type", Some("ship")),
            ("/mutation/order_items/3/name", None),
        ],
    );
    check(
        json!({"order_notes": null, "order_items": null}),
        &[("/mutation/order_notes", None), ("/mutation/order_items", None)],
    );
}

#[test]
fn faults_never_repeat_a_value() {
    let mutation =
        json!({"cc_number": "4111111111111111", "payment_status": "4111111111111111", "email": ["4111111111111111"]});
    let problems = Change::parse(Some(&mutation), None).unwrap_err();
    assert!(
        !serde_json::to_string(&problems).unwrap().contains("4111"),
        "{problems:?}"
    );
}

#[test]
fn operations_are_judged_together() {
    let ops = json!([
        {"op": "set_fields", "fields": {"order_total": 1}},
        {"op": "add_items", "items": [{"id": "1", "name": "x"}, {}]},
        {"op": "update_items", "items": [{"price": 1}, {"code": "MUG", "prize": 1}]},
        {"op": "set_discounts", "discounts": [{"name": "x"}]},
        {"op": "set_checkout_data", "values": {"a": []}},
        {"op": "move_folder", "destination_folder_id": 1},
        {"op": "nonsense"},
        {"op": "update_address", "address_type": "customer", "address": {"address4": "x"}},
        {"op": "add_note", "content": ""},
    ]);
    let paths: Vec<_> = Change::parse(None, Some(&ops))
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.path)
        .collect();
    assert_eq!(
        paths,
        [
            "/ops/0/fields/order_total",
            "/ops/1/items/1/name",
            "/ops/2/items/0",
            "/ops/2/items/1/prize",
            "/ops/3/discounts/0/amount",
            "/ops/4/values/a",
            "/ops/6/op",
            "/ops/7/address/address4",
            "/ops/8/content",
        ]
    );
}

#[test]
fn an_order_moves_once() {
    let parse = |ops: Value| Change::parse(None, Some(&ops));
    let to = |id: u64| json!({"op": "move_folder", "destination_folder_id": id});
    let change = parse(json!([to(1), {"op": "add_note", "content": "x"}])).unwrap();
    assert_eq!(change.destination(), Some(&Destination::Id(1)));
    assert_eq!(
        parse(json!([{"op": "add_note", "content": "x"}]))
            .unwrap()
            .destination(),
        None
    );
    let problems = parse(json!([to(1), to(2), {"op": "nonsense"}, to(1)])).unwrap_err();
    let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["/ops/1", "/ops/2/op", "/ops/3"]);
}

fn operations(ops: &Value) -> Change {
    Change::parse(None, Some(ops)).unwrap()
}

fn replacement(order: Value, allow_loss: bool) -> Change {
    Change::Replace(Replacement {
        order: map(order),
        allow_loss,
        expected_date_updated: Some("2026-03-02 14:09:02".to_owned()),
        agreed_date_updated: None,
    })
}

#[test]
fn what_a_change_does_to_lines_is_known_before_any_order_is_read() {
    let mutation = Change::parse(Some(&json!({"order_items": [{"code": "MUG", "quantity": 0}]})), None).unwrap();
    let adding = operations(&json!([{"op": "add_note", "content": "x"}]));
    let removing =
        operations(&json!([{"op": "add_note", "content": "x"}, {"op": "remove_items", "item_ids": ["0301"]}]));
    let lines = json!({"order_items": [{"id": "0301"}, {"name": "New"}]});
    let check = |change: &Change, may_remove: bool, gone: [bool; 2]| {
        assert_eq!(change.may_remove_lines(), may_remove, "{change:?}");
        assert_eq!(["301", "302"].map(|line| change.removes_line(line)), gone, "{change:?}");
    };
    check(&mutation, false, [false, false]);
    check(&adding, false, [false, false]);
    check(&removing, true, [true, false]);
    check(&replacement(lines.clone(), false), false, [false, false]);
    check(&replacement(lines, true), true, [false, true]);
    check(&replacement(json!({"email": "x"}), true), true, [true, true]);
}

#[test]
fn a_note_is_counted_only_where_its_place_is_given() {
    let by_place =
        operations(&json!([{"op": "add_note", "content": "x"}, {"op": "remove_note", "index": 0, "content": "x"}]));
    let by_words = operations(&json!([{"op": "remove_note", "content": "x"}]));
    let mutation = Change::parse(Some(&json!({})), None).unwrap();
    let told = [&by_place, &by_words, &mutation, &replacement(json!({"id": 1}), true)].map(Change::counts_notes);
    assert_eq!(told, [true, false, false, false]);
}

#[test]
fn only_a_replacement_is_the_whole_record() {
    let whole = replacement(json!({"id": "1"}), false);
    let part = Change::parse(Some(&json!({})), None).unwrap();
    let told = |change: &Change| (change.is_whole(), change.problems().len());
    assert_eq!(told(&whole), (true, 0));
    assert_eq!(told(&part), (false, 0));
    let empty = replacement(json!({}), false).problems();
    assert_eq!(
        empty.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(),
        ["/order"]
    );
}

#[test]
fn the_names_that_there_are_are_listed_once() {
    let problems = Change::parse(Some(&json!({"zzzz": 1, "qqqq": 1})), None).unwrap_err();
    let lists: Vec<bool> = problems
        .iter()
        .map(|problem| problem.message.contains("shipping_method"))
        .collect();
    assert_eq!(lists, [true, false], "{problems:?}");
}

#[test]
fn maps_are_maps_and_their_numbers_are_kept_at_every_depth() {
    let paths = |mutation: Value| faults(&mutation).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(paths(json!({"checkout_data": [], "order_metadata": []})), [""; 0]);
    let lists = json!({"checkout_data": ["x"], "order_metadata": ["x"]});
    assert_eq!(paths(lists), ["/mutation/checkout_data", "/mutation/order_metadata"]);
    let deep = json!({"order_metadata": {"deep": {"list": [1, 9_007_199_254_740_993_u64]}}});
    assert_eq!(paths(deep), ["/mutation/order_metadata/deep/list/1"]);
    // Where no number may stand, its digits do not matter.
    let text = Change::parse(Some(&json!({"email": 9_007_199_254_740_993_u64})), None).unwrap_err();
    assert!(!text[0].message.contains("digits"), "{text:?}");
}

#[test]
fn a_number_in_free_keys_is_one_that_is_kept() {
    let told = |op: &str| {
        let ops = json!([{"op": op, "values": {"rack": 12_345_678_901_234_567_890.5}}]);
        Change::parse(None, Some(&ops))
            .expect_err("refused")
            .into_iter()
            .map(|problem| problem.path)
            .collect::<Vec<_>>()
    };
    assert_eq!(told("set_order_metadata"), ["/ops/0/values/rack"]);
    assert_eq!(told("set_checkout_data"), ["/ops/0/values/rack"]);
}

#[test]
fn the_first_hundred_faults_get_a_suggestion_and_an_address_is_called_one() {
    let lines = vec![json!({"id": "301", "delivery_type": "shpi"}); 101];
    let told = faults(&json!({ "order_items": lines }));
    assert_eq!(told.len(), 101);
    assert_eq!(told.iter().filter(|(_, suggestion)| suggestion.is_some()).count(), 100);
    let problems = Change::parse(Some(&json!({"shipping": {"planet": "Mars"}})), None).expect_err("unknown");
    assert!(
        problems[0].message.starts_with("is not a known field of an address"),
        "{problems:?}"
    );
}
