use serde_json::{Map, Value, json};

use super::{Applied, NoteDefaults, apply};
use crate::diff::diff;
use crate::order::change::{Change, Replacement};
use crate::order::fixtures::{map, order};
use crate::problem::Problem;

const DEFAULTS: NoteDefaults<'static> = NoteDefaults { username: "agent" };

fn run(base: &Map<String, Value>, change: &Change) -> Result<Applied, Vec<Problem>> {
    apply(base, change, &DEFAULTS)
}

fn mutated(base: &Map<String, Value>, mutation: &Value) -> Result<Applied, Vec<Problem>> {
    run(base, &Change::parse(Some(mutation), None).unwrap())
}

fn operated(base: &Map<String, Value>, ops: &Value) -> Result<Applied, Vec<Problem>> {
    run(base, &Change::parse(None, Some(ops)).unwrap())
}

/// The paths and new values of everything that changed, as compact JSON.
fn changes(base: &Map<String, Value>, desired: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: Option<Value>| value.map_or("gone".to_owned(), |value| value.to_string());
    diff(base, desired)
        .into_iter()
        .map(|change| (change.path, text(change.after)))
        .collect()
}

/// Asserts that a mutation of the sample order changes exactly this.
fn check(mutation: &Value, expected: &[(&str, &str)]) {
    let applied = mutated(&order(), mutation).unwrap();
    let expected: Vec<_> = expected
        .iter()
        .map(|(path, after)| ((*path).to_owned(), (*after).to_owned()))
        .collect();
    assert_eq!(changes(&order(), &applied.desired), expected, "{mutation}");
}

/// Asserts that a mutation changes not one byte.
fn check_unchanged(mutation: &Value) {
    let applied = mutated(&order(), mutation).unwrap();
    assert_eq!(
        json!(applied.desired).to_string(),
        json!(order()).to_string(),
        "{mutation}"
    );
}

#[test]
fn plain_fields_are_set_and_cleared() {
    check(
        &json!({"email": "new@example.test"}),
        &[("/email", "\"new@example.test\"")],
    );
    check(
        &json!({"email": null, "tax_total": null}),
        &[("/email", "\"\""), ("/tax_total", "0")],
    );
    check(
        &json!({"payment_status": "Voided"}),
        &[("/payment_status", "\"Voided\"")],
    );
    check(&json!({"ip_address": "192.0.2.1"}), &[("/ip_address", "\"192.0.2.1\"")]);
    check_unchanged(
        &json!({"ip_address": null, "handling_total": null, "return_address": null, "fulfillment_id": null}),
    );
}

#[test]
fn a_tag_without_a_colour_is_sent_and_told() {
    let warnings = |tag: Value| {
        let applied = mutated(&order(), &json!({ "tag_name": tag })).unwrap();
        assert_eq!(applied.desired["tag_name"], tag);
        applied.warnings
    };
    for tag in ["success", "error", "info", "warning", "orange", "purple", "x", ""] {
        assert_eq!(warnings(tag.into()), [""; 0], "{tag}");
    }
    let told = "/mutation/tag_name: is no tag that Order Desk has a colour for; those are success (green), error (red), \
                info (blue), warning (yellow), orange, purple, x (white)";
    assert_eq!(warnings("green".into()), [told]);
    assert_eq!(warnings("Success".into()), [told]);

    let mut tagged = order();
    tagged.insert("tag_name".to_owned(), "Rush".into());
    let again = mutated(&tagged, &json!({"tag_name": "Rush", "email": "new@example.test"})).unwrap();
    assert_eq!(again.warnings, [""; 0], "a tag that is there already");
}

#[test]
fn numbers_keep_their_type_and_their_spelling() {
    check(&json!({"tax_total": "5.00"}), &[("/tax_total", "5")]);
    check(
        &json!({"order_items": [{"id": "302", "price": 12}]}),
        &[("/order_items/1/price", "\"12\"")],
    );
    check(
        &json!({"order_items": [{"id": "301", "price": "15.25"}]}),
        &[("/order_items/0/price", "15.25")],
    );
    check_unchanged(&json!({"tax_total": "4.360", "shipping_total": 6.95, "handling_total": 0.0}));
    check_unchanged(&json!({"order_items": [{"id": 302, "price": 20, "quantity": "2"}]}));
    check(
        &json!({"order_items": [{"id": "302", "price": null}]}),
        &[("/order_items/1/price", "\"0\"")],
    );
}

