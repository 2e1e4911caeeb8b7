//! Moves and deletions: a person agrees first, through the protocol or through the argument.

use std::time::Duration;

use od_engine::LimitOptions;
use od_engine::tenants::NewTenant;
use od_mcp::ToolOptions;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{House, NO_LIMITS, Reply, modern, rpc};

mod deeds;

const MOVED: &str = "Moving 1 order";

fn arguments(house: &House) -> Value {
    json!({"order_ids": [house.an_order()], "destination_folder_name": "Prepared"})
}

/// A call of the newer era from a client that can show forms.
async fn call(house: &House, tool: &str, params: Value) -> Value {
    call_with(house, "/mcp", &house.key, tool, params).await
}

async fn call_at(house: &House, path: &str, tool: &str, params: Value) -> Value {
    call_with(house, path, &house.key, tool, params).await
}

async fn call_as(house: &House, key: &SecretString, tool: &str, params: Value) -> Value {
    call_with(house, "/mcp", key, tool, params).await
}

async fn call_with(house: &House, path: &str, key: &SecretString, tool: &str, mut params: Value) -> Value {
    params["name"] = tool.into();
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", tool),
    ];
    let request = rpc("tools/call", modern(params, json!({"elicitation": {}})));
    let Reply { body, .. } = house.post_as(Some(key), path, &headers, &request.to_string()).await;
    body
}

/// What a person is asked.
fn message(asked: &Value) -> &str {
    let message = &asked["result"]["inputRequests"]["confirm"]["params"]["message"];
    message.as_str().unwrap_or_else(|| panic!("nobody is asked: {asked}"))
}

/// The call again, with what the person said.
fn answer(asked: &Value, action: &str, arguments: &Value) -> Value {
    json!({
        "arguments": arguments,
        "requestState": asked["result"]["requestState"],
        "inputResponses": {"confirm": {"action": action, "content": {"confirm": true}}},
    })
}

fn moves(house: &House) -> usize {
    house
        .sim
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/move-orders"))
        .count()
}

