//! Prompts, completions and resources: what a client offers a person to choose from.

use std::time::Instant;

use od_engine::LimitOptions;
use od_engine::audit::ACTS;
use od_mcp::ToolOptions;
use serde_json::{Value, json};

use crate::support::{House, rpc};

async fn result(house: &House, path: &str, method: &str, params: Value) -> Value {
    house.post(path, &[], &rpc(method, params).to_string()).await.body
}

#[tokio::test]
async fn prompts_are_listed_and_filled_in() {
    let house = House::open().await;
    let listed = result(&house, "/mcp", "prompts/list", json!({})).await;
    assert_eq!(listed["result"]["prompts"][0]["name"], "morning_triage", "{listed}");
    let find = json!({"name": "find_order", "arguments": {"query": "ada@example.com"}});
    let prompt = result(&house, "/mcp", "prompts/get", find).await;
    let text = prompt["result"]["messages"][0]["content"]["text"]
        .as_str()
        .expect("text")
        .to_owned();
    assert!(
        text.contains("\"ada@example.com\"") && text.contains("the active store"),
        "{text}"
    );
    let missing = result(&house, "/mcp", "prompts/get", json!({"name": "find_order"})).await;
    assert_eq!(missing["error"]["code"], -32602);
}

#[tokio::test]
async fn arguments_are_completed_with_names_of_stores_and_folders() {
    let house = House::open().await;
    let complete = async |argument: &str, typed: &str| {
        let reference = json!({"type": "ref/prompt", "name": "morning_triage"});
        let params = json!({"ref": reference, "argument": {"name": argument, "value": typed}});
        result(&house, "/mcp", "completion/complete", params).await["result"]["completion"]["values"].clone()
    };
    assert_eq!(complete("store", "mu").await, json!(["Mug Shop"]));
    assert_eq!(complete("store", "x").await, json!([]));
    assert_eq!(complete("folder", "prep").await, json!(["Prepared"]));
    assert_eq!(complete("moon", "").await, json!([]));
}

#[tokio::test]
async fn the_tool_reference_is_a_resource_and_follows_the_narrowing() {
    let house = House::open().await;
    let listed = result(&house, "/mcp", "resources/list", json!({})).await;
    let uri = listed["result"]["resources"][0]["uri"].clone();
    let read = result(&house, "/mcp/readonly", "resources/read", json!({"uri": uri})).await;
    let page = read["result"]["contents"][0]["text"]
        .as_str()
        .unwrap_or_else(|| panic!("no page: {read}"))
        .to_owned();
    assert!(page.contains("## orders_get") && !page.contains("## orders_add_note"));
    let unknown = result(&house, "/mcp", "resources/read", json!({"uri": "orderdesk://nowhere"})).await;
    assert_eq!(unknown["error"]["code"], -32002, "{unknown}");
    let templates = result(&house, "/mcp", "resources/templates/list", json!({})).await;
    assert_eq!(
        templates["result"]["resourceTemplates"].as_array().map(Vec::len),
        Some(4),
        "{templates}"
    );
    let page_two = result(&house, "/mcp", "tools/list", json!({"cursor": "2"})).await;
    assert_eq!(page_two["error"]["code"], -32602);
}

#[tokio::test]
async fn an_order_the_folders_and_the_settings_of_a_store_are_resources() {
    let house = House::open().await;
    let order = house.an_order();
    let read = async |path: &str, uri: String| result(&house, path, "resources/read", json!({"uri": uri})).await;
    let text = |reply: &Value| -> Value {
        let text = reply["result"]["contents"][0]["text"]
            .as_str()
            .unwrap_or_else(|| panic!("no text: {reply}"));
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    };
    let shown = read("/mcp", format!("orderdesk://stores/Mug%20Shop/orders/{order}")).await;
    assert_eq!(text(&shown)["id"], order.as_str());
    let folders = read("/mcp/readonly", "orderdesk://stores/mug%20shop/folders".to_owned()).await;
    assert_eq!(text(&folders)["folders"][0]["name"], "New", "{folders}");
    let settings = read("/mcp", "orderdesk://stores/90001/settings".to_owned()).await;
    assert!(!settings.to_string().contains("smtp"), "{settings}");
    for (uri, hint) in [
        ("orderdesk://stores/elsewhere/folders", "stores_list"),
        ("orderdesk://stores/90001/orders/1", "orders_list"),
    ] {
        let missing = read("/mcp", uri.to_owned()).await;
        assert_eq!(missing["error"]["code"], -32002, "{missing}");
        let told = &missing["error"]["data"]["error"];
        assert_eq!(told["code"], "NOT_FOUND", "{missing}");
        let named = missing["error"]["data"]["uri"].as_str().expect("the address");
        assert!(uri.starts_with(named.trim_end_matches("...")), "{missing}");
        assert!(
            told["hint"].as_str().is_some_and(|told| told.contains(hint)),
            "{missing}"
        );
    }
    let malformed = read("/mcp", "orderdesk://stores/90001/orders/no-id".to_owned()).await;
    assert_eq!(malformed["error"]["code"], -32602, "{malformed}");
    // What a connection may not see as a tool it may not read as a resource.
    let hidden = read("/mcp/x/stores", format!("orderdesk://stores/90001/orders/{order}")).await;
    assert_eq!(hidden["error"]["code"], -32002, "{hidden}");
}

