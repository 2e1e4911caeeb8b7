use serde_json::{Map, Value, json};

use crate::diff::diff;
use crate::order::change::{Change, Replacement};
use crate::order::fixtures::{map, order};
use crate::order::merge::{Applied, NoteDefaults, apply};
use crate::problem::Problem;
use crate::text::clean_map;

fn replacing(given: Map<String, Value>, allow_loss: bool) -> Result<Applied, Vec<Problem>> {
    let replacement = Replacement {
        order: given,
        allow_loss,
        expected_date_updated: None,
        agreed_date_updated: None,
    };
    apply(&order(), &Change::Replace(replacement), &NoteDefaults::default())
}

/// The order as a reply shows it, with an edit.
fn shown(edit: impl FnOnce(&mut Value)) -> Map<String, Value> {
    let mut given = Value::Object(clean_map(&order()));
    edit(&mut given);
    map(given)
}

fn remove(value: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('/').expect("a path");
    match value.pointer_mut(parent).expect("a parent") {
        Value::Object(object) => drop(object.shift_remove(name).expect("a member")),
        Value::Array(list) => drop(list.remove(name.parse().expect("an index"))),
        other => panic!("{other} holds nothing"),
    }
}

#[test]
fn a_record_sent_back_as_it_was_shown_changes_nothing() {
    let done = replacing(shown(|_| {}), false).expect("accepted");
    assert_eq!(done.desired, order());
    assert_eq!(done.warnings, Vec::<String>::new());
}

#[test]
fn what_the_order_holds_and_the_record_does_not_carry_is_refused() {
    let check = |removed: &[&str], told: &[&str]| {
        let given = || {
            shown(|order| {
                for path in removed {
                    remove(order, path);
                }
            })
        };
        let problems = replacing(given(), false).expect_err("refused");
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, [told, &["/allow_loss"]].concat(), "{problems:?}");
    };
    check(&["/email"], &["/order/email"]);
    check(&["/shipping_total"], &["/order/shipping_total"]);
    check(&["/shipping"], &["/order/shipping"]);
    check(
        &["/shipping/city", "/tax_total"],
        &["/order/tax_total", "/order/shipping/city"],
    );
    check(&["/checkout_data"], &["/order/checkout_data"]);
    check(&["/checkout_data/Gift Message"], &["/order/checkout_data/Gift Message"]);
    check(&["/discount_list"], &["/order/discount_list"]);
    check(&["/discount_list/0"], &["/order/discount_list"]);
    check(&["/order_notes"], &["/order/order_notes"]);
    check(&["/order_notes/0"], &["/order/order_notes"]);
    check(&["/order_items/0"], &["/order/order_items"]);
    check(&["/order_items"], &["/order/order_items", "/order/order_items"]);
    check(
        &["/order_items/0/price", "/order_items/1/metadata/image"],
        &["/order/order_items/0/price", "/order/order_items/1/metadata/image"],
    );
    check(&["/order_items/0/id"], &["/order/order_items"]);
}

#[test]
fn what_holds_nothing_or_is_not_the_callers_need_not_be_carried() {
    for path in [
        "/handling_total",
        "/order_metadata",
        "/shipping/company",
        "/order_items/0/metadata",
        "/order_items/0/delivery_type",
        "/payment_status",
        "/id",
        "/order_total",
        "/cc_number_masked",
        "/gift_wrap_style",
        "/order_items/1/bin",
        "/order_shipments",
        "/date_updated",
    ] {
        let done =
            replacing(shown(|order| remove(order, path)), false).unwrap_or_else(|told| panic!("{path}: {told:?}"));
        assert_eq!(done.desired, order(), "{path}");
    }
}

#[test]
fn a_loss_that_is_allowed_is_told_and_leaves_the_rest() {
    let given = shown(|order| {
        for path in [
            "/email",
            "/shipping_total",
            "/checkout_data/Wrap",
            "/order_notes",
            "/order_items/0",
            "/customer/phone",
        ] {
            remove(order, path);
        }
    });
    let done = replacing(given, true).expect("allowed");
    let mut expected = order();
    expected["email"] = "".into();
    expected["shipping_total"] = 0.into();
    expected["customer"]["phone"] = "".into();
    expected["checkout_data"] = json!({"Gift Message": "Enjoy!"});
    expected["order_notes"] = json!([]);
    expected["order_items"].as_array_mut().expect("lines").remove(0);
    assert_eq!(done.desired, expected);
    assert_eq!(done.warnings.len(), 6, "{:?}", done.warnings);
    assert!(done.warnings.contains(
        &"/order/email: dropped, because the record does not carry this field, which the order has".to_owned()
    ));
}

#[test]
fn even_an_allowed_loss_leaves_an_order() {
    let given = shown(|order| remove(order, "/order_items"));
    let told = replacing(given, true).expect_err("no lines");
    assert!(told[0].message.contains("without lines"), "{told:?}");
}

