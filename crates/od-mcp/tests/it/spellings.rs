//! Arguments as frameworks and strict function calling send them: whatever guards a call sees what is meant.

use serde_json::{Value, json};

use crate::support::{House, modern, rpc};

fn problems(reply: &Value) -> String {
    reply["error"]["details"]["problems"].to_string()
}

#[tokio::test]
async fn no_number_that_a_schema_takes_is_a_mistake_of_the_server() {
    let house = House::open().await;
    for entry in house.tools.catalog().entries() {
        for (name, schema) in entry.spec.input["properties"].as_object().expect("properties") {
            if schema["type"] != "integer" {
                continue;
            }
            let (least, most) = (&schema["minimum"], &schema["maximum"]);
            let (least, most) = (least.as_i64().expect("a minimum"), most.as_i64().expect("a maximum"));
            let numbers = [
                (json!(most), true),
                (json!(least), true),
                (serde_json::from_str(&format!("{most}.0")).expect("a float"), true),
                (json!(1e1), true),
                (json!(most + 1), false),
                (json!(least - 1), false),
                (json!(2.5), false),
                (json!(1e300), false),
                (json!(-1e300), false),
                (json!(u64::MAX), false),
                (json!(18_446_744_073_709_551_616_f64), false),
            ];
            for (number, fits) in numbers {
                let mut arguments = entry.spec.example.clone();
                if name == "target_hours" {
                    arguments["report"] = json!("time_to_ship");
                }
                arguments[name] = number.clone();
                let reply = house.call(entry.spec.name, arguments).await;
                let refused = problems(&reply).contains(&format!("\"/{name}\""));
                assert_eq!(refused, !fits, "{} {name} {number}: {reply}", entry.spec.name);
                assert_ne!(
                    reply["error"]["code"], "INTERNAL_ERROR",
                    "{} {name} {number}",
                    entry.spec.name
                );
            }
        }
    }
}

#[tokio::test]
async fn a_call_is_done_as_it_was_meant_and_told_what_was_left_out() {
    let house = House::open().await;
    let order = house.an_order();
    let given =
        json!({"limit": "2", "offset": 1.0, "order": "asc", "email": "", "store": null, "toolCallId": "call_1"});
    let reply = house.call("orders_list", given).await;
    assert_eq!(
        (&reply["page"]["limit"], &reply["page"]["offset"]),
        (&json!(2), &json!(1)),
        "{reply}"
    );
    assert_eq!(reply["data"]["applied"]["order"], "ASC");
    assert_eq!(reply["warnings"].as_array().map(Vec::len), Some(2), "{reply}");
    assert_eq!(
        house
            .call("orders_list", json!({"folder_name": "nEW", "limit": 1}))
            .await["status"],
        "success"
    );

    let ops = json!([{"op": "set_fields", "fields": "{\"email\": \"ops@example.com\"}"}]).to_string();
    let changed = json!({"order_id": order, "mutation": null, "ops": ops, "confirm": null, "dry_run": "false"});
    let reply = house.call("orders_mutate_full", changed).await;
    assert_eq!(reply["data"]["order"]["email"], "ops@example.com", "{reply}");
    let cleared = json!({"order_id": order, "mutation": {"email": null}});
    let reply = house.call("orders_mutate_full", cleared).await;
    assert_eq!(reply["data"]["order"]["email"], "", "{reply}");

    let unknown = house
        .call("stores_list", json!({"toolCallId": "1", "tool_call_id": "1"}))
        .await;
    assert!(
        problems(&unknown).contains("/tool_call_id") && !problems(&unknown).contains("toolCallId"),
        "{unknown}"
    );
}

#[tokio::test]
async fn a_dry_run_changes_nothing_however_it_is_spelled() {
    let house = House::open().await;
    let order = house.an_order();
    let before = house.sim.orders(&house.sim.stores()[0].store_id);
    for dry_run in [json!("true"), json!("True"), json!(true)] {
        let reply = house
            .call(
                "orders_delete",
                json!({"order_id": order, "dry_run": dry_run, "confirm": "true"}),
            )
            .await;
        assert_eq!(reply["data"]["dry_run"], true, "{dry_run}: {reply}");
        let note = json!({"order_id": order, "content": "x", "dry_run": dry_run});
        assert_eq!(
            house.call("orders_add_note", note).await["data"]["dry_run"],
            true,
            "{dry_run}"
        );
    }
    assert_eq!(house.sim.orders(&house.sim.stores()[0].store_id), before);
}

#[tokio::test]
async fn only_a_plain_yes_is_an_agreement() {
    let house = House::open().await;
    let order = house.an_order();
    for confirm in ["True", "yes", "1", "TRUE", "false"] {
        let reply = house
            .call("orders_delete", json!({"order_id": order, "confirm": confirm}))
            .await;
        assert_eq!(reply["error"]["code"], "VALIDATION_ERROR", "{confirm}: {reply}");
    }
    for confirm in [json!(null), json!(false)] {
        let reply = house
            .call("orders_delete", json!({"order_id": order, "confirm": confirm}))
            .await;
        assert_eq!(reply["error"]["code"], "CONFIRMATION_REQUIRED", "{confirm}: {reply}");
    }
    let reply = house
        .call("orders_delete", json!({"order_id": order, "confirm": "true"}))
        .await;
    assert_eq!(reply["status"], "success", "{reply}");
}

/// A client that can ask is told to, and the answer belongs to the call however it is spelled the second time.
#[tokio::test]
async fn another_spelling_slips_past_no_question_and_is_the_same_call() {
    let house = House::open().await;
    let order = house.an_order();
    let can_ask = |params: Value| rpc("tools/call", modern(params, json!({"elicitation": {}}))).to_string();
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "orders_delete"),
    ];
    let first = json!({"name": "orders_delete", "arguments": {"order_id": order, "confirm": "true", "store": null}});
    let asked = house.post("/mcp/text", &headers, &can_ask(first)).await.body;
    let state = asked["result"]["requestState"]
        .as_str()
        .unwrap_or_else(|| panic!("no question: {asked}"))
        .to_owned();
    let number: u64 = order.parse().expect("digits");
    let again = json!({
        "name": "orders_delete",
        "arguments": {"order_id": number, "confirm": true},
        "requestState": state,
        "inputResponses": {"confirm": {"action": "accept", "content": {"confirm": true}}},
    });
    let done = house.post("/mcp", &headers, &can_ask(again)).await.body;
    assert_eq!(done["result"]["structuredContent"]["data"]["deleted"], true, "{done}");
}

#[tokio::test]
async fn what_is_recorded_is_what_was_meant() {
    let house = House::open().await;
    let order: u64 = house.an_order().parse().expect("digits");
    let given = json!({"order_id": order, "fields": "[\"id\"]", "fresh": "true", "store": null, "sessionId": "s-1"});
    assert_eq!(house.call("orders_get", given).await["status"], "success");
    let entries = house.recorded("orders.get").await;
    let told = entries.last().expect("an entry").to_string();
    assert!(!told.contains("sessionId") && !told.contains("null,\"store"), "{told}");
}