fn with_word(arguments: &Value) -> Value {
    let mut arguments = arguments.clone();
    arguments["confirm"] = true.into();
    arguments
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

/// Whose word was taken, of each call that is on record as having ended well.
async fn agreed(house: &House, tool: &str) -> Vec<Value> {
    let entries = house.recorded(tool).await;
    let done = entries.iter().filter(|entry| entry["status"] == "success");
    done.map(|entry| entry["agreed_by"].clone()).collect()
}

#[tokio::test]
async fn the_audit_log_tells_whose_word_was_taken() {
    let house = House::open().await;
    let arguments = arguments(&house);
    house.call("orders_move_folder", with_word(&arguments)).await;
    assert_eq!(agreed(&house, "orders.move_folder").await, ["argument"]);

    let back = json!({"order_ids": [house.an_order()], "destination_folder_name": "Canceled"});
    let asked = call(&house, "orders_move_folder", json!({"arguments": back})).await;
    call(&house, "orders_move_folder", answer(&asked, "accept", &back)).await;
    assert_eq!(agreed(&house, "orders.move_folder").await, ["argument", "person"]);

    let again = with_word(&arguments);
    let asked = call(&house, "orders_move_folder", json!({"arguments": again})).await;
    let closed = call(&house, "orders_move_folder", answer(&asked, "cancel", &again)).await;
    assert_eq!(closed["result"]["structuredContent"]["status"], "success", "{closed}");
    assert_eq!(
        agreed(&house, "orders.move_folder").await,
        ["argument", "person", "argument_unanswered"]
    );

    house.call("orders_get", json!({"order_id": house.an_order()})).await;
    assert_eq!(agreed(&house, "orders.get").await, [Value::Null]);
    let verified = house.engine.audit_log().verify(&mut |_| {}).await.unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}

#[tokio::test]
async fn a_client_that_can_ask_is_asked_to() {
    let house = House::open().await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    let question = &asked["result"]["inputRequests"]["confirm"];
    assert_eq!(question["method"], "elicitation/create", "{asked}");
    let named = format!("{MOVED} ({}) to folder ", house.an_order());
    assert!(message(&asked).starts_with(&named), "{asked}");
    assert!(message(&asked).ends_with(" Go ahead?"), "{asked}");
    assert_eq!(moves(&house), 0);
    let word = json!({"arguments": with_word(&arguments)});
    let claimed = call(&house, "orders_move_folder", word).await;
    assert!(
        message(&claimed).contains("To refuse, decline: closing this leaves"),
        "{claimed}"
    );

    let mut others = arguments.clone();
    others["destination_folder_name"] = "Canceled".into();
    let misused = call(&house, "orders_move_folder", answer(&asked, "accept", &others)).await;
    assert_eq!(
        misused["error"]["code"], -32602,
        "an answer counts for one call only: {misused}"
    );
    assert_eq!(moves(&house), 0);
    let agreed = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
    assert_eq!(agreed["result"]["structuredContent"]["status"], "success", "{agreed}");
    assert_eq!(moves(&house), 1);
    let replayed = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
    assert_eq!(replayed["error"]["code"], -32602, "an answer counts once: {replayed}");
    assert_eq!(moves(&house), 1);
}

#[tokio::test]
async fn a_connection_that_may_not_do_it_cannot_use_its_question_up() {
    let house = House::open().await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    for (path, action) in [
        ("/mcp/readonly", "decline"),
        ("/mcp/x/products", "accept"),
        ("/mcp/readonly", "accept"),
    ] {
        let refused = call_at(&house, path, "orders_move_folder", answer(&asked, action, &arguments)).await;
        let told = &refused["result"]["structuredContent"]["error"];
        assert_eq!(told["code"], "PERMISSION_DENIED", "{path} {action}: {refused}");
    }
    assert_eq!(moves(&house), 0);
    let agreed = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
    assert_eq!(agreed["result"]["structuredContent"]["status"], "success", "{agreed}");
    assert_eq!(moves(&house), 1);
}

#[tokio::test]
async fn a_yes_counts_for_no_other_tenant() {
    let house = House::open().await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    let stranger = house
        .engine
        .tenants()
        .create(NewTenant::default())
        .await
        .expect("a tenant")
        .master_key;
    let misused = call_as(
        &house,
        &stranger,
        "orders_move_folder",
        answer(&asked, "accept", &arguments),
    )
    .await;
    assert_eq!(misused["error"]["code"], -32602, "{misused}");
    assert_eq!(moves(&house), 0);
    let agreed = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
    assert_eq!(agreed["result"]["structuredContent"]["status"], "success", "{agreed}");
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    let house = House::open().await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    let again = || call(&house, "orders_move_folder", answer(&asked, "accept", &arguments));
    let (one, other) = tokio::join!(again(), again());
    let done = [&one, &other].map(|reply| reply["result"]["structuredContent"]["status"] == "success");
    assert_ne!(done[0], done[1], "{one} {other}");
    let refused = if done[0] { other } else { one };
    assert_eq!(refused["error"]["code"], -32602, "{refused}");
    assert_eq!(moves(&house), 1);
}

#[tokio::test]
async fn a_yes_that_comes_too_late_counts_for_nothing() {
    let options = ToolOptions {
        question_patience: Duration::from_millis(300),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let arguments = with_word(&arguments(&house));
    for said in ["accept", "cancel"] {
        let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let late = call(&house, "orders_move_folder", answer(&asked, said, &arguments)).await;
        assert_eq!(late["error"]["code"], -32602, "{said}: {late}");
        assert_eq!(moves(&house), 0);
    }
    assert_eq!(ToolOptions::default().question_patience, Duration::from_mins(5));
}

#[tokio::test]
async fn a_no_counts_also_when_the_tenant_has_called_too_often() {
    let limits = LimitOptions {
        per_minute: 1,
        burst: 8,
    };
    let house = House::open_with(ToolOptions::default(), limits).await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    while house.call("stores_list", json!({})).await["status"] == "success" {}
    let declined = call(&house, "orders_move_folder", answer(&asked, "decline", &arguments)).await;
    let told = &declined["result"]["structuredContent"]["error"];
    assert!(told["details"]["declined_until"].is_string(), "{declined}");
    let recorded = house.recorded("orders.move_folder").await;
    assert_eq!(recorded[1]["error_message"], told["message"], "{recorded:?}");
}

#[tokio::test]
async fn a_yes_that_met_the_tenants_limit_counts_once_there_is_room() {
    let limits = LimitOptions {
        per_minute: 60,
        burst: 8,
    };
    let house = House::open_with(ToolOptions::default(), limits).await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    while house.call("stores_list", json!({})).await["status"] == "success" {}
    let moved = loop {
        let agreed = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
        let told = &agreed["result"]["structuredContent"];
        if told["status"] == "success" {
            break told["data"]["results"][0]["status"].clone();
        }
        assert_eq!(told["error"]["code"], "RATE_LIMIT_EXCEEDED", "{agreed}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!((moved, moves(&house)), (json!("success"), 1));
}

/// Lets two stores of the tenant have each other's names.
async fn swap_names(house: &House) {
    for (store, name) in [("90001", "Third"), ("90002", "Mug Shop"), ("90001", "Outlet")] {
        let arguments = json!({"store": store, "store_name": name});
        assert_eq!(house.call("stores_update", arguments).await["status"], "success");
    }
}

#[tokio::test]
async fn an_agreement_counts_only_for_what_the_question_named() {
    let moved = |house: &House| {
        let mut arguments = arguments(house);
        arguments["store"] = "Mug Shop".into();
        arguments
    };
    for tool in ["stores_delete", "orders_move_folder"] {
        let house = House::open().await;
        house.register_second().await;
        let arguments = if tool == "stores_delete" {
            json!({"store_id": "Mug Shop"})
        } else {
            moved(&house)
        };
        let asked = call(&house, tool, json!({"arguments": arguments})).await;
        assert!(
            message(&asked).contains("store 90001 (\"Mug Shop\")"),
            "{tool}: {asked}"
        );
        swap_names(&house).await;
        let again = call(&house, tool, answer(&asked, "accept", &arguments)).await;
        assert!(
            message(&again).contains("store 90002 (\"Mug Shop\")"),
            "{tool}: {again}"
        );
        assert_eq!(moves(&house), 0, "{tool}");
        let stores = house.call("stores_list", json!({})).await["data"]["stores"].clone();
        assert_eq!(stores.as_array().map(Vec::len), Some(2), "{tool}");
    }
}

#[tokio::test]
async fn a_store_that_was_agreed_to_is_deleted_by_its_name() {
    let house = House::open().await;
    house.register_second().await;
    swap_names(&house).await;
    let arguments = json!({"store_id": "Mug Shop"});
    let asked = call(&house, "stores_delete", json!({"arguments": arguments})).await;
    let deleted = call(&house, "stores_delete", answer(&asked, "accept", &arguments)).await;
    let data = &deleted["result"]["structuredContent"]["data"];
    assert_eq!(data["store_id"], "90002", "{deleted}");
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

/// Whoever sends an answer that counts for nothing may send it any number of times.
#[tokio::test]
async fn an_answer_that_counts_for_nothing_is_charged_and_recorded() {
    let house = House::open().await;
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    for expected in [Value::Null, (-32602).into()] {
        let answered = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
        assert_eq!(answered["error"]["code"], expected, "{answered}");
    }
    let entries = house.recorded("orders.move_folder").await;
    assert!(
        entries.iter().any(|entry| entry["error_code"] == "VALIDATION_ERROR"),
        "{entries:?}"
    );

    let limits = LimitOptions {
        per_minute: 1,
        burst: 5,
    };
    let house = House::open_with(ToolOptions::default(), limits).await;
    let forged = json!({"arguments": arguments, "requestState": "forged"});
    let first = call(&house, "orders_move_folder", forged.clone()).await;
    assert_eq!(first["error"]["code"], -32602, "{first}");
    for _ in 0..5 {
        call(&house, "orders_move_folder", forged.clone()).await;
    }
    let refused = call(&house, "orders_move_folder", forged).await;
    let told = &refused["result"]["structuredContent"]["error"];
    assert_eq!(told["code"], "RATE_LIMIT_EXCEEDED", "{refused}");
}
