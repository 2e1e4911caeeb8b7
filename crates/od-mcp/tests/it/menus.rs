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
    assert_eq!(
        templates["result"]["resourceTemplates"].as_array().map(Vec::len),
        Some(3),
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
    for uri in [
        "orderdesk://stores/elsewhere/folders",
        "orderdesk://stores/90001/orders/1",
    ] {
        let missing = read("/mcp", uri.to_owned()).await;
        assert_eq!(missing["error"]["code"], -32002, "{missing}");
    }
    // What a connection may not see as a tool it may not read as a resource.
    let hidden = read("/mcp/x/stores", format!("orderdesk://stores/90001/orders/{order}")).await;
    assert_eq!(hidden["error"]["code"], -32002, "{hidden}");
}
