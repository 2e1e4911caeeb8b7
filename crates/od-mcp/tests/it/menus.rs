//! Prompts, completions and resources: what a client offers a person to choose from.

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
    assert_eq!(templates["result"]["resourceTemplates"], json!([]));
    let page_two = result(&house, "/mcp", "tools/list", json!({"cursor": "2"})).await;
    assert_eq!(page_two["error"]["code"], -32602);
}
