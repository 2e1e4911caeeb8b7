//! A client of the older protocol era that can ask its user: the server asks while the call waits.

use std::time::{Duration, Instant};

use od_mcp::ToolOptions;
use serde_json::{Value, json};

use super::Client;
use crate::support::{House, NO_LIMITS};

fn move_of(house: &House) -> Value {
    json!({"order_ids": [house.an_order()], "destination_folder_name": "Prepared"})
}

fn moves(house: &House) -> usize {
    let requests = house.sim.requests();
    requests
        .iter()
        .filter(|request| request.path.ends_with("/move-orders"))
        .count()
}

#[tokio::test]
async fn a_client_of_the_older_era_that_can_ask_is_asked() {
    let house = House::open().await;
    let mut client = Client::that_can_ask(&house).await;
    let mut arguments = move_of(&house);
    let question = client.asked("orders_move_folder", &arguments).await;
    let params = &question["params"];
    let named = format!("Moving 1 order ({}) to folder ", house.an_order());
    assert!(
        params["message"].as_str().expect("text").starts_with(&named),
        "{question}"
    );
    assert_eq!(params["requestedSchema"]["required"], json!(["confirm"]), "{question}");
    assert_eq!(moves(&house), 0);
    // Nothing is held meanwhile, and the conversation goes on.
    let note = json!({"order_id": house.an_order(), "content": "asked about"});
    assert_eq!(client.call("orders_add_note", note).await["status"], "success");
    let agreed = client
        .answer(&question, json!({"action": "accept", "content": {"confirm": true}}))
        .await;
    assert_eq!(agreed["data"]["results"][0]["status"], "success", "{agreed}");
    assert_eq!(moves(&house), 1);

    arguments["destination_folder_name"] = "Canceled".into();
    arguments["confirm"] = true.into();
    let question = client.asked("orders_move_folder", &arguments).await;
    let asked = question["params"]["message"].as_str().expect("text");
    assert!(asked.contains("To refuse, decline: closing this leaves"), "{asked}");
    let declined = client.answer(&question, json!({"action": "decline"})).await;
    assert!(declined["error"]["details"]["declined_until"].is_string(), "{declined}");
    for folder in ["Canceled", "Prepared"] {
        arguments["destination_folder_name"] = folder.into();
        let again = client.call("orders_move_folder", arguments.clone()).await;
        assert_eq!(again["error"]["message"], declined["error"]["message"], "{again}");
    }
    assert_eq!(moves(&house), 1);
    client.hang_up().await;
}

#[tokio::test]
async fn where_the_client_does_not_get_an_answer_the_argument_counts() {
    let options = ToolOptions {
        question_patience: Duration::from_millis(300),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let mut client = Client::that_can_ask(&house).await;
    let mut arguments = move_of(&house);
    let question = client.asked("orders_move_folder", &arguments).await;
    let closed = client.answer(&question, json!({"action": "cancel"})).await;
    assert_eq!(closed["error"]["code"], "CONFIRMATION_REQUIRED", "{closed}");
    assert!(closed["error"]["details"].is_null(), "{closed}");
    arguments["confirm"] = true.into();
    let question = client.asked("orders_move_folder", &arguments).await;
    let closed = client.answer(&question, json!({"action": "cancel"})).await;
    assert_eq!((&closed["status"], moves(&house)), (&json!("success"), 1), "{closed}");

    let question = client.asked("orders_move_folder", &arguments).await;
    let error = json!({"code": -32601, "message": "Method not found"});
    client
        .send(json!({"jsonrpc": "2.0", "id": question["id"], "error": error}))
        .await;
    let moved = client.receive().await;
    assert_eq!(moved["result"]["structuredContent"]["status"], "success", "{moved}");

    let question = client.asked("orders_move_folder", &arguments).await;
    let taken_back = client.receive().await;
    assert_eq!(taken_back["method"], "notifications/cancelled", "{taken_back}");
    assert_eq!(taken_back["params"]["requestId"], question["id"], "{taken_back}");
    let moved = client.receive().await;
    assert_eq!(moved["result"]["structuredContent"]["status"], "success", "{moved}");
    assert_eq!(moves(&house), 3);
    client.hang_up().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_a_yes() {
    let house = House::open().await;
    let mut client = Client::that_can_ask(&house).await;
    let mut arguments = move_of(&house);
    arguments["confirm"] = true.into();
    // A text cut through an emoji, a word that is none of the three, another kind of answer, and a client's own failure.
    for outcome in [
        r#""result":{"action":"decline","content":{"reason":"no \ud83d"}}"#,
        r#""result":{"action":"declined"}"#,
        r#""result":{"roots":[]}"#,
        r#""error":{"code":-32603,"message":"the user closed the window"}"#,
        r#""error":{"code":-1,"message":"User rejected the request"}"#,
    ] {
        let question = client.asked("orders_move_folder", &arguments).await;
        let answer = format!(r#"{{"jsonrpc":"2.0","id":{},{outcome}}}"#, question["id"]);
        client.send_line(&answer).await;
        let refused = client.receive().await;
        let error = &refused["result"]["structuredContent"]["error"];
        assert_eq!(error["code"], "CONFIRMATION_REQUIRED", "{outcome}: {refused}");
        assert_eq!(moves(&house), 0, "{outcome}");
    }
    client.hang_up().await;
}

#[tokio::test]
async fn an_answer_of_which_nobody_knows_to_what_is_not_taken_for_none() {
    let options = ToolOptions {
        question_patience: Duration::from_millis(300),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let mut client = Client::that_can_ask(&house).await;
    let mut arguments = move_of(&house);
    arguments["confirm"] = true.into();
    let question = client.asked("orders_move_folder", &arguments).await;
    // Broken before its id.
    let answer = format!(
        r#"{{"jsonrpc":"2.0","result":{{"action":"decline"]}},"id":{}}}"#,
        question["id"]
    );
    client.send_line(&answer).await;
    assert_eq!(client.receive().await["method"], "notifications/cancelled");
    let refused = client.receive().await;
    let error = &refused["result"]["structuredContent"]["error"];
    assert_eq!(error["code"], "CONFIRMATION_REQUIRED", "{refused}");
    assert_eq!(moves(&house), 0);
    client.hang_up().await;
}

#[tokio::test]
async fn the_time_of_the_call_does_not_pass_while_a_person_thinks() {
    let options = ToolOptions {
        request_timeout: Duration::from_secs(1),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let mut client = Client::that_can_ask(&house).await;
    let question = client.asked("orders_move_folder", &move_of(&house)).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let agreed = client
        .answer(&question, json!({"action": "accept", "content": {"confirm": true}}))
        .await;
    assert_eq!((&agreed["status"], moves(&house)), (&json!("success"), 1), "{agreed}");
    client.hang_up().await;
}

#[tokio::test]
async fn nothing_follows_from_a_call_that_ended_before_its_answer() {
    let house = House::open().await;
    let mut arguments = move_of(&house);
    arguments["confirm"] = true.into();
    let mut client = Client::that_can_ask(&house).await;
    let question = client.asked("orders_move_folder", &arguments).await;
    let call = json!({"requestId": client.id, "reason": "the user closed the window"});
    client
        .send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": call}))
        .await;
    let taken_back = client.receive().await;
    assert_eq!(taken_back["params"]["requestId"], question["id"], "{taken_back}");

    client.asked("orders_move_folder", &arguments).await;
    let began = Instant::now();
    client.hang_up().await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(moves(&house), 0);
}
