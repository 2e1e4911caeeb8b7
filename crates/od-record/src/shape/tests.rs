use serde_json::{Value, json};

use super::{ABSENT, op, order, product, product_row, shipment};

fn check(shape: &Value, pointer: &str, expected: &Value) {
    assert_eq!(shape.pointer(pointer).unwrap_or(&Value::Null), expected, "{pointer}");
}

#[test]
fn places_that_take_text_are_not_named() {
    let of_order = order();
    for field in ["email", "source_id", "shipping_total", "payment_status", "cc_number"] {
        check(&of_order, &format!("/properties/{field}"), &Value::Null);
    }
    for shape in [shipment(), product()] {
        for field in ["tracking_number", "code", "location", "price", "cost"] {
            check(&shape, &format!("/properties/{field}"), &Value::Null);
        }
    }
    check(&op(), "/properties/content/type", &Value::Null);
}

#[test]
fn what_only_order_desk_sets_is_compared_as_it_is() {
    check(&order(), "/properties/order_shipments", &Value::Null);
    check(&order(), "/properties/order_history", &Value::Null);
    check(&order(), "/properties/id/type", &json!(["integer", "string"]));
}

#[test]
fn objects_and_lists_are_named_at_every_depth() {
    let of_order = order();
    check(&of_order, "/properties/shipping/type", &json!("object"));
    check(&of_order, "/properties/checkout_data/type", &json!(["object", "array"]));
    check(&of_order, "/properties/order_items/type", &json!("array"));
    check(&of_order, "/properties/order_items/items/type", &json!("object"));
    check(
        &of_order,
        "/properties/order_items/items/properties/variation_list/type",
        &json!(["object", "array"]),
    );
    check(
        &op(),
        "/properties/fields/properties/discount_list/type",
        &json!("array"),
    );
    check(
        &op(),
        "/properties/items/items/properties/metadata/type",
        &json!(["object", "array"]),
    );
    check(
        &shipment(),
        "/properties/order_items/items/properties/quantity/type",
        &json!(["integer", "string"]),
    );
    check(
        &shipment(),
        "/properties/order_items/items/properties/price",
        &Value::Null,
    );
}

#[test]
fn an_inventory_item_names_its_maps_and_its_stock() {
    check(
        &product(),
        "/properties/variation_list/type",
        &json!(["object", "array"]),
    );
    check(&product(), "/properties/stock/type", &json!(["integer", "string"]));
}

#[test]
fn null_clears_in_records_and_says_nothing_beside_them() {
    check(&product(), "/properties/stock/nullIsAbsent", &Value::Null);
    check(&product_row(), "/properties/expected_stock/nullIsAbsent", &true.into());
    let op = op();
    let arguments = op["properties"].as_object().expect("arguments");
    assert!(
        arguments
            .iter()
            .all(|(name, argument)| name == "op" || argument[ABSENT] == true),
        "{arguments:?}"
    );
}
