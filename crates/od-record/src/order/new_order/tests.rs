use serde_json::{Map, Value, json};

use super::{NewOrder, Source};
use crate::order::fixtures::map;
use crate::order::ops::Destination;

fn smallest() -> Map<String, Value> {
    map(json!({"customer": {"last_name": "Quill"}, "order_items": [{"name": "Mug"}]}))
}

/// The smallest order with these fields.
fn with(fields: Value) -> Map<String, Value> {
    let mut order = smallest();
    order.extend(map(fields));
    order
}

#[test]
fn every_fault_is_told_at_once() {
    let check = |order: Value, name: Option<&str>, paths: &[&str]| {
        let told = NewOrder::of(&map(order.clone()), name).expect_err("refused");
        assert_eq!(
            told.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(),
            paths,
            "{order}: {told:?}"
        );
    };
    let but = |fields: Value| Value::Object(with(fields));
    check(json!({}), None, &["/order/order_items", "/order/customer"]);
    check(but(json!({"order_items": []})), None, &["/order/order_items"]);
    check(but(json!({"customer": {"city": "Leeds"}})), None, &["/order/customer"]);
    check(
        but(json!({"customer_last_name": "Quill", "order_total": 3, "status": "new"})),
        None,
        &["/order/customer_last_name", "/order/order_total", "/order/status"],
    );
    check(
        but(json!({"order_items": [{"code": "MUG"}, {"id": "3", "name": "Tote"}, 7]})),
        None,
        &["/order/order_items/0/name", "/order/order_items/2"],
    );
    check(
        but(json!({"source_id": " ", "folder_id": "new", "date_added": "yesterday"})),
        Some("short"),
        &[
            "/order/source_id",
            "/order/folder_id",
            "/order/date_added",
            "/client_request_id",
        ],
    );
    check(
        but(json!({"folder_id": 1, "folder_name": "New"})),
        None,
        &["/order/folder_name"],
    );
    check(
        but(json!({"cc_number": "4242424242424242"})),
        None,
        &["/order/cc_number"],
    );
    check(
        but(json!({"checkout_data": {"Text": "x".repeat(3500)}})),
        None,
        &["/order/checkout_data"],
    );
    let note = "n".repeat(1200);
    let notes = json!([{"content": note}, {"content": format!("{note}!")}]);
    check(
        but(json!({"order_notes": notes})),
        None,
        &["/order/order_notes/1/content"],
    );
}

#[test]
fn an_order_as_it_was_read_becomes_a_new_one_without_what_only_order_desk_sets() {
    let given = map(json!({
        "email": "ada@example.test", "source_id": "WEB-7", "source_name": "Shopify", "folder_id": 71001,
        "quantity_total": 1, "order_total": 12.5, "refund_total": 0, "tag_color": "", "date_added": "2026-03-02 14:05:31",
        "date_updated": "2026-03-02 14:05:31", "order_shipments": [], "customer": {"last_name": "Quill"},
        "order_items": [{"id": "301", "name": "Mug", "price": 12.5, "quantity": 1}],
        "shipping_total": 6.95, "tax_total": "0.00", "discount_list": [],
    }));
    let draft = NewOrder::of(&given, None).expect("fine");
    let expected = json!({
        "email": "ada@example.test", "source_name": "Shopify", "customer": {"last_name": "Quill"},
        "shipping_total": 6.95, "tax_total": "0.00", "discount_list": [],
        "order_items": [{"name": "Mug", "price": 12.5, "quantity": 1}], "source_id": "WEB-7",
        "date_added": "2026-03-02 14:05:31",
    });
    assert_eq!(Value::Object(draft.body), expected);
    assert_eq!(
        draft.warnings[0],
        "order: only Order Desk sets these, so they were left out of the new order: quantity_total, order_total, refund_total, \
         tag_color, date_updated, order_shipments, the ids of its lines"
    );
    assert!(
        draft.warnings[1].ends_with("not meant for it: date_added, folder_id, shipping_total"),
        "{:?}",
        draft.warnings
    );
    // Its id may mean that it is to be changed.
    let mut of_another = given;
    of_another.insert("id".to_owned(), "80012345".into());
    let told = NewOrder::of(&of_another, None).expect_err("refused");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].path, "/order/id");
    assert!(told[0].message.contains("orders_update_full"), "{told:?}");
}

#[test]
fn what_a_new_order_cannot_have_is_said() {
    let read = |fields: Value| {
        let mut given = with(fields);
        given.insert("date_updated".to_owned(), "2026-03-02 14:05:31".into());
        NewOrder::of(&given, None).expect("fine").warnings.join("\n")
    };
    let told =
        read(json!({"refund_total": "3.00", "order_shipments": [{"id": "1"}], "cc_number_masked": "************1881"}));
    assert!(
        told.contains("nothing of what was in refund_total, order_shipments, cc_number_masked\n"),
        "{told}"
    );
    let told = read(json!({"cc_number_masked": "************1881", "cc_number": "1881", "refund_total": "0.00"}));
    assert!(!told.contains("nothing of what was in"), "{told}");
}

