use serde_json::{Value, json};

use super::{Shaped, shape};
use crate::arguments::check;
use crate::catalog::{Catalog, ToolNames};

fn shaped(tool: &str, arguments: &Value) -> Shaped {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let spec = &catalog.find(tool).expect("a tool").spec;
    shape(spec, arguments.as_object().expect("arguments").clone())
}

/// `given` is another spelling of `expected`, and nothing has to be said of it.
#[track_caller]
fn same(tool: &str, given: &Value, expected: &Value) {
    let shaped = shaped(tool, given);
    assert_eq!(Value::Object(shaped.arguments), *expected, "{tool} {given}");
    assert_eq!(shaped.warnings, Vec::<String>::new(), "{tool} {given}");
}

/// `given` is left as it is.
#[track_caller]
fn untouched(tool: &str, given: &Value) {
    same(tool, given, given);
}

#[track_caller]
fn refused(tool: &str, given: &Value, expected: &[&str]) {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let entry = catalog.find(tool).expect("a tool");
    let arguments = given.as_object().expect("arguments").clone();
    let problems = check(entry, shape(&entry.spec, arguments)).expect_err("refused");
    let told: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.path, p.message)).collect();
    assert_eq!(told, expected, "{tool} {given}");
}

#[test]
fn a_store_may_be_named_as_other_tools_take_it() {
    let meant = json!({"identifier": "Mug Shop"});
    for tool in ["stores_use_store", "stores_resolve"] {
        same(tool, &json!({"store": "Mug Shop"}), &meant);
        untouched(tool, &json!({"identifier": "Mug Shop", "store": "Outlet"}));
    }
    untouched("stores_test", &json!({"store": "Mug Shop"}));
}

#[test]
fn a_whole_number_is_an_integer_however_it_is_spelled() {
    for given in [
        json!(5.0),
        json!(5e0),
        json!("5"),
        json!("05"),
        json!("5.0"),
        json!("0.5e1"),
    ] {
        same("orders_list", &json!({"limit": given}), &json!({"limit": 5}));
    }
    same("orders_list", &json!({"offset": 1e1}), &json!({"offset": 10}));
    same("orders_list", &json!({"offset": "1e1"}), &json!({"offset": 10}));
    same("orders_list", &json!({"offset": -0.0}), &json!({"offset": 0}));
    same(
        "products_update",
        &json!({"product_id": "1", "product": {"stock": 3.0}, "expected_stock": "-4"}),
        &json!({"product_id": "1", "product": {"stock": 3}, "expected_stock": -4}),
    );
    same(
        "products_batch_update",
        &json!({"products": [{"id": 7.0, "expected_stock": 4.0}, {"id": "8", "expected_stock": "5"}]}),
        &json!({"products": [{"id": 7, "expected_stock": 4}, {"id": "8", "expected_stock": 5}]}),
    );
    for given in [
        json!("5.5"),
        json!("5.000000000000000000001"),
        json!("1e300"),
        json!(" 5.0"),
        json!("+5"),
        json!(" 5"),
        json!("-"),
        json!(true),
    ] {
        let found = shaped("orders_list", &json!({"limit": given})).arguments;
        assert_eq!(found["limit"], given);
    }
}

#[test]
fn what_is_no_integer_or_exceeds_its_maximum_is_refused() {
    let list = |name: &str, value: Value, message: &str| {
        let mut given = json!({});
        given[name] = value;
        refused("orders_list", &given, &[&format!("/{name}: {message}")]);
    };
    list("limit", json!(2.5), "must be an integer, not a number");
    list("limit", json!(501.0), "must be at most 500");
    list("limit", json!(1e300), "must be at most 500");
    list("offset", json!(-1.0), "must be at least 0");
    for much in [json!(1e9), json!(1e300), json!(u64::MAX), json!("100000001")] {
        list("offset", much, "must be at most 100000000");
    }
    for (much, message) in [
        (json!(1e300), "must be at most 1000000000"),
        (json!(-1e300), "must be at least -1000000000"),
    ] {
        let given = json!({"product_id": "1", "product": {"stock": 1}, "expected_stock": much});
        refused("products_update", &given, &[&format!("/expected_stock: {message}")]);
    }
}

