//! Moves and deletions: a person agrees first, through the protocol or through the argument.

use serde_json::{Value, json};

use crate::support::{House, Reply, modern, rpc};

const MOVED: &str = "Moving 1 order";

fn arguments(house: &House) -> Value {
    json!({"order_ids": [house.an_order()], "destination_folder_name": "Prepared"})
}

/// A call of the newer era from a client that can show forms.
async fn call(house: &House, tool: &str, mut params: Value) -> Value {
    params["name"] = tool.into();
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", tool),
    ];
    let request = rpc("tools/call", modern(params, json!({"elicitation": {}})));
    let Reply { body, .. } = house.post("/mcp", &headers, &request.to_string()).await;
    body
}

fn moves(house: &House) -> usize {
    house
        .sim
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/move-orders"))
        .count()
}

#[tokio::test]
async fn a_client_that_cannot_ask_passes_the_argument() {
    let house = House::open().await;
    let mut arguments = arguments(&house);
    let refused = house.call("orders_move_folder", arguments.clone()).await;
    assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED");
    assert!(
        refused["error"]["message"].as_str().expect("text").starts_with(MOVED),
        "{refused}"
    );
    assert_eq!(moves(&house), 0);
    arguments["confirm"] = true.into();
    let moved = house.call("orders_move_folder", arguments).await;
    assert_eq!(moved["data"]["results"][0]["status"], "success", "{moved}");
    assert_eq!(moves(&house), 1);
}

#[tokio::test]
async fn a_client_that_can_ask_is_asked_to() {
    let house = House::open().await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    let result = &asked["result"];
    assert_eq!(result["resultType"], "input_required", "{asked}");
    let question = &result["inputRequests"]["confirm"];
    assert_eq!(question["method"], "elicitation/create");
    assert!(question["params"]["message"].as_str().expect("text").starts_with(MOVED));
    assert_eq!(moves(&house), 0);

    let answer = |action: &str, arguments: &Value| {
        json!({
            "arguments": arguments,
            "requestState": result["requestState"],
            "inputResponses": {"confirm": {"action": action, "content": {"confirm": true}}},
        })
    };
    let declined = call(&house, "orders_move_folder", answer("decline", &arguments)).await;
    let told = &declined["result"]["structuredContent"]["error"];
    assert_eq!(told["code"], "CONFIRMATION_REQUIRED", "{declined}");
    assert_eq!(told["message"], "The user declined. Nothing was done.");
    assert_eq!(told["hint"], "Do not repeat it unless they ask.");
    assert_eq!(told["retryable"], false);
    let mut others = arguments.clone();
    others["destination_folder_name"] = "Canceled".into();
    let misused = call(&house, "orders_move_folder", answer("accept", &others)).await;
    assert_eq!(
        misused["error"]["code"], -32602,
        "an answer counts for one call only: {misused}"
    );
    assert_eq!(moves(&house), 0);
    let agreed = call(&house, "orders_move_folder", answer("accept", &arguments)).await;
    assert_eq!(agreed["result"]["structuredContent"]["status"], "success", "{agreed}");
    assert_eq!(moves(&house), 1);
    let replayed = call(&house, "orders_move_folder", answer("accept", &arguments)).await;
    assert_eq!(replayed["error"]["code"], -32602, "an answer counts once: {replayed}");
    assert_eq!(moves(&house), 1);
}

#[tokio::test]
async fn deleting_a_store_needs_an_agreement_too() {
    let house = House::open().await;
    let store = house.sim.stores()[0].store_id.clone();
    let refused = house.call("stores_delete", json!({"store_id": store})).await;
    assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED");
    let asked = refused["error"]["message"].as_str().expect("text");
    assert!(asked.starts_with("Deleting store 90001 (\"Mug Shop\")"), "{asked}");
    let unknown = house.call("stores_delete", json!({"store_id": "404"})).await;
    assert_eq!(unknown["error"]["code"], "NOT_FOUND");
    let deleted = house
        .call("stores_delete", json!({"store_id": store, "confirm": true}))
        .await;
    assert_eq!(deleted["data"]["deleted"], true);
    assert_eq!(house.call("stores_list", json!({})).await["data"]["stores"], json!([]));
}

#[tokio::test]
async fn a_dry_run_asks_nobody() {
    let house = House::open().await;
    let mut arguments = arguments(&house);
    arguments["dry_run"] = true.into();
    let shown = house.call("orders_move_folder", arguments).await;
    assert_eq!(shown["data"]["dry_run"], true, "{shown}");
    assert_eq!(moves(&house), 0);
}