#[test]
fn what_differs_is_set() {
    let given = shown(|order| {
        order["email"] = "new@example.test".into();
        order["shipping"]["city"] = "Leeds".into();
        order["shipping"]["phone"] = Value::Null;
        order["order_metadata"] = json!({"rack": 3});
        order["cc_number"] = "1881".into();
        order["order_items"][1]["price"] = 21.into();
        let line = json!({"name": "Second mug", "code": "MUG"});
        order["order_items"].as_array_mut().expect("lines").push(line);
        let note = json!({"content": "Called"});
        order["order_notes"].as_array_mut().expect("notes").push(note);
    });
    let done = replacing(given, false).expect("accepted");
    let paths: Vec<_> = diff(&order(), &done.desired)
        .into_iter()
        .map(|change| change.path)
        .collect();
    let changed = [
        "/email",
        "/shipping/city",
        "/shipping/phone",
        "/order_metadata/rack",
        "/order_notes/1",
        "/order_items/1/price",
        "/order_items/2",
    ];
    assert_eq!(paths, changed);
    assert_eq!(done.desired["order_items"][1]["price"], "21", "text stays text");
    assert_eq!(done.desired["order_items"][2]["code"], "MUG");
}

#[test]
fn what_only_order_desk_sets_is_refused_when_it_differs() {
    let check = |edit: fn(&mut Value), path: &str| {
        let told = replacing(shown(edit), true).expect_err("refused");
        assert_eq!(
            told.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(),
            [path]
        );
    };
    check(|order| order["folder_id"] = 5.into(), "/order/folder_id");
    check(|order| order["source_id"] = "X".into(), "/order/source_id");
    check(
        |order| order["order_shipments"] = json!([{"id": "1"}]),
        "/order/order_shipments",
    );
    check(
        |order| order["gift_wrap_style"]["paper"] = "moons".into(),
        "/order/gift_wrap_style",
    );
    check(|order| order["shiping"] = json!({}), "/order/shiping");
    check(
        |order| order["order_items"][1]["bin"] = "B-1".into(),
        "/order/order_items/1/bin",
    );
    check(
        |order| order["order_items"][0]["id"] = "9".into(),
        "/order/order_items/0/id",
    );
    check(|order| order["payment_status"] = "Paid".into(), "/order/payment_status");
}

#[test]
fn what_the_server_keeps_moves_by_itself_and_is_left_alone() {
    let given = shown(|order| {
        order["order_total"] = 1.into();
        order["date_updated"] = "2026-01-01 00:00:00".into();
    });
    let done = replacing(given, false).expect("accepted");
    assert_eq!(done.desired, order());
    assert_eq!(done.warnings.len(), 2, "{:?}", done.warnings);
}

#[test]
fn a_number_that_a_reader_rounded_is_not_a_change() {
    let mut base = order();
    base["checkout_data"]["Parcel"] = json!(9_007_199_254_740_993_u64);
    base.insert(
        "order_metadata".to_owned(),
        json!({"deep": {"id": 9_007_199_254_740_993_u64, "note": "a"}, "list": [9_007_199_254_740_993_u64]}),
    );
    base.insert("batch_number".to_owned(), json!(9_007_199_254_740_993_u64));
    base["order_items"][1]["bin_number"] = json!(9_007_199_254_740_993_u64);
    base["order_items"][1]["metadata"] = json!({"weight": 2.0, "batch": 9_007_199_254_740_993_u64, "note": "a"});
    let rounded = 9_007_199_254_740_992_u64;
    let replacing = |edit: &dyn Fn(&mut Value)| {
        let mut given = Value::Object(clean_map(&base));
        given["checkout_data"]["Parcel"] = json!(rounded);
        given["order_metadata"]["deep"]["id"] = json!(rounded);
        given["order_metadata"]["list"] = json!([rounded]);
        given["batch_number"] = json!(rounded);
        given["order_items"][1]["bin_number"] = json!(rounded);
        given["order_items"][1]["metadata"]["weight"] = json!(2);
        given["order_items"][1]["metadata"]["batch"] = json!(rounded);
        edit(&mut given);
        let replacement = Replacement {
            order: map(given),
            allow_loss: false,
            expected_date_updated: None,
            agreed_date_updated: None,
        };
        apply(&base, &Change::Replace(replacement), &NoteDefaults::default())
    };
    assert_eq!(replacing(&|_| {}).expect("unchanged").desired, base);

    // Beside it another key may change.
    let desired = replacing(&|given| given["order_metadata"]["deep"]["note"] = json!("b"));
    let desired = desired.expect("accepted").desired;
    assert_eq!(
        desired["order_metadata"],
        json!({"deep": {"id": 9_007_199_254_740_993_u64, "note": "b"}, "list": [9_007_199_254_740_993_u64]})
    );

    let desired = replacing(&|given| given["order_items"][1]["metadata"]["note"] = json!("b"));
    assert_eq!(
        desired.expect("accepted").desired["order_items"][1]["metadata"],
        json!({"weight": 2.0, "batch": 9_007_199_254_740_993_u64, "note": "b"})
    );

    let told = |edit: &dyn Fn(&mut Value)| {
        let problems = replacing(edit).expect_err("refused");
        problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.path, problem.message))
            .collect::<Vec<_>>()
    };
    let differs = "differs from what is stored, and is no field that can be set: leave it out";
    assert_eq!(
        told(&|given| given["batch_number"] = json!(7)),
        [format!("/order/batch_number {differs}")]
    );
    assert_eq!(
        told(&|given| given["order_items"][1]["bin_number"] = json!(7)),
        [format!("/order/order_items/1/bin_number {differs}")]
    );
    let lossy = told(&|given| given["checkout_data"]["Parcel"] = json!(rounded + 2));
    assert!(
        lossy[0].starts_with("/order/checkout_data/Parcel has more digits"),
        "{lossy:?}"
    );
}