#[test]
fn addresses_merge_part_by_part() {
    check(
        &json!({"shipping": {"city": "Salem"}}),
        &[("/shipping/city", "\"Salem\"")],
    );
    check(&json!({"shipping": {"phone": null}}), &[("/shipping/phone", "\"\"")]);
    check(
        &json!({"return_address": {"name": "Desk", "phone": null}}),
        &[("/return_address", "{\"name\":\"Desk\"}")],
    );
    // What a reply showed of "Unit\u{7} 4".
    check_unchanged(&json!({"shipping": {"address2": "Unit 4"}}));
}

/// A recipient is more than a field: somebody may have meant one of the parts, and a client nothing at all.
#[test]
fn an_address_is_not_emptied_as_a_whole() {
    for name in ["customer", "shipping"] {
        let problems = Change::parse(Some(&json!({ name: null })), None).unwrap_err();
        assert_eq!(problems[0].path, format!("/mutation/{name}"));
        assert!(problems[0].message.contains("name each part to clear"), "{problems:?}");
        let op = json!([{ "op": "set_fields", "fields": { name: null } }]);
        let problems = Change::parse(None, Some(&op)).unwrap_err();
        assert_eq!(problems[0].path, format!("/ops/0/fields/{name}"));
    }
    let mut sent = order();
    sent["shipping"] = Value::Null;
    let replacement = Change::Replace(Replacement {
        order: sent,
        allow_loss: true,
        expected_date_updated: None,
        agreed_date_updated: None,
    });
    let problems = apply(&order(), &replacement, &NoteDefaults::default()).unwrap_err();
    assert_eq!(problems[0].path, "/order/shipping");
    // Part by part it can be, as long as somebody is left.
    let parts = |name: &str| -> Value {
        let order = order();
        let parts = order[name].as_object().unwrap().keys().cloned();
        parts.map(|part| (part, Value::Null)).collect::<Map<_, _>>().into()
    };
    let applied = mutated(&order(), &json!({ "customer": parts("customer") })).unwrap();
    let left = applied.desired["customer"].as_object().unwrap();
    assert!(left.len() == 10 && left.values().all(|part| part == ""), "{left:?}");
    let nobody = json!({ "customer": parts("customer"), "shipping": parts("shipping") });
    assert_eq!(mutated(&order(), &nobody).unwrap_err()[0].path, "/mutation");
}

#[test]
fn an_empty_list_takes_nothing_away_and_says_so() {
    for (field, other) in [("order_items", "remove_items"), ("order_notes", "remove_note")] {
        let applied = mutated(&order(), &json!({ field: [] })).unwrap();
        assert_eq!(applied.desired, order());
        assert!(applied.warnings[0].contains(other), "{:?}", applied.warnings);
        let mut bare = order();
        bare.insert(field.to_owned(), json!([]));
        assert_eq!(mutated(&bare, &json!({ field: [] })).unwrap().warnings, [""; 0]);
    }
    for op in ["add_items", "update_items"] {
        let problems = Change::parse(None, Some(&json!([{ "op": op, "items": [] }]))).unwrap_err();
        assert_eq!(problems[0].path, "/ops/0/items", "{op}");
    }
}

#[test]
fn a_note_is_dated_as_order_desk_writes_dates_or_refused() {
    for (given, stored) in [
        ("2026-11-24T10:00:00+02:00", "2026-11-24 08:00:00"),
        ("2026-11-24 10:00:00", "2026-11-24 10:00:00"),
        ("2026-11-24", "2026-11-24 00:00:00"),
    ] {
        let applied = mutated(
            &order(),
            &json!({"order_notes": [{"content": "Called", "date_added": given}]}),
        );
        assert_eq!(
            applied.unwrap().desired["order_notes"][1]["date_added"],
            stored,
            "{given}"
        );
    }
    for given in [json!("yesterday"), json!("24.11.2026"), json!(20_261_124)] {
        let notes = json!({"order_notes": [{"content": "Called", "date_added": given}]});
        let problems = Change::parse(Some(&notes), None).unwrap_err();
        assert_eq!(problems[0].path, "/mutation/order_notes/0/date_added", "{given}");
    }
}