#[test]
fn a_new_order_lands_in_a_folder_instead_of_moving() {
    let told = |name: &str, value: Value| {
        let mut given = with(json!({}));
        given.insert(name.to_owned(), value);
        let mut problems = NewOrder::of(&given, None).expect_err("unknown");
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    };
    assert_eq!(told("folder", json!("New")).suggestion.as_deref(), Some("folder_name"));
    assert_eq!(told("orderNumber", json!("7")).suggestion.as_deref(), Some("source_id"));
    assert_eq!(told("created_at", json!("x")).suggestion.as_deref(), Some("date_added"));
    let status = told("status", json!("New")).message;
    assert!(
        status.contains("folder_name or folder_id says where it lands") && !status.contains("move"),
        "{status}"
    );
}

#[test]
fn codes_of_places_and_categories_are_kept_without_what_stands_around_them() {
    let given = with(json!({
        "shipping": {"first_name": " Ada", "state": " OR ", "postal_code": "97301\n", "country": "\u{a0}US "},
        "return_address": {"country": " US"},
        "order_items": [{"name": "Mug", "category_code": " DEFAULT "}],
    }));
    let body = Value::Object(NewOrder::of(&given, None).expect("fine").body);
    let shipping = json!({"first_name": " Ada", "state": "OR", "postal_code": "97301", "country": "US"});
    assert_eq!(body["shipping"], shipping);
    assert_eq!(body["return_address"], json!({"country": "US"}));
    assert_eq!(body["order_items"][0]["category_code"], "DEFAULT");
}

#[test]
fn what_was_given_is_what_is_sent() {
    let given = with(json!({
        "email": "ada@example.test", "shipping_method": null, "folder_name": "New", "source_id": 10042,
        "source_name": "Shopify", "date_added": "2026-03-02T15:05:31+01:00", "cc_number": "4242",
        "order_notes": [{"content": "Gift"}], "checkout_data": {"Wrap": "yes", "Gone": null},
    }));
    let draft = NewOrder::of(&given, None).expect("fine");
    let expected = json!({
        "customer": {"last_name": "Quill"}, "order_items": [{"name": "Mug"}], "email": "ada@example.test",
        "cc_number": "4242", "order_notes": [{"content": "Gift", "username": "orderdesk-mcp"}],
        "checkout_data": {"Wrap": "yes"}, "source_name": "Shopify", "source_id": "10042",
        "date_added": "2026-03-02 14:05:31",
    });
    assert_eq!(Value::Object(draft.body), expected);
    assert_eq!(draft.folder, Some(Destination::Name("New".to_owned())));
}

#[test]
fn an_order_is_found_by_its_source_or_by_the_callers_name_for_it() {
    let check = |fields: Value, name: Option<&str>, source: Option<(&str, &str)>| {
        let draft = NewOrder::of(&with(fields), name).expect("fine");
        let source = source.map(|(id, name)| Source {
            id: id.to_owned(),
            name: name.to_owned(),
        });
        assert_eq!(draft.source, source);
    };
    check(json!({}), None, None);
    check(json!({"source_name": "Shopify"}), None, None);
    check(json!({"source_id": "7"}), None, Some(("7", "Order Desk")));
    check(json!({"source_id": "7"}), Some("request-1"), Some(("7", "Order Desk")));
    check(
        json!({"source_name": "Etsy"}),
        Some("request-1"),
        Some(("request-1", "Etsy")),
    );
}

#[test]
fn what_is_undocumented_in_a_record_that_was_read_is_named_at_once() {
    let fields = json!({
        "channel_flags": 3, "shipping": {"last_name": "Quill", "geo": "x"},
        "order_items": [{"name": "Mug", "bin": "A1"}], "order_total": 3,
    });
    let mut read = with(fields.clone());
    read.insert("date_updated".to_owned(), "2026-11-20 12:00:00".into());
    let told = NewOrder::of(&read, None).expect_err("undocumented");
    let paths: Vec<&str> = told.iter().map(|problem| problem.path.as_str()).collect();
    let each = [
        "/order/channel_flags",
        "/order/shipping/geo",
        "/order/order_items/0/bin",
    ];
    assert_eq!(paths, [&["/order"][..], &each].concat());
    let rule = &told[0].message;
    assert!(
        rule.contains("leave these out")
            && rule.ends_with("slip of yours: \"channel_flags\", \"shipping/geo\", \"order_items/0/bin\""),
        "{rule}"
    );
    // Of what was not read, each is a slip.
    let told = NewOrder::of(&with(fields), None).expect_err("unknown");
    assert!(told.iter().all(|problem| problem.path != "/order"), "{told:?}");
}

#[test]
fn a_source_and_a_folder_have_names_that_can_be_told_again() {
    let told = |fields: Value| {
        let problems = NewOrder::of(&with(fields), None).expect_err("refused");
        problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.path, problem.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(json!({"source_id": "7\n8"})),
        ["/order/source_id must not hold a line end, a tab or another control character"]
    );
    assert_eq!(
        told(json!({"folder_name": " "})),
        ["/order/folder_name must be a folder's name, as folders_list gives it"]
    );
}

#[test]
fn only_of_what_was_read_it_is_told_what_is_taken_over() {
    let warnings = |fields: Value| {
        let mut given = with(fields);
        given["order_items"][0]["price"] = 3.into();
        NewOrder::of(&given, None).expect("fine").warnings
    };
    let dated = json!({"date_added": "2026-03-02T14:05:31Z", "folder_id": 5});
    assert_eq!(warnings(dated), Vec::<String>::new());
    let read = warnings(json!({"date_updated": "2026-03-02 14:09:02"}));
    assert_eq!(read.len(), 1, "{read:?}");
    assert!(read[0].contains("left out of the new order: date_updated"), "{read:?}");
}
