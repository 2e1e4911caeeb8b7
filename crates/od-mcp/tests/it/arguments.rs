//! Bad arguments of every tool: one clear answer, nothing sent upstream.

use serde_json::{Value, json};

use crate::support::House;

/// The failure that `arguments` get, after checking that nothing was sent.
async fn refused(house: &House, tool: &str, arguments: Value) -> Value {
    let reply = house.call(tool, arguments.clone()).await;
    let error = reply["error"].clone();
    assert_eq!(error["code"], "VALIDATION_ERROR", "{tool} {arguments}: {reply}");
    assert!(house.sim.requests().is_empty(), "{tool} {arguments} went upstream");
    assert!(error["hint"].is_string() && error["timestamp"].is_string(), "{error}");
    let example = house.tools.catalog().find(tool).expect("a tool").spec.example.clone();
    let told = error.get("example").cloned().unwrap_or_else(|| json!({}));
    // A fault in the operations is answered with one of them.
    let of_op = arguments.get("ops").is_some() && told["ops"][0]["op"].is_string();
    assert!(
        of_op || told == example,
        "an example that shows something is told, and no other: {error}"
    );
    assert_ne!(error["example"], json!({}));
    assert_eq!(error["retryable"], false);
    error
}

#[tokio::test]
async fn every_tool_refuses_unknown_missing_and_mistyped_arguments() {
    let house = House::open().await;
    for entry in house.tools.catalog().entries() {
        let tool = entry.spec.name;
        let mut unknown = entry.spec.example.clone();
        unknown["surprise\u{7}"] = json!("<script>alert(1)</script>");
        let error = refused(&house, tool, unknown).await;
        assert!(!error.to_string().contains("script"), "{error}");
        assert!(
            error["details"]["problems"].to_string().contains("/surprise\""),
            "{error}"
        );

        for name in entry.spec.input["required"].as_array().expect("a list") {
            let name = name.as_str().expect("a name");
            let mut missing = entry.spec.example.clone();
            missing.as_object_mut().expect("an object").shift_remove(name);
            assert_eq!(
                refused(&house, tool, missing).await["details"]["missing"],
                json!([name]),
                "{tool}"
            );
        }

        for (name, schema) in entry.spec.input["properties"].as_object().expect("an object") {
            let mut wrong = entry.spec.example.clone();
            wrong[name] = if schema["type"] == "object" {
                json!("x")
            } else {
                json!({"x": 1})
            };
            let error = refused(&house, tool, wrong).await;
            assert!(
                error["details"]["problems"]
                    .to_string()
                    .contains(&format!("\"/{name}\"")),
                "{tool}: {error}"
            );
            if let Some(longest) = schema["maxLength"].as_u64() {
                let mut long = entry.spec.example.clone();
                long[name] = json!("1".repeat(usize::try_from(longest).expect("small") + 1));
                assert!(
                    !refused(&house, tool, long)
                        .await
                        .to_string()
                        .contains("1111111111111111111111"),
                    "{tool} {name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn several_problems_are_one_answer() {
    let house = House::open().await;
    let arguments =
        json!({"order_id": "../store", "mutation": {"shiping": {}, "order_total": 5, "email": {"a": 1}}, "dry": 1});
    let error = refused(&house, "orders_mutate_full", arguments).await;
    let problems = error["details"]["problems"].as_array().expect("problems");
    let at = |path: &str| {
        problems
            .iter()
            .find(|p| p["path"] == path)
            .unwrap_or_else(|| panic!("no {path} in {error}"))
    };
    assert_eq!(at("/mutation/shiping")["suggestion"], "shipping");
    assert!(
        at("/order_id").is_object() && at("/mutation/order_total").is_object() && at("/mutation/email").is_object()
    );
    assert_eq!(at("/dry")["suggestion"], "dry_run");
}

#[tokio::test]
async fn dates_and_folders_are_judged_before_anything_is_sent() {
    let house = House::open().await;
    refused(&house, "orders_list", json!({"search_start_date": "yesterday"})).await;
    refused(&house, "orders_list", json!({"folder_id": "1,,2"})).await;
    refused(&house, "orders_move_folder", json!({"order_ids": ["1"]})).await;
    refused(
        &house,
        "orders_move_folder",
        json!({"order_ids": ["1", "1"], "destination_folder_id": 1}),
    )
    .await;
}

#[tokio::test]
async fn numbers_that_readers_round_are_refused_in_every_record() {
    let house = House::open().await;
    let number: Value = serde_json::from_str("9400111899223100012345").expect("a number");
    let line = json!({"id": "1", "variation_list": {"Slot": number}, "metadata": {"deep": [{"slot": number}]}});
    for (tool, arguments, paths) in [
        (
            "orders_mutate_full",
            json!({"order_id": "1", "mutation": {
                "checkout_data": {"USPS": number}, "order_metadata": {"a": {"b": [number]}}, "tax_total": number,
                "order_items": [line],
            }}),
            vec![
                "/mutation/checkout_data/USPS",
                "/mutation/order_metadata/a/b/0",
                "/mutation/tax_total",
                "/mutation/order_items/0/variation_list/Slot",
                "/mutation/order_items/0/metadata/deep/0/slot",
            ],
        ),
        (
            "orders_mutate_full",
            json!({"order_id": "1", "ops": [
                {"op": "set_checkout_data", "values": {"USPS": number}},
                {"op": "set_order_metadata", "values": {"USPS": {"a": number}}},
            ]}),
            vec!["/ops/0/values/USPS", "/ops/1/values/USPS/a"],
        ),
        (
            "products_update",
            json!({"product_id": "1", "product": {"metadata": {"a": number}, "stock": 9_007_199_254_740_993_i64}}),
            vec!["/product/metadata/a", "/product/stock"],
        ),
        (
            "order_items_create",
            json!({"order_id": "1", "item": {"name": "Mug", "price": number}}),
            vec!["/item/price"],
        ),
    ] {
        let error = refused(&house, tool, arguments).await;
        let problems = error["details"]["problems"].as_array().expect("problems");
        let found: Vec<&str> = problems.iter().filter_map(|problem| problem["path"].as_str()).collect();
        assert_eq!(found, paths, "{tool}: {error}");
        assert!(
            problems
                .iter()
                .all(|problem| problem["message"].to_string().contains("write it as text"))
        );
    }
}

#[tokio::test]
async fn the_names_of_other_shops_are_told_what_they_are_here() {
    let house = House::open().await;
    for (tool, arguments, suggestion, word) in [
        ("orders_list", json!({"status": "new"}), None, "filter by its folder"),
        (
            "orders_list",
            json!({"tracking": "1Z"}),
            None,
            "orders_find finds an order by one",
        ),
        ("orders_list", json!({"name": "Quill"}), None, "customer_last_name"),
        (
            "orders_list",
            json!({"total": 5}),
            None,
            "cannot be searched by their total",
        ),
        ("orders_list", json!({"zebra": 5}), None, "it takes store, folder_id"),
        ("products_list", json!({"sku": "MUG"}), Some("code"), ""),
        (
            "shipments_create",
            json!({"order_id": "1", "shipment": {"tracking_number": "1Z"}, "carrier": "UPS"}),
            None,
            "belongs into shipment, as carrier_code",
        ),
        (
            "orders_mutate_full",
            json!({"order_id": "1", "mutation": {"total": 5}}),
            None,
            "order_total is computed",
        ),
        (
            "orders_mutate_full",
            json!({"order_id": "1", "mutation": {"line_items": []}}),
            Some("order_items"),
            "",
        ),
        (
            "orders_update_address",
            json!({"order_id": "1", "address_type": "shipping", "address": {"zip": "1"}}),
            Some("postal_code"),
            "",
        ),
        (
            "products_create",
            json!({"product": {"name": "Mug", "code": "MUG", "qty": 1}}),
            Some("stock"),
            "",
        ),
    ] {
        let error = refused(&house, tool, arguments.clone()).await;
        let problem = &error["details"]["problems"][0];
        assert_eq!(
            problem["suggestion"].as_str(),
            suggestion,
            "{tool} {arguments}: {problem}"
        );
        assert!(
            problem["message"].as_str().is_some_and(|told| told.contains(word)),
            "{tool}: {problem}"
        );
    }
}

/// Of two members with one name a value keeps one, and nothing shows that there was another.
#[tokio::test]
async fn a_member_that_is_given_twice_is_refused() {
    let house = House::open().await;
    let call = |arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{{"name":"orders_mutate_full","arguments":{arguments}}}}}"#
        )
    };
    for arguments in [
        r#"{"order_id":"1","mutation":{"shipping":{"city":"A"},"shipping":{"address1":"B"}}}"#,
        r#"{"order_id":"1","store":"1","mutation":{"email":"a@example.com"},"store":"2"}"#,
    ] {
        let reply = house.post("/mcp", &[], &call(arguments)).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.body["id"]),
            (400, &json!(5)),
            "{}",
            reply.body
        );
        assert!(
            reply.body["error"]["message"].to_string().contains("twice"),
            "{}",
            reply.body
        );
    }
    // In JSON that is given as text, too, where the place can be named.
    let reply = house
        .post(
            "/mcp",
            &[],
            &call(r#"{"order_id":"1","mutation":"{\"email\":\"a@example.com\",\"email\":\"b@example.com\"}"}"#),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let told = reply.body["result"]["content"][0]["text"].as_str().unwrap_or_default();
    assert!(told.contains("twice"), "{told}");
    let message = told.lines().find(|line| line.contains("twice")).unwrap_or_default();
    assert_eq!(message.matches("Nothing was done.").count(), 1, "{message}");
    assert!(house.sim.requests().is_empty());
}

#[tokio::test]
async fn a_fraction_with_more_digits_than_are_kept_is_refused_as_it_came() {
    let house = House::open().await;
    let call = |number: &str| {
        let change = format!(r#"{{"order_id":"1","mutation":{{"checkout_data":{{"Scale":{number}}}}}}}"#);
        format!(
            r#"{{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{{"name":"orders_mutate_full","arguments":{change}}}}}"#
        )
    };
    let reply = house.post("/mcp", &[], &call("0.12345678901234567890123")).await;
    assert_eq!(reply.status, 400);
    assert_eq!(
        (&reply.body["id"], &reply.body["error"]["code"]),
        (&json!(5), &json!(-32602))
    );
    assert!(
        reply.body["error"]["message"].to_string().contains("write it as text"),
        "{}",
        reply.body
    );
    assert!(house.sim.requests().is_empty());
    let reply = house.post("/mcp", &[], &call("0.125")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}
