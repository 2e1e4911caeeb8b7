use serde_json::{Value, json};

use super::totals_as_before;
use crate::order::fixtures::map;

fn told(before: &Value, after: &Value) -> Option<String> {
    let order = |lines: &Value| map(json!({"order_items": lines, "product_total": 1}));
    totals_as_before(&order(before), &order(after))
}

#[test]
fn the_sums_of_the_lines_are_exact() {
    let check = |after: Value, sums: &str| {
        let told = told(&json!([]), &after).expect("the lines differ");
        assert!(told.contains(sums), "{after}: {told}");
    };
    check(
        json!([
            {"name": "Mug", "quantity": 2, "price": "14.50", "weight": 0.35},
            {"name": "Tee", "quantity": "4", "price": 24.975},
        ]),
        "quantity_total 6, product_total 128.9 and weight_total 0.7,",
    );
    check(
        json!([{"name": "Mug", "price": 0.1}, {"name": "Mug", "quantity": 2, "price": 0.1}]),
        "quantity_total 3, product_total 0.3 and weight_total 0,",
    );
    check(
        json!([{"name": "Credit", "quantity": -1, "price": 100, "weight": ""}]),
        "quantity_total -1, product_total -100 and weight_total 0,",
    );
}

#[test]
fn what_cannot_be_added_is_not_guessed() {
    for price in [json!("a lot"), json!("79228162514264337593543950335")] {
        let after = json!([{"name": "Mug", "quantity": 9, "price": price}]);
        let told = told(&json!([]), &after).expect("the lines differ");
        assert!(
            told.contains("as they were before") && !told.contains("come to"),
            "{told}"
        );
    }
}

#[test]
fn nothing_is_said_where_the_lines_count_as_before() {
    let before = json!([{"id": "1", "name": "Mug", "quantity": 2, "price": "14.50"}]);
    let check = |after: Value, is_told: bool| assert_eq!(told(&before, &after).is_some(), is_told, "{after}");
    check(before.clone(), false);
    check(
        json!([{"id": "1", "name": "Cup", "quantity": "2", "price": 14.5}]),
        false,
    );
    check(
        json!([{"id": "1", "name": "Mug", "quantity": 3, "price": "14.50"}]),
        true,
    );
    check(
        json!([{"id": "1", "name": "Mug", "quantity": 2, "price": "14.50", "weight": 1}]),
        true,
    );
    check(json!([]), true);
}

#[test]
fn amounts_of_the_order_itself_are_told_too() {
    let lines = json!([{"id": "1", "name": "Mug", "quantity": 2, "price": "14.50"}]);
    let order = |fields: Value| {
        let mut order = map(fields);
        order.insert("order_items".to_owned(), lines.clone());
        order
    };
    let before = order(json!({"shipping_total": "5.00", "discount_list": [{"name": "New", "amount": 2}]}));
    let check = |after: Value, is_told: bool| {
        let told = totals_as_before(&before, &order(after.clone()));
        assert_eq!(told.is_some(), is_told, "{after}");
        assert!(told.is_none_or(|told| told.contains("order_total") && !told.contains("come to")));
    };
    check(
        json!({"shipping_total": 5, "discount_list": [{"name": "Old", "amount": "2.0"}]}),
        false,
    );
    check(
        json!({"shipping_total": 6, "discount_list": [{"name": "New", "amount": 2}]}),
        true,
    );
    check(json!({"shipping_total": 5, "discount_list": []}), true);
    check(
        json!({"shipping_total": 5, "tax_total": 1, "discount_list": [{"name": "New", "amount": 2}]}),
        true,
    );
}