#[test]
fn free_keys_are_set_and_removed() {
    check(
        &json!({"checkout_data": {"Wrap": null, "Colour": "red", "Gift Message": "Hi"}}),
        &[
            ("/checkout_data/Gift Message", "\"Hi\""),
            ("/checkout_data/Wrap", "gone"),
            ("/checkout_data/Colour", "\"red\""),
        ],
    );
    check(
        &json!({"order_metadata": {"a": {"b": null, "c": 1}}}),
        &[("/order_metadata/a", "{\"c\":1}")],
    );
    check_unchanged(&json!({"order_metadata": {"none": null}}));
    // What is not there needs no removal, at whatever depth.
    check_unchanged(&json!({"order_metadata": {"none": {"deep": null, "deeper": {"still": null}}}}));
    check(
        &json!({"order_metadata": {"none": {}, "some": {"deep": null, "kept": 1}}}),
        &[("/order_metadata/none", "{}"), ("/order_metadata/some", "{\"kept\":1}")],
    );
    check_unchanged(&json!({"order_metadata": {}}));
    check_unchanged(&json!({"order_metadata": null}));
    for emptied in [json!(null), json!({"Wrap": null, "Gift Message": null})] {
        let applied = mutated(&order(), &json!({ "checkout_data": emptied })).unwrap();
        assert_eq!(applied.desired["checkout_data"], json!([]));
    }
    let applied = mutated(&order(), &json!({"checkout_data": []})).unwrap();
    assert_eq!(applied.desired, order());
    assert_eq!(applied.warnings.len(), 1);
}

#[test]
fn free_keys_merge_deeply_and_keep_hidden_characters() {
    let base =
        map(json!({"order_metadata": {"k\u{1}": "v\u{2}", "deep": {"x": 1, "y": {"z": 2}}, "list": ["a\u{3}", "b"]}}));
    let check = |given: Value, expected: Value| {
        let applied = mutated(&base, &json!({ "order_metadata": given })).unwrap();
        assert_eq!(
            json!(applied.desired).to_string(),
            json!({ "order_metadata": expected }).to_string()
        );
    };
    check(json!({"k": "v", "list": ["a", "b"]}), base["order_metadata"].clone());
    check(
        json!({"k": "w", "list": ["b", "a", "c"], "deep": {"y": {"z": null}}}),
        json!({"k\u{1}": "w", "deep": {"x": 1, "y": []}, "list": ["b", "a\u{3}", "c"]}),
    );
    check(
        json!({"deep": 5, "list": {"new": 1}}),
        json!({"k\u{1}": "v\u{2}", "deep": 5, "list": {"new": 1}}),
    );
}

#[test]
fn what_is_no_map_is_not_merged_with_one() {
    let base = map(json!({"checkout_data": "text", "shipping": ["x"], "order_notes": {"1": {}}}));
    let mutation = json!({"checkout_data": {"a": "b"}, "shipping": {"city": "x"}, "order_notes": [{"content": "x"}]});
    let paths: Vec<_> = mutated(&base, &mutation)
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.path)
        .collect();
    assert_eq!(
        paths,
        [
            "/mutation/checkout_data",
            "/mutation/shipping",
            "/mutation/order_notes/0"
        ]
    );
}

#[test]
fn discounts_are_replaced() {
    check(
        &json!({"discount_list": [{"name": "Spring", "code": "SPRING5", "amount": "5.00"}, {"name": "New", "amount": 1}]}),
        &[("/discount_list/1", "{\"name\":\"New\",\"amount\":1}")],
    );
    check(&json!({"discount_list": null}), &[("/discount_list/0", "gone")]);
    check(&json!({"discount_list": []}), &[("/discount_list/0", "gone")]);
}

#[test]
fn notes_are_appended_once() {
    check(
        &json!({"order_notes": [{"content": "Call first"}]}),
        &[("/order_notes/1", "{\"content\":\"Call first\",\"username\":\"agent\"}")],
    );
    let repeated = json!({"order_notes": [
        {"content": "  LEAVE at the\n back   door ", "username": "x"}, {"content": "new"}, {"content": "NEW"},
    ]});
    let applied = mutated(&order(), &repeated).unwrap();
    assert_eq!(applied.desired["order_notes"].as_array().unwrap().len(), 2);
    assert_eq!(applied.warnings.len(), 2);
    assert!(
        applied.warnings[1].starts_with("/mutation/order_notes/2:"),
        "{:?}",
        applied.warnings
    );
}

#[test]
fn notes_share_their_room() {
    // The note there is takes 19 + 10 + 22 characters, a new one 19 + 5 and its text.
    let room = 2000 - 51 - 24;
    assert!(room > 1800, "the limit of one note comes first");
    let base = mutated(&order(), &json!({"order_notes": [{"content": "x".repeat(1800)}]}))
        .unwrap()
        .desired;
    let room = room - 1800 - 24;
    assert!(mutated(&base, &json!({"order_notes": [{"content": "y".repeat(room)}]})).is_ok());
    let problems = mutated(&base, &json!({"order_notes": [{"content": "y".repeat(room + 1)}]})).unwrap_err();
    assert_eq!(problems[0].path, "/mutation/order_notes/0/content");
    assert!(problems[0].message.contains("orders_create_history"));
    // An order that is over the limit already can be changed otherwise.
    let mut full = base;
    full["order_notes"][0]["content"] = "z".repeat(5000).into();
    assert!(mutated(&full, &json!({"email": "new@example.test"})).is_ok());
}