#[test]
fn ids_are_text_and_may_come_as_whole_numbers() {
    same(
        "orders_get",
        &json!({"order_id": 80_012_345.0}),
        &json!({"order_id": "80012345"}),
    );
    same(
        "orders_move_folder",
        &json!({"order_ids": [1, 2.0, "3"], "destination_folder_id": 7.0}),
        &json!({"order_ids": ["1", "2", "3"], "destination_folder_id": "7"}),
    );
    untouched("orders_get", &json!({"order_id": 1.5}));
    untouched("orders_get", &json!({"order_id": -1}));
    untouched("orders_list", &json!({"email": 5}));
}

#[test]
fn words_for_booleans_are_booleans() {
    for (given, expected) in [("true", true), ("false", false), ("True", true), ("FALSE", false)] {
        same(
            "orders_list",
            &json!({"fresh": given, "get_order_history": given}),
            &json!({"fresh": expected, "get_order_history": expected}),
        );
    }
    for given in [json!("yes"), json!("1"), json!(1), json!(" true")] {
        untouched("orders_get", &json!({"order_id": "1", "fresh": given}));
    }
}

#[test]
fn nothing_but_true_says_that_a_person_agreed() {
    let delete = |confirm: Value| json!({"order_id": "1", "confirm": confirm});
    same("orders_delete", &delete(json!("true")), &delete(json!(true)));
    for given in ["True", "TRUE", "false", "yes", " true", "1"] {
        untouched("orders_delete", &delete(json!(given)));
        refused(
            "orders_delete",
            &delete(json!(given)),
            &["/confirm: must be a boolean, not a string"],
        );
    }
}

#[test]
fn text_of_json_is_taken_where_only_an_object_or_list_fits() {
    let order = json!({"order_items": [{"name": "Mug"}]});
    same(
        "orders_create",
        &json!({"order": order.to_string()}),
        &json!({"order": order}),
    );
    same(
        "orders_update_address",
        &json!({"order_id": "1", "address_type": "shipping", "address": " {\"city\": \"Leeds\"} "}),
        &json!({"order_id": "1", "address_type": "shipping", "address": {"city": "Leeds"}}),
    );
    same(
        "orders_list",
        &json!({"fields": "[\"id\"]"}),
        &json!({"fields": ["id"]}),
    );
    same(
        "orders_move_folder",
        &json!({"order_ids": "[1, \"2\"]", "destination_folder_name": "New"}),
        &json!({"order_ids": ["1", "2"], "destination_folder_name": "New"}),
    );
}

#[test]
fn text_of_json_is_taken_at_any_depth() {
    same(
        "orders_mutate_full",
        &json!({"order_id": "1", "mutation": {
            "shipping": "{\"city\": \"Leeds\"}",
            "order_items": ["{\"name\": \"Mug\", \"quantity\": 2.0, \"metadata\": \"{\\\"a\\\": {}}\"}"],
            "order_notes": "[{\"content\": \"[1]\"}]",
            "checkout_data": "{}",
        }}),
        &json!({"order_id": "1", "mutation": {
            "shipping": {"city": "Leeds"},
            "order_items": [{"name": "Mug", "quantity": 2, "metadata": {"a": {}}}],
            "order_notes": [{"content": "[1]"}],
            "checkout_data": {},
        }}),
    );
    same(
        "orders_mutate_full",
        &json!({"order_id": "1", "ops": "[\"{\\\"op\\\": \\\"ADD_items\\\", \\\"items\\\": \\\"[{\\\\\\\"name\\\\\\\": \\\\\\\"Mug\\\\\\\"}]\\\"}\"]"}),
        &json!({"order_id": "1", "ops": [{"op": "add_items", "items": [{"name": "Mug"}]}]}),
    );
    same(
        "shipments_batch_create",
        &json!({"shipments": ["{\"order_id\": 5.0, \"order_items\": [\"{\\\"id\\\": \\\"3\\\"}\"]}"]}),
        &json!({"shipments": [{"order_id": 5, "order_items": [{"id": "3"}]}]}),
    );
}

