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
    assert_eq!(told, example, "an example that shows something is told, and no other");
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