#[test]
fn maps_with_a_limit_are_measured() {
    let check = |field: &str, value: Value, fits: bool| {
        assert_eq!(mutated(&order(), &json!({ field: value })).is_ok(), fits, "{field}");
    };
    // {"k":"..."} takes eight characters more than the text.
    check("order_metadata", json!({"k": "é".repeat(1992)}), true);
    check("order_metadata", json!({"k": "é".repeat(1993)}), false);
    check("checkout_data", json!({"k": "x".repeat(3400)}), true);
    check("checkout_data", json!({"k": "x".repeat(3500)}), false);
}

#[test]
fn lines_are_found_by_id_or_unique_code() {
    check(
        &json!({"order_items": [{"id": "301", "quantity": 4}]}),
        &[("/order_items/0/quantity", "4")],
    );
    check(
        &json!({"order_items": [{"id": 302, "quantity": 4}]}),
        &[("/order_items/1/quantity", "4")],
    );
    check(
        &json!({"order_items": [{"code": "TOTE", "quantity": 4}]}),
        &[("/order_items/1/quantity", "4")],
    );
    check(
        &json!({"order_items": [{"id": "301", "code": "MUG-2"}]}),
        &[("/order_items/0/code", "\"MUG-2\"")],
    );
    check(
        &json!({"order_items": [{"id": "302", "variation_list": {"Size": "L"}, "metadata": {"image": null}}]}),
        &[
            ("/order_items/1/variation_list/Size", "\"L\""),
            ("/order_items/1/metadata/image", "gone"),
        ],
    );
    check(
        &json!({"order_items": [{"code": "NEW", "name": "Pin", "price": null}, {"code": "NEW", "name": "Pin 2"}]}),
        &[
            ("/order_items/2", "{\"code\":\"NEW\",\"name\":\"Pin\"}"),
            ("/order_items/3", "{\"code\":\"NEW\",\"name\":\"Pin 2\"}"),
        ],
    );
    check(
        &json!({"order_items": [{"code": "", "name": "Pin"}]}),
        &[("/order_items/2", "{\"code\":\"\",\"name\":\"Pin\"}")],
    );
    check_unchanged(&json!({"order_items": []}));

    let refused = |mutation: Value, path: &str, hint: &str| {
        let problems = mutated(&order(), &mutation).unwrap_err();
        assert_eq!((problems.len(), problems[0].path.as_str()), (1, path));
        assert!(problems[0].message.contains(hint), "{}", problems[0].message);
    };
    refused(
        json!({"order_items": [{"id": "999", "quantity": 1}]}),
        "/mutation/order_items/0/id",
        "301, 302",
    );
    refused(
        json!({"order_items": [{"code": "TOTO", "quantity": 1}]}),
        "/mutation/order_items/0/code",
        "there are TOTE (302), MUG (301)",
    );
    refused(
        json!({"order_items": [{"id": "302", "quantity": 1}, {"code": "TOTE", "quantity": 2}]}),
        "/mutation/order_items/1",
        "same line",
    );
    let mut twins = order();
    twins["order_items"][1]["code"] = "MUG".into();
    let problems = mutated(&twins, &json!({"order_items": [{"code": "MUG", "quantity": 1}]})).unwrap_err();
    assert_eq!(problems[0].path, "/mutation/order_items/0/code");
    assert!(problems[0].message.contains("301, 302"));
}

