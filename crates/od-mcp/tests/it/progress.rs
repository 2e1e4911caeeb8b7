//! How far a call is, told while its client waits for the answer.

use std::time::Instant;

use od_mcp::{StdioOptions, StdioSession};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::stdio::Client;
use crate::support::{House, Reply, modern, rpc};

/// Two pages of orders, of which the second is long on its way.
async fn house() -> House {
    let house = House::open_with_orders(600).await;
    let slow = Fault::new(FaultKind::Slow { ms: 700 });
    house.sim.inject(slow.on("GET", "/orders").after(1));
    house
}

fn question(token: &Value) -> Value {
    json!({"name": "orders_queue", "arguments": {}, "_meta": {"progressToken": token}})
}

/// The messages of a reply, which is a stream.
fn messages(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.headers["content-type"], "text/event-stream", "{}", reply.body);
    let text = reply.body.as_str().expect("a stream");
    let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data).ok()).collect()
}

/// Looks at what was told before a result, and at the result.
fn judge(messages: &[Value], token: &Value) {
    let (result, told) = messages.split_last().expect("an answer");
    assert_eq!(
        result["result"]["structuredContent"]["data"]["complete"], true,
        "{result}"
    );
    assert!(!told.is_empty(), "nothing was told: {result}");
    let mut before = 0.0;
    for message in told {
        assert_eq!(message["method"], "notifications/progress", "{message}");
        let params = &message["params"];
        assert_eq!(
            (&params["progressToken"], params["total"].as_f64()),
            (token, Some(600.0)),
            "{message}"
        );
        let done = params["progress"].as_f64().expect("a number");
        assert!(done > before, "{told:?}");
        before = done;
    }
    assert_eq!(told[0]["params"]["message"], "Mug Shop: 500 of 600 orders are read");
}

#[tokio::test]
async fn over_http_it_comes_before_the_result_in_one_stream() {
    let house = house().await;
    let token = json!("fill-1");
    let reply = house
        .post("/mcp", &[], &rpc("tools/call", question(&token)).to_string())
        .await;
    judge(&messages(&reply), &token);
    // The copy is there: nothing is waited for, and nothing told.
    let again = house
        .post("/mcp", &[], &rpc("tools/call", question(&token)).to_string())
        .await;
    assert_eq!(
        again.body["result"]["structuredContent"]["data"]["complete"], true,
        "{}",
        again.body
    );
}

#[tokio::test]
async fn the_newer_revision_is_told_the_same() {
    let house = house().await;
    let mut params = modern(json!({"name": "orders_queue", "arguments": {}}), json!({}));
    params["_meta"]["progressToken"] = json!(7);
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "orders_queue"),
    ];
    let reply = house
        .post("/mcp", &headers, &rpc("tools/call", params).to_string())
        .await;
    judge(&messages(&reply), &json!(7));
}

#[tokio::test]
async fn who_takes_json_alone_or_asks_for_nothing_gets_json() {
    let plain = json!({"name": "orders_queue", "arguments": {}});
    for (accept, params) in [
        ("application/json", question(&json!(1))),
        ("*/*", question(&json!(1))),
        ("application/json, text/event-stream;q=0", question(&json!(1))),
        ("application/json, text/event-stream", plain),
    ] {
        let house = house().await;
        let body = rpc("tools/call", params).to_string();
        let reply = house.post("/mcp", &[("accept", accept)], &body).await;
        assert_eq!(reply.headers["content-type"], "application/json", "{accept}");
        let data = &reply.body["result"]["structuredContent"]["data"];
        assert_eq!(data["complete"], true, "{}", reply.body);
    }
}

#[tokio::test]
async fn a_refusal_is_no_stream() {
    let house = house().await;
    let params =
        json!({"name": "orders_report", "arguments": {"report": "sales_by_sku"}, "_meta": {"progressToken": 1}});
    let reply = house.post("/mcp", &[], &rpc("tools/call", params).to_string()).await;
    let error = &reply.body["result"]["structuredContent"]["error"];
    assert_eq!(error["code"], "VALIDATION_ERROR", "{}", reply.body);
}

#[tokio::test]
async fn over_stdio_nothing_is_told_after_the_result_and_not_too_often() {
    let house = House::open_with_orders(3_000).await;
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
    let mut client = Client::connect(&house, session);
    client.initialize_with(json!({})).await;
    let began = Instant::now();
    let mut message = client.request("tools/call", question(&json!("a"))).await;
    let mut told = 0;
    while message.get("method").is_some() {
        assert_eq!(message["params"]["progressToken"], "a", "{message}");
        told += 1;
        message = client.receive().await;
    }
    let data = &message["result"]["structuredContent"]["data"];
    assert_eq!(
        (&data["complete"], &data["orders_counted"]),
        (&json!(true), &json!(3_000)),
        "{message}"
    );
    let most = began.elapsed().as_millis() / 333 + 1;
    assert!((1..=most).contains(&told), "{told} in {:?}", began.elapsed());
    let next = client.request("tools/list", json!({})).await;
    assert!(next.get("result").is_some(), "nothing came in between: {next}");
    client.hang_up().await;
}

#[tokio::test]
async fn who_waits_for_the_copy_that_another_call_makes_is_told_how_far_that_is() {
    let house = House::open_with_orders(1_100).await;
    let slow = Fault::new(FaultKind::Slow { ms: 1_500 });
    house.sim.inject(slow.on("GET", "/orders").after(1));
    let other = house.call("orders_queue", json!({}));
    let mine = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        house
            .post("/mcp", &[], &rpc("tools/call", question(&json!(2))).to_string())
            .await
    };
    let (other, mine) = tokio::join!(other, mine);
    assert_eq!(other["data"]["complete"], true, "{other}");
    let messages = messages(&mine);
    assert_eq!(messages[0]["params"]["progress"].as_f64(), Some(500.0), "{messages:?}");
    assert_eq!(
        messages.last().expect("an answer")["result"]["structuredContent"]["data"]["complete"],
        true
    );
}
