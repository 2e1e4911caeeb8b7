//! Clients that are told when an order changes.

use od_mcp::{StdioOptions, StdioSession};
use serde_json::{Value, json};

use super::Client;
use crate::support::{House, modern};

async fn signed_in(house: &House) -> Client {
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
    Client::connect(house, session)
}

fn noted(order: &str) -> Value {
    json!({"name": "orders_add_note", "arguments": {"order_id": order, "content": "Called."}})
}

/// An answer, and the addresses of which was told until it came. One change may be told more than once.
async fn answer_and_news(client: &mut Client, method: &str, params: Value) -> (Value, Vec<Value>) {
    let (mut message, mut news) = (client.request(method, params).await, Vec::new());
    while message.get("method").is_some() {
        assert_eq!(message["method"], "notifications/resources/updated", "{message}");
        news.push(message["params"].clone());
        message = client.receive().await;
    }
    (message, news)
}

#[tokio::test]
async fn a_subscriber_is_told_of_its_orders_and_of_no_others() {
    let house = House::open().await;
    let order = house.an_order();
    let other = house.sim.orders("90001")[1]["id"].as_str().expect("an id").to_owned();
    let mut client = signed_in(&house).await;
    client.initialize().await;
    let uri = format!("orderdesk://stores/Mug%20Shop/orders/{order}");
    let subscribed = client.request("resources/subscribe", json!({ "uri": uri })).await;
    assert_eq!(subscribed["result"], json!({}), "{subscribed}");
    for odd in [
        "orderdesk://stores/90001/folders",
        "orderdesk://stores/1/orders/1",
        "file:///etc/passwd",
    ] {
        let refused = client.request("resources/subscribe", json!({ "uri": odd })).await;
        assert_eq!(refused["error"]["code"], -32002, "{refused}");
    }

    let unrelated = client.request("tools/call", noted(&other)).await;
    assert!(unrelated.get("result").is_some(), "{unrelated}");
    let (done, news) = answer_and_news(&mut client, "tools/call", noted(&order)).await;
    assert_eq!(done["result"]["structuredContent"]["status"], "success", "{done}");
    assert!(
        !news.is_empty() && news.iter().all(|news| *news == json!({ "uri": uri })),
        "{news:?}"
    );

    client.request("resources/unsubscribe", json!({ "uri": uri })).await;
    let done = client.request("tools/call", noted(&order)).await;
    assert!(done.get("result").is_some(), "{done}");
    let tools = client.request("tools/list", json!({})).await;
    assert!(tools.get("result").is_some(), "nothing came in between: {tools}");
    client.hang_up().await;
}

#[tokio::test]
async fn a_stream_of_the_newer_revision_tells_the_same() {
    let house = House::open().await;
    let order = house.an_order();
    let mut client = signed_in(&house).await;
    let uri = format!("orderdesk://stores/90001/orders/{order}");
    let filter = json!({"resourceSubscriptions": [uri, "orderdesk://stores/90001/folders"], "toolsListChanged": true});
    let params = modern(json!({ "notifications": filter }), json!({}));
    let acknowledged = client.request("subscriptions/listen", params).await;
    assert_eq!(
        acknowledged["method"], "notifications/subscriptions/acknowledged",
        "{acknowledged}"
    );
    let accepted = &acknowledged["params"]["notifications"];
    assert_eq!(*accepted, json!({ "resourceSubscriptions": [uri] }), "{acknowledged}");

    let (done, news) = answer_and_news(&mut client, "tools/call", modern(noted(&order), json!({}))).await;
    assert_eq!(done["result"]["structuredContent"]["status"], "success", "{done}");
    let told = json!({ "_meta": { "io.modelcontextprotocol/subscriptionId": 1 }, "uri": uri });
    assert!(!news.is_empty() && news.iter().all(|news| *news == told), "{news:?}");
    client.hang_up().await;
}

#[tokio::test]
async fn nobody_listens_who_is_not_signed_in() {
    let house = House::open().await;
    let mut client = Client::connect(&house, StdioSession::new(StdioOptions::default()));
    client.initialize().await;
    let uri = format!("orderdesk://stores/90001/orders/{}", house.an_order());
    let refused = client.request("resources/subscribe", json!({ "uri": uri })).await;
    assert!(refused.get("error").is_some(), "{refused}");
    client.hang_up().await;
}
