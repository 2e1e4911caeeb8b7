use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::order::change::{Change, Replacement};
use crate::order::fixtures::{map, order};
use crate::order::merge::{Applied, blurred, lay_over};
use crate::text::clean_map;

const THEN: &str = "2026-03-02 14:05:31";
const SINCE: &str = "2026-03-02 14:09:02";

/// The order as it is now: somebody has changed the street and the second line since it was read.
fn now() -> Map<String, Value> {
    let mut now = order();
    now["date_updated"] = SINCE.into();
    now["shipping"]["address1"] = "New Street 7".into();
    now["order_items"][1]["quantity"] = 9.into();
    now
}

/// What `edit` makes of the order as it was read before that.
fn given(edit: impl FnOnce(&mut Value)) -> Map<String, Value> {
    let mut read = Value::Object(clean_map(&order()));
    read["date_updated"] = THEN.into();
    edit(&mut read);
    map(read)
}

fn laid(order: Map<String, Value>, expected: Option<&str>) -> Result<Applied, Error> {
    let replacement = Replacement {
        order,
        allow_loss: false,
        expected_date_updated: expected.map(str::to_owned),
        agreed_date_updated: None,
    };
    lay_over(&now(), &now(), &Change::Replace(replacement))
}

fn overtaken(laid: Result<Applied, Error>) -> Vec<String> {
    match laid {
        Err(Error::Overtaken { date_updated, fields }) => {
            assert_eq!(date_updated, SINCE);
            fields
        }
        other => panic!("not overtaken: {other:?}"),
    }
}

#[test]
fn a_record_from_before_somebodys_change_is_refused_with_all_that_it_would_set() {
    let fields = overtaken(laid(given(|order| order["shipping"]["phone"] = "77".into()), None));
    assert_eq!(
        fields,
        ["/shipping/address1", "/shipping/phone", "/order_items/1/quantity"]
    );
}

/// Saying to leave the folder out would lead on to undoing the rest.
#[test]
fn one_that_could_not_be_laid_over_either_is_told_to_be_old() {
    let fields = overtaken(laid(
        given(|order| {
            order["folder_id"] = 5.into();
            order["email"] = 7.into();
            order["customer"]["phone"] = "77".into();
            order["checkout_data"]["Wrap"] = "no".into();
            order["order_metadata"] = json!({"rack": 3});
            order.as_object_mut().expect("an order").shift_remove("tax_total");
            let note = json!({"content": "Called"});
            order["order_notes"].as_array_mut().expect("notes").push(note);
            let lines = order["order_items"].as_array_mut().expect("lines");
            lines[0]["variation_list"]["Color"] = "Red".into();
            lines.push(json!({"name": "Pin", "price": 3}));
        }),
        None,
    ));
    assert_eq!(
        fields,
        [
            "/email",
            "/folder_id",
            "/shipping/address1",
            "/customer/phone",
            "/checkout_data/Wrap",
            "/order_metadata/rack",
            "/order_items/0/variation_list",
            "/order_items/1/quantity",
            "/order_items/2",
            "/order_notes/1",
            "/tax_total",
        ]
    );
}

#[test]
fn an_old_record_that_would_change_nothing_is_taken() {
    let mut same = clean_map(&now());
    same["date_updated"] = THEN.into();
    let done = laid(same, None).expect("accepted");
    assert_eq!(done.desired, now());
}

#[test]
fn whoever_names_the_date_of_now_has_seen_it() {
    let done = laid(given(|_| {}), Some(SINCE)).expect("accepted");
    assert_eq!(done.desired["shipping"]["address1"], order()["shipping"]["address1"]);
    overtaken(laid(clean_map(&now()), Some(THEN)));
}