/// Completes the argument of a prompt at `path`.
async fn completed(house: &House, path: &str, argument: &str) -> Value {
    let reference = json!({"type": "ref/prompt", "name": "morning_triage"});
    let params = json!({"ref": reference, "argument": {"name": argument, "value": ""}});
    result(house, path, "completion/complete", params).await["result"]["completion"]["values"].clone()
}

/// What became of all completions, oldest first.
async fn recorded(house: &House) -> Vec<String> {
    let outcome = |entry: &Value| entry["error_code"].as_str().unwrap_or("success").to_owned();
    house
        .recorded("completion.complete")
        .await
        .iter()
        .map(outcome)
        .collect()
}

#[tokio::test]
async fn names_that_may_not_be_listed_are_not_suggested_either() {
    let house = House::open().await;
    for argument in ["store", "folder"] {
        assert_eq!(completed(&house, "/mcp/x/orders", argument).await, json!([]));
        assert_ne!(completed(&house, "/mcp/x/stores", argument).await, json!([]));
    }
    assert_eq!(recorded(&house).await, ["success", "success"]);
    let folders = house.recorded("completion.complete").await.remove(1);
    assert_eq!(folders["store_id"], house.sim.stores()[0].store_id.as_str());
    assert!(
        ACTS.contains(&"completion.complete"),
        "it can be exported by name before the first"
    );
}

/// A house whose active store's folders were never seen, with `left` tokens of the tenant's limit.
async fn unseen(left: u32) -> House {
    // Registering both stores takes 4, choosing one 1.
    let limits = LimitOptions {
        per_minute: 1,
        burst: 5 + left,
    };
    let house = House::open_with(ToolOptions::default(), limits).await;
    let second = house.sim.stores()[1].clone();
    let unseen =
        json!({"store_id": second.store_id, "api_key": second.api_key, "store_name": "Outlet", "verify": false});
    assert_eq!(house.call("stores_register", unseen).await["status"], "success");
    let chosen = house.call("stores_use_store", json!({"identifier": "Outlet"})).await;
    assert_eq!(chosen["status"], "success");
    house
}

#[tokio::test]
async fn suggestions_cost_only_what_has_to_be_asked() {
    let house = unseen(1).await;
    for argument in ["folder", "folder", "folder", "store"] {
        assert_ne!(completed(&house, "/mcp", argument).await, json!([]), "{argument}");
    }
    assert_eq!(house.sim.requests().len(), 1);
    assert_eq!(recorded(&house).await, ["success"; 4]);

    let house = unseen(0).await;
    assert_eq!(completed(&house, "/mcp", "folder").await, json!([]));
    assert_ne!(completed(&house, "/mcp", "store").await, json!([]));
    assert!(house.sim.requests().is_empty());
    assert_eq!(recorded(&house).await, ["RATE_LIMIT_EXCEEDED", "success"]);
}

/// Nobody types as fast as a program that wants to fill the disk.
#[tokio::test]
async fn more_suggestions_than_anybody_types_are_charged() {
    let limits = LimitOptions {
        per_minute: 1,
        burst: 5,
    };
    let house = House::open_with(ToolOptions::default(), limits).await;
    let begun = Instant::now();
    for _ in 0..300 {
        completed(&house, "/mcp", "store").await;
    }
    let outcomes = recorded(&house).await;
    let told = outcomes.iter().filter(|outcome| *outcome == "success").count();
    // One a second is free again.
    let most = 125 + usize::try_from(begun.elapsed().as_secs()).expect("few") + 1;
    assert!((120..=most).contains(&told), "{told}");
    // Of the refused ones few have an entry of their own.
    assert!(outcomes.len() - told < 30, "{}", outcomes.len());
}

#[tokio::test]
async fn folders_that_the_registration_saw_are_suggested_without_asking() {
    let house = House::open().await;
    assert_ne!(completed(&house, "/mcp", "folder").await, json!([]));
    assert!(house.sim.requests().is_empty());
}
