use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::Change;
use crate::error::Error;
use crate::order::fixtures::map;
use crate::product::{WRITER, code};

fn item() -> Map<String, Value> {
    map(json!({
        "id": 610_077, "name": "Enamel Mug, Blue", "code": "MUG-BLU", "price": 14.5, "cost": 5.1, "weight": "0.70",
        "stock": 42, "metadata": [], "variation_list": {"Color": "Blue"}, "location": "Main Warehouse",
        "manufacturer_sku": null, "update_source": "Manual", "date_added": "2025-11-01 08:00:00",
        "date_updated": "2026-02-27 19:20:11", "shelf": {"row": 3},
    }))
}

fn change(fields: Value) -> Change {
    Change::parse(map(fields), None, "/product".to_owned()).unwrap()
}

/// The change makes of the item what `expected` patches into it, and signs it.
fn check(fields: Value, expected: Value) {
    let mut desired = item();
    for (name, value) in map(expected) {
        desired.insert(name, value);
    }
    desired.insert("update_source".to_owned(), WRITER.into());
    let shown = fields.to_string();
    assert_eq!(change(fields).lay(&item()).unwrap(), desired, "{shown}");
}

#[test]
fn named_fields_change_and_everything_else_stays() {
    check(json!({"stock": 0}), json!({"stock": 0}));
    check(json!({"stock": null}), json!({"stock": 0}));
    check(json!({"price": "15.50"}), json!({"price": 15.5}));
    check(json!({"weight": 0.8}), json!({"weight": "0.8"}));
    check(
        json!({"variation_list": {"Size": "11 oz"}}),
        json!({"variation_list": {"Color": "Blue", "Size": "11 oz"}}),
    );
    check(
        json!({"variation_list": {"Color": null}}),
        json!({"variation_list": []}),
    );
    check(json!({"metadata": {"bin": 4}}), json!({"metadata": {"bin": 4}}));
    check(
        json!({"manufacturer_sku": "EM-11"}),
        json!({"manufacturer_sku": "EM-11"}),
    );
}

#[test]
fn what_is_so_already_changes_nothing_not_even_the_signature() {
    let same = [
        json!({"stock": 42, "price": "14.50", "weight": 0.7}),
        json!({"manufacturer_sku": null, "metadata": {}}),
        json!({"update_source": "Manual"}),
    ];
    for fields in same {
        assert_eq!(change(fields.clone()).lay(&item()).unwrap(), item(), "{fields}");
    }
}

#[test]
fn a_writer_who_names_itself_is_named() {
    let desired = change(json!({"stock": 1, "update_source": "Warehouse"}))
        .lay(&item())
        .unwrap();
    assert_eq!(desired["update_source"], "Warehouse");
}

#[test]
fn an_expected_stock_is_compared_as_a_number() {
    let expecting = |stock| Change::parse(map(json!({"stock": 40})), Some(stock), String::new()).unwrap();
    assert!(expecting(42).lay(&item()).is_ok());
    let mut text = item();
    text["stock"] = "42".into();
    assert!(expecting(42).lay(&text).is_ok());
    let error = expecting(41).lay(&item()).unwrap_err();
    assert_eq!(
        error,
        Error::StockChanged {
            expected: 41,
            found: 42.into()
        }
    );
    let mut without = item();
    without.shift_remove("stock");
    assert!(matches!(expecting(0).lay(&without), Err(Error::StockChanged { .. })));
}

#[test]
fn what_cannot_be_set_is_told_with_its_place() {
    let check = |fields: Value, path: &str, message: &str| {
        let problems = Change::parse(map(fields.clone()), None, "/product".to_owned()).unwrap_err();
        let told = problems
            .iter()
            .any(|problem| problem.path == path && problem.message.contains(message));
        assert!(told, "{fields}: {problems:?}");
    };
    check(json!({}), "/product", "at least one field");
    check(json!({"id": 7}), "/product/id", "identity");
    check(
        json!({"date_updated": "2026-01-01"}),
        "/product/date_updated",
        "kept by Order Desk",
    );
    check(
        json!({"sotck": 7}),
        "/product/sotck",
        "not a known field of an inventory item",
    );
    check(json!({"stock": "many"}), "/product/stock", "whole number");
    check(json!({"stock": 1.5}), "/product/stock", "whole number");
    check(json!({"name": " "}), "/product/name", "must not be blank");
    check(json!({"code": null}), "/product/code", "must not be blank");
    check(
        json!({"variation_list": {"Size": [1]}}),
        "/product/variation_list/Size",
        "plain value",
    );
}

#[test]
fn a_code_is_what_it_names_without_what_stands_around_it() {
    assert_eq!(change(json!({"code": " MUG-1 "})).code(), Some("MUG-1"));
    assert_eq!(change(json!({"stock": 1})).code(), None);
    for (stored, told) in [
        (json!(" MUG-1 "), "MUG-1"),
        (json!(7), "7"),
        (json!(null), ""),
        (json!([]), ""),
    ] {
        assert_eq!(code(&map(json!({"code": stored}))), told, "{stored}");
    }
    assert_eq!(code(&Map::new()), "");
}

#[test]
fn a_code_with_a_comma_is_kept_but_never_given() {
    let mut odd = item();
    odd["code"] = "A,B".into();
    assert_eq!(change(json!({"code": "A,B"})).lay(&odd).unwrap(), odd);
    let error = change(json!({"code": "A,C"})).lay(&odd).unwrap_err();
    assert!(matches!(error, Error::Invalid(problems) if problems[0].path == "/product/code"));
}

proptest! {
    /// Whatever is named, nothing else is dropped, reordered or retyped.
    #[test]
    fn nothing_unnamed_changes(stock in any::<i32>(), price in 0_u32..100_000, name in "[a-zA-Z ]{0,12}x", mask in 1_u8..8) {
        let all = [
            ("stock", json!(stock)),
            ("price", json!(f64::from(price) / 100.0)),
            ("name", json!(name)),
        ];
        let named: Map<String, Value> = all
            .iter()
            .enumerate()
            .filter(|(bit, _)| mask & (1 << bit) != 0)
            .map(|(_, (name, value))| ((*name).to_owned(), value.clone()))
            .collect();
        let desired = change(Value::Object(named.clone())).lay(&item()).unwrap();
        let base = item();
        prop_assert_eq!(desired.keys().collect::<Vec<_>>(), base.keys().collect::<Vec<_>>());
        for (field, value) in &desired {
            match named.get(field) {
                Some(given) => prop_assert_eq!(value, given),
                None if field == "update_source" => {}
                None => prop_assert_eq!(value, &base[field]),
            }
        }
    }
}