#[test]
fn the_same_moment_in_another_spelling_is_the_same() {
    for date in [
        SINCE,
        "2026-03-02T14:09:02Z",
        "2026-03-02T14:09:02+00:00",
        " 2026-03-02 14:09:02",
    ] {
        let done = laid(given(|order| order["date_updated"] = date.into()), None);
        let warnings = done.expect(date).warnings;
        assert!(
            warnings.iter().all(|warning| !warning.contains("date_updated")),
            "{date}: {warnings:?}"
        );
        laid(given(|_| {}), Some(date)).expect(date);
    }
    overtaken(laid(given(|order| order["date_updated"] = "last Tuesday".into()), None));
}

#[test]
fn without_a_date_nobody_can_tell_and_that_is_said() {
    for blank in [json!(""), Value::Null] {
        let done = laid(given(|order| order["date_updated"] = blank), None).expect("accepted");
        assert!(
            done.warnings.iter().any(|warning| warning.contains("cannot be told")),
            "{:?}",
            done.warnings
        );
        assert!(
            done.warnings.iter().all(|warning| !warning.contains("it has changed")),
            "{:?}",
            done.warnings
        );
    }
    let mut same = clean_map(&now());
    same.shift_remove("date_updated");
    let done = laid(same, None).expect("accepted");
    assert_eq!(done.warnings, Vec::<String>::new());
}

/// A date of ours binds the record and tells nothing of when it was read.
#[test]
fn a_date_that_the_caller_did_not_give_is_missing_all_the_same() {
    let undated = |agreed: &str| {
        let replacement = Replacement {
            order: given(|order| order["date_updated"] = "".into()),
            agreed_date_updated: Some(agreed.to_owned()),
            ..Replacement::default()
        };
        lay_over(&now(), &now(), &Change::Replace(replacement))
    };
    let done = undated(SINCE).expect("accepted");
    assert!(
        done.warnings.iter().any(|warning| warning.contains("cannot be told")),
        "{:?}",
        done.warnings
    );
    overtaken(undated(THEN));
}

#[test]
fn where_order_desk_keeps_no_date_the_record_cannot_be_old() {
    let mut undated = now();
    undated["date_updated"] = "".into();
    let replacement = Replacement {
        order: given(|_| {}),
        allow_loss: false,
        expected_date_updated: None,
        agreed_date_updated: None,
    };
    assert!(lay_over(&undated, &undated, &Change::Replace(replacement)).is_ok());
}

#[test]
fn a_second_with_more_than_one_entry_is_told() {
    let by = |who: &str, date: &str| json!({"source_name": who, "note": "Order Edited", "date_added": date});
    let entry = |date: &str| by("API", date);
    let whole = Change::Replace(Replacement::default());
    let check = |change: &Change, dates: &[&str], told: bool| {
        let history: Vec<Value> = dates.iter().map(|date| entry(date)).collect();
        assert_eq!(blurred(change, &now(), &history).is_some(), told, "{dates:?}");
    };
    check(&whole, &[SINCE, SINCE], true);
    check(&whole, &[SINCE, THEN, "2026-03-02T14:09:02Z"], true);
    check(&whole, &[SINCE, THEN, THEN], false);
    check(&whole, &[], false);
    check(&Change::Mutation(Map::new()), &[SINCE, SINCE], false);
    let rules = [by("Shopify", SINCE), by("Order Desk", SINCE)];
    assert_eq!(blurred(&whole, &now(), &rules), None);
}

/// Its date is not stored yet.
#[test]
fn a_change_that_goes_up_together_overtakes_as_well() {
    let mut together = now();
    together["email"] = "new@example.test".into();
    let with = |order: Map<String, Value>| {
        let replacement = Replacement {
            order,
            allow_loss: false,
            expected_date_updated: None,
            agreed_date_updated: None,
        };
        lay_over(&now(), &together, &Change::Replace(replacement))
    };
    let mut whole = clean_map(&now());
    whole["shipping"]["phone"] = "77".into();
    assert_eq!(overtaken(with(whole.clone())), ["/email", "/shipping/phone"]);
    let mut the_same = clean_map(&together);
    the_same["date_updated"] = SINCE.into();
    assert_eq!(with(the_same).expect("accepted").desired, together);
}