#[test]
fn a_place_that_takes_text_is_never_touched() {
    for text in ["{\"a\": 1}", "[1]", "5", "true", "null", "", "  ", "5.0"] {
        untouched("orders_add_note", &json!({"order_id": "1", "content": text}));
        untouched(
            "orders_mutate_full",
            &json!({"order_id": "1", "mutation": {
                "email": text, "source_id": text, "payment_status": text, "shipping_total": text, "unknown": text,
                "shipping": {"city": text},
                "checkout_data": {"a": text}, "order_metadata": {"a": text, "b": [text]},
                "order_items": [{"code": text, "quantity": text, "price": text, "variation_list": {"a": text}}],
                "order_shipments": text,
            }}),
        );
        untouched(
            "orders_mutate_full",
            &json!({"order_id": "1", "ops": [{"op": "add_note", "content": text, "username": text, "unknown": text}]}),
        );
        untouched(
            "products_update",
            &json!({"product_id": "1", "product": {"code": text, "price": text, "stock": text}}),
        );
    }
}

#[test]
fn text_that_is_no_json_is_told_as_such() {
    let mutate = |mutation: Value| json!({"order_id": "1", "mutation": mutation});
    refused(
        "orders_mutate_full",
        &mutate(json!("{city: Leeds}")),
        &["/mutation: is text that is not JSON: it must be an object"],
    );
    refused(
        "orders_mutate_full",
        &mutate(json!({"order_items": [{"id": "1"}, "{\"id\": "]})),
        &["/mutation/order_items/1: is text that is not JSON: it must be an object"],
    );
    refused(
        "orders_list",
        &json!({"fields": "id,email"}),
        &["/fields: is text that is not JSON: it must be a list of texts"],
    );
    refused(
        "products_batch_update",
        &json!({"products": "id=1"}),
        &["/products: is text that is not JSON: it must be a list of objects"],
    );
    // JSON, and not what fits.
    refused(
        "orders_mutate_full",
        &mutate(json!("[1]")),
        &["/mutation: must be an object, not a string"],
    );
    refused(
        "orders_list",
        &json!({"fields": "5"}),
        &["/fields: must be an array, not a string"],
    );
}

#[test]
fn null_for_an_argument_is_as_if_it_was_left_out() {
    same(
        "orders_list",
        &json!({"email": null, "fields": null, "limit": null, "store": null}),
        &json!({}),
    );
    same(
        "orders_mutate_full",
        &json!({"order_id": "1", "mutation": null, "ops": [
            {"op": "move_folder", "destination_folder_name": null, "destination_folder_id": "5", "fields": null},
        ]}),
        &json!({"order_id": "1", "ops": [{"op": "move_folder", "destination_folder_id": "5"}]}),
    );
    same(
        "products_batch_update",
        &json!({"products": [{"id": "1", "stock": 1, "expected_stock": null}]}),
        &json!({"products": [{"id": "1", "stock": 1}]}),
    );
    refused("orders_get", &json!({"order_id": null}), &["/order_id: is required"]);
    refused(
        "stores_list",
        &json!({"limit": null}),
        &["/limit: is not an argument of this tool, which takes none"],
    );
}

#[test]
fn null_in_records_keeps_its_meaning() {
    untouched(
        "orders_mutate_full",
        &json!({"order_id": "1", "mutation": {
            "email": null, "shipping": null, "checkout_data": {"gift": null}, "order_items": [{"id": "1", "metadata": null}],
        }}),
    );
    untouched(
        "orders_mutate_full",
        &json!({"order_id": "1", "ops": [{"op": "set_fields", "fields": {"email": null}}]}),
    );
    untouched(
        "products_batch_update",
        &json!({"products": [{"id": "1", "stock": null}]}),
    );
    untouched("orders_list", &json!({"fields": ["id", null]}));
}

#[test]
fn what_a_traced_client_adds_to_every_call_is_dropped_without_a_word() {
    let meta = json!({"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"});
    let found = shaped("orders_get", &json!({"order_id": "1", "_meta": meta}));
    assert_eq!(Value::from(found.arguments), json!({"order_id": "1"}));
    assert_eq!(found.warnings, [] as [&str; 0]);
    untouched(
        "orders_mutate_full",
        &json!({"order_id": "1", "mutation": {"_meta": meta}}),
    );
}

#[test]
fn what_n8n_adds_is_dropped_and_told() {
    let added = json!({"toolCallId": "call_1", "sessionId": "s", "action": "sendMessage", "chatInput": "", "tool": {}});
    let found = shaped("stores_list", &added);
    assert!(found.arguments.is_empty());
    assert_eq!(found.warnings.len(), 5);
    assert!(found.warnings[0].contains("toolCallId"), "{:?}", found.warnings);
    // Exactly these, and only there.
    for other in [
        json!({"toolcallid": "1"}),
        json!({"id": "1"}),
        json!({"tool_call_id": "1"}),
    ] {
        untouched("stores_list", &other);
    }
    untouched(
        "orders_mutate_full",
        &json!({"order_id": "1", "mutation": {"tool": "1", "action": null}}),
    );
}