#[test]
fn an_address_of_blanks_holds_nothing_that_could_be_lost() {
    let replaced = |part: &str| {
        let mut base = order();
        for part in base["customer"].as_object_mut().expect("an address").values_mut() {
            *part = "".into();
        }
        base["customer"]["company"] = part.into();
        let mut given = clean_map(&base);
        given.shift_remove("customer");
        let replacement = Replacement {
            order: given,
            allow_loss: false,
            expected_date_updated: None,
            agreed_date_updated: None,
        };
        apply(&base, &Change::Replace(replacement), &NoteDefaults::default())
    };
    assert!(replaced("").is_ok());
    let refused = replaced("Quill Ltd").expect_err("a name would be lost");
    assert_eq!(refused[0].path, "/order/customer");
}

#[test]
fn an_unknown_field_is_told_by_whether_the_order_has_it() {
    let told = |edit: fn(&mut Value)| {
        let problems = replacing(shown(edit), true).expect_err("refused");
        assert_eq!(problems.len(), 1, "{problems:?}");
        (problems[0].message.clone(), problems[0].suggestion.clone())
    };
    let differs = "differs from what is stored, and is no field that can be set: leave it out";
    let (stored, _) = told(|order| order["gift_wrap_style"]["paper"] = "moons".into());
    assert_eq!(stored, differs);
    let (stored, _) = told(|order| remove(order, "/gift_wrap_style/ribbon"));
    assert_eq!(stored, differs);
    let (new, meant) = told(|order| order["shiping"] = json!({}));
    assert!(
        new != differs && meant.as_deref() == Some("shipping"),
        "{new} {meant:?}"
    );
    let (new, meant) = told(|order| order["order_items"][0]["quantiti"] = 3.into());
    assert!(
        new != differs && meant.as_deref() == Some("quantity"),
        "{new} {meant:?}"
    );
}

#[test]
fn a_note_of_other_words_does_not_carry_one_on() {
    let given = shown(|order| order["order_notes"] = json!([{"content": "Called"}]));
    let done = replacing(given, true).expect("allowed");
    let expected = json!([{"content": "Called", "username": "orderdesk-mcp"}]);
    assert_eq!(done.desired["order_notes"], expected);
}

#[test]
fn of_several_notes_the_lost_one_is_named_by_its_place() {
    let mut base = order();
    let notes = json!([{"content": "First"}, {"content": "Second"}, {"content": "Third"}]);
    base["order_notes"] = notes;
    let mut given = Value::Object(base.clone());
    remove(&mut given, "/order_notes/1");
    let replacement = Replacement {
        order: map(given),
        allow_loss: true,
        expected_date_updated: None,
        agreed_date_updated: None,
    };
    let done = apply(&base, &Change::Replace(replacement), &NoteDefaults::default()).expect("allowed");
    assert_eq!(
        done.desired["order_notes"],
        json!([{"content": "First"}, {"content": "Third"}])
    );
    let told = ["/order/order_notes: dropped, because the record does not carry the order's note 2 of 3"];
    assert_eq!(done.warnings, told);
}

#[test]
fn an_empty_list_for_a_map_loses_its_keys_and_another_list_is_no_map() {
    let paths = |value: Value| {
        let problems = replacing(shown(|order| order["checkout_data"] = value), false).expect_err("refused");
        problems.into_iter().map(|problem| problem.path).collect::<Vec<_>>()
    };
    let lost = [
        "/order/checkout_data/Gift Message",
        "/order/checkout_data/Wrap",
        "/allow_loss",
    ];
    assert_eq!(paths(json!([])), lost);
    assert_eq!(paths(json!(["yes"])), ["/order/checkout_data"]);
}

#[test]
fn a_map_of_blanks_has_keys_that_could_be_lost() {
    let mut base = order();
    base["checkout_data"] = json!({"Wrap": ""});
    let mut given = clean_map(&base);
    given.shift_remove("checkout_data");
    let replacement = Replacement {
        order: given,
        ..Replacement::default()
    };
    let refused =
        apply(&base, &Change::Replace(replacement), &NoteDefaults::default()).expect_err("a key would be lost");
    assert_eq!(refused[0].path, "/order/checkout_data");
}

#[test]
fn what_only_order_desk_sets_is_no_change_in_another_spelling() {
    let given = shown(|order| {
        order["email_count"] = 2.into();
        order["order_total"] = "60.810".into();
        order["order_shipments"] = json!({});
        order["customer"]["company"] = Value::Null;
    });
    let done = replacing(given, false).expect("nothing differs");
    assert_eq!((done.desired, done.warnings), (order(), Vec::new()));
}