#[test]
fn operations_run_in_order() {
    let applied = operated(
        &order(),
        &json!([
            {"op": "move_folder", "destination_folder_name": "Closed"},
            {"op": "set_fields", "fields": {"email": "a@example.test"}},
            {"op": "set_fields", "fields": {"email": "b@example.test", "shipping_method": "Air"}},
            {"op": "update_address", "address_type": "customer", "address": {"city": "Salem"}},
            {"op": "add_items", "items": [{"name": "Pin", "code": "MUG", "price": 3}]},
            {"op": "remove_items", "item_ids": [301]},
            {"op": "update_items", "items": [{"code": "MUG", "quantity": 9}]},
            {"op": "add_note", "content": "done", "username": "Ada"},
            {"op": "set_checkout_data", "values": {"Wrap": null}},
            {"op": "set_order_metadata", "values": {"k": 5}},
            {"op": "set_discounts", "discounts": []},
        ]),
    )
    .unwrap();
    assert_eq!(applied.warnings.len(), 1, "{:?}", applied.warnings);
    let changes = changes(&order(), &applied.desired);
    let shown: Vec<_> = changes
        .iter()
        .map(|(path, after)| format!("{path} = {after}"))
        .collect();
    assert_eq!(
        shown,
        [
            "/email = \"b@example.test\"",
            "/shipping_method = \"Air\"",
            "/customer/city = \"Salem\"",
            "/checkout_data/Wrap = gone",
            "/order_metadata/k = 5",
            "/discount_list/0 = gone",
            "/order_notes/1 = {\"content\":\"done\",\"username\":\"Ada\"}",
            "/order_items/1 = {\"name\":\"Pin\",\"code\":\"MUG\",\"price\":3,\"quantity\":9}",
            "/order_items/0 = gone",
        ]
    );
}

#[test]
fn all_or_nothing() {
    let paths = |ops: Value| -> Vec<String> {
        operated(&order(), &ops)
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.path)
            .collect()
    };
    assert_eq!(
        paths(json!([
            {"op": "set_fields", "fields": {"email": "a@example.test"}},
            {"op": "update_items", "items": [{"code": "NONE", "quantity": 1}, {"id": 999}]},
            {"op": "remove_items", "item_ids": ["301", "998"]},
            {"op": "add_note", "content": "x".repeat(1800)},
            {"op": "add_note", "content": "y".repeat(200)},
        ])),
        [
            "/ops/1/items/0/code",
            "/ops/1/items/1/id",
            "/ops/2/item_ids/1",
            "/ops/4/content"
        ]
    );
    assert_eq!(
        paths(json!([{"op": "remove_items", "item_ids": ["301", "302"]}])),
        ["/ops"]
    );
    let swapped =
        json!([{"op": "remove_items", "item_ids": ["301", "302"]}, {"op": "add_items", "items": [{"name": "Pin"}]}]);
    assert!(operated(&order(), &swapped).is_ok());
}

#[test]
fn typed_changes_are_judged_like_parsed_ones() {
    let change = Change::Mutation(map(json!({"order_total": 5, "order_items": 7})));
    assert_eq!(run(&order(), &change).unwrap_err().len(), 2);
}

#[test]
fn card_digits_are_written_under_their_own_name() {
    let written = |mutation: Value| mutated(&order(), &mutation).unwrap().desired.get("cc_number").cloned();
    assert_eq!(written(json!({"cc_number": "4242"})), Some(json!("4242")));
    assert_eq!(written(json!({"cc_number": null})), Some(json!("")));
    assert_eq!(written(json!({"cc_number": "1881"})), None);
    assert_eq!(written(json!({})), None);
}

#[test]
fn of_many_lines_the_first_are_listed() {
    let told = |count: usize| {
        let mut base = order();
        base["order_items"] = (1..=count).map(|id| json!({"id": id, "name": "x"})).collect();
        let refused = mutated(&base, &json!({"order_items": [{"id": 999, "quantity": 1}]})).unwrap_err();
        refused[0].message.clone()
    };
    assert!(told(0).contains("the order has no lines"), "{}", told(0));
    assert!(
        told(20).contains("the order's lines are 1, 2,") && told(20).contains(", 20"),
        "{}",
        told(20)
    );
    let many = told(21);
    assert!(
        many.contains("the order's 21 lines begin with 1, 2,") && !many.contains("20, 21"),
        "{many}"
    );
}

#[test]
fn a_list_that_order_desk_sends_as_a_blank_is_an_empty_one() {
    for name in ["order_items", "order_notes"] {
        for blank in [json!(""), json!(null)] {
            let mut base = order();
            base[name] = blank;
            let ops = match name {
                "order_items" => json!([{"op": "add_items", "items": [{"name": "New"}]}]),
                _ => json!([{"op": "add_note", "content": "New"}]),
            };
            let applied = operated(&base, &ops).unwrap();
            assert_eq!(applied.desired[name].as_array().map(Vec::len), Some(1), "{name}");
        }
        let mut base = order();
        base[name] = json!("lost");
        let ops = match name {
            "order_items" => json!([{"op": "add_items", "items": [{"name": "New"}]}]),
            _ => json!([{"op": "add_note", "content": "New"}]),
        };
        assert!(operated(&base, &ops).is_err(), "{name}");
    }
}
