//! What becomes of calls that run when the server is stopped.

use std::time::Duration;

use od_mcp::{StdioOptions, StdioSession};
use od_sim::{Fault, FaultKind};
use serde_json::json;

use super::Client;
use crate::support::House;

/// A server that is stopped in the middle of a change whose upload takes `slow` milliseconds, and that lets calls end within
/// `grace`. The change is asked for as call 99.
async fn stopped_in_a_change(house: &House, slow: u64, grace: Duration) -> Client {
    let session = StdioSession::new(StdioOptions {
        grace,
        ..StdioOptions::default()
    });
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
    let mut client = Client::connect(house, session);
    client.initialize().await;
    let listed = client.call("orders_list", json!({"limit": 1})).await;
    let order = listed["data"]["orders"][0]["id"].clone();
    house
        .sim
        .inject(Fault::new(FaultKind::Slow { ms: slow }).on("PUT", "/orders/*"));
    let arguments = json!({"order_id": order, "mutation": {"customer_id": "7"}});
    let params = json!({"name": "orders_mutate_full", "arguments": arguments});
    client
        .send(json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": params}))
        .await;
    while !house.sim.requests().iter().any(|request| request.method == "PUT") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    client.stop.cancel();
    client
}

/// The change is answered, nothing else is, and the server ends.
async fn is_answered(mut client: Client) {
    let answer = client.receive().await;
    assert_eq!(answer["id"], 99, "{answer}");
    assert_eq!(answer["result"]["structuredContent"]["status"], "success", "{answer}");
    client.server.await.expect("the server ends");
    assert!(client.lines.next_line().await.expect("read").is_none());
}

#[tokio::test]
async fn a_call_that_runs_when_the_server_is_stopped_is_answered() {
    let house = House::open().await;
    let mut client = stopped_in_a_change(&house, 800, Duration::from_secs(20)).await;
    // Nothing new is taken.
    client
        .send(json!({"jsonrpc": "2.0", "id": 100, "method": "tools/list", "params": {}}))
        .await;
    is_answered(client).await;
}

#[tokio::test]
async fn a_change_that_outlasts_the_grace_is_answered() {
    let house = House::open().await;
    // The protocol library waits for two seconds by itself.
    let client = stopped_in_a_change(&house, 3_000, Duration::from_millis(50)).await;
    is_answered(client).await;
}

/// A read is not waited for beyond the grace.
#[tokio::test]
async fn a_read_that_outlasts_the_grace_is_not_answered() {
    let house = House::open().await;
    let session = StdioSession::new(StdioOptions {
        grace: Duration::from_millis(50),
        ..StdioOptions::default()
    });
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
    let mut client = Client::connect(&house, session);
    client.initialize().await;
    house
        .sim
        .inject(Fault::new(FaultKind::Slow { ms: 5_000 }).on("GET", "/orders"));
    let params = json!({"name": "orders_list", "arguments": {"limit": 1}});
    client
        .send(json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": params}))
        .await;
    while !house
        .sim
        .requests()
        .iter()
        .any(|request| request.path.ends_with("/orders"))
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    client.stop.cancel();
    let end = tokio::time::timeout(Duration::from_secs(4), client.lines.next_line());
    assert!(end.await.expect("long before the read").expect("read").is_none());
    client.server.await.expect("the server ends");
}