#[test]
fn empty_filters_of_reads_are_dropped_and_told() {
    let given = json!({"email": "", "folder_id": " ", "search_start_date": "", "order": "", "limit": 5});
    let found = shaped("orders_list", &given);
    assert_eq!(Value::Object(found.arguments), json!({"limit": 5}));
    assert_eq!(found.warnings.len(), 4);
    assert_eq!(
        shaped("products_list", &json!({"code": ""})).warnings,
        ["code was left out: it is empty."]
    );
    let empty = json!({"limit": "", "offset": " ", "fresh": "", "get_order_history": "", "fields": "", "view": ""});
    let found = shaped("orders_list", &empty);
    assert!(found.arguments.is_empty() && found.problems.is_empty(), "{found:?}");
    assert_eq!(found.warnings.len(), 6, "{:?}", found.warnings);
    for fields in [json!([]), json!("[]")] {
        let found = shaped("orders_get", &json!({"order_id": "1", "fields": fields}));
        assert_eq!(Value::Object(found.arguments), json!({"order_id": "1"}));
        assert_eq!(found.warnings, ["fields was left out: it is empty."]);
    }
    // Another store is not a wider search, and what is written is meant.
    untouched("orders_list", &json!({"store": ""}));
    untouched("orders_get", &json!({"order_id": ""}));
    untouched("orders_create", &json!({"order": {}, "client_request_id": ""}));
    untouched("stores_update", &json!({"store": "1", "label": ""}));
    untouched("orders_delete", &json!({"order_id": "1", "dry_run": ""}));
}

#[test]
fn words_of_a_list_may_come_in_any_case() {
    same(
        "orders_list",
        &json!({"order": "desc", "view": "Full"}),
        &json!({"order": "DESC", "view": "full"}),
    );
    untouched("orders_list", &json!({"order": "descending"}));
}

#[test]
fn what_stands_in_texts_counts_like_the_rest() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let mutate = |mutation: String| json!({"order_id": "1", "mutation": mutation});
    refused("orders_mutate_full", &mutate(deep), &[": nested deeper than 32 levels"]);
    let many = format!("{{\"checkout_data\": [{}1]}}", "1,".repeat(50_000));
    refused("orders_mutate_full", &mutate(many), &[": more than 50000 values"]);
    let lines = format!("[{}{{}}]", "{},".repeat(2_500));
    refused(
        "orders_mutate_full",
        &mutate(json!({"order_items": lines}).to_string()),
        &[": lists of more than 2000 entries together: split the call"],
    );
    let some = format!("[{}{{}}]", "{},".repeat(20_000));
    let given = json!({"order_id": "1", "mutation": {"order_items": some, "order_notes": some, "discount_list": some}});
    refused("orders_mutate_full", &given, &[": more than 50000 values"]);
}

#[test]
fn what_a_read_compares_with_may_be_a_number() {
    same(
        "orders_report",
        &json!({"report": "sales_by_day", "from": "today", "where": {
            "folder_id": 71001, "customer_id": 5.0, "source_id": 1001, "source_name": null,
        }}),
        &json!({"report": "sales_by_day", "from": "today", "where": {
            "folder_id": "71001", "customer_id": "5", "source_id": "1001",
        }}),
    );
    same(
        "orders_find",
        &json!({"query": 80_012_345}),
        &json!({"query": "80012345"}),
    );
    same(
        "products_list",
        &json!({"code": 4_006_381_333_931_u64}),
        &json!({"code": "4006381333931"}),
    );
    same(
        "orders_list",
        &json!({"customer_phone": 15_551_234}),
        &json!({"customer_phone": "15551234"}),
    );
    // Digits that a float has lost, parts of something, and what is written, nobody makes up.
    untouched("orders_find", &json!({"query": 9.4e21}));
    untouched("orders_find", &json!({"query": 12.5}));
    untouched("products_create", &json!({"product": {"code": 7}}));
    untouched("orders_add_note", &json!({"order_id": "1", "content": 7}));
}
