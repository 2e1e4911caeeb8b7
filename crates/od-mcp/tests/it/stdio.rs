//! MCP over a pair of pipes: one process, one caller.

use od_engine::LimitOptions;
use od_mcp::{StdioOptions, StdioSession, ToolOptions, serve_on};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{House, modern, state_key};

struct Client {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
    server: JoinHandle<()>,
    stop: CancellationToken,
    id: u64,
}

impl Client {
    fn connect(house: &House, session: StdioSession) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (tools, stop) = (house.tools.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let server = tokio::spawn(async move {
            let served = Box::pin(serve_on(split(theirs), tools, session, &state_key(), stopped)).await;
            served.expect("served to the end");
        });
        let (reader, writer) = split(ours);
        Self {
            lines: BufReader::new(reader).lines(),
            writer,
            server,
            stop,
            id: 0,
        }
    }

    async fn send(&mut self, message: Value) {
        self.writer
            .write_all(format!("{message}\n").as_bytes())
            .await
            .expect("written");
    }

    async fn request(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        self.send(json!({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}))
            .await;
        let line = self.lines.next_line().await.expect("read").expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }

    async fn initialize(&mut self) {
        let client = json!({"name": "story", "version": "1"});
        let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
        assert_eq!(
            self.request("initialize", params).await["result"]["protocolVersion"],
            "2025-11-25"
        );
        self.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .await;
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let reply = self
            .request("tools/call", json!({"name": tool, "arguments": arguments}))
            .await;
        reply["result"]["structuredContent"].clone()
    }

    async fn hang_up(mut self) {
        self.writer.shutdown().await.expect("closed");
        drop(self.writer);
        drop(self.lines);
        self.server.await.expect("the server ends");
    }
}

async fn second_tenant(house: &House) -> SecretString {
    house
        .engine
        .tenants()
        .create(od_engine::tenants::NewTenant::default())
        .await
        .expect("a tenant")
        .master_key
}

#[tokio::test]
async fn a_process_signs_in_with_the_tool_and_may_change_its_mind() {
    let house = House::open().await;
    let other = second_tenant(&house).await;
    let mut client = Client::connect(&house, StdioSession::new(StdioOptions::default()));
    client.initialize().await;
    assert_eq!(
        client.call("stores_list", json!({})).await["error"]["code"],
        "AUTH_ERROR"
    );
    let wrong = client
        .call(
            "tenant.use_master_key",
            json!({"master_key": "not-anybodys-key-at-all"}),
        )
        .await;
    assert_eq!(wrong["error"]["code"], "AUTH_ERROR");
    assert!(!wrong.to_string().contains("not-anybodys"));
    let short = client
        .call("tenant_use_master_key", json!({"master_key": "short"}))
        .await;
    assert_eq!(short["error"]["code"], "VALIDATION_ERROR");

    let signed_in = client
        .call(
            "tenant_use_master_key",
            json!({"master_key": house.key.expose_secret()}),
        )
        .await;
    assert_eq!(signed_in["data"]["stores_count"], 1, "{signed_in}");
    assert_eq!(
        client.call("stores_list", json!({})).await["data"]["stores"][0]["store_name"],
        "Mug Shop"
    );
    let switched = client
        .call("tenant_use_master_key", json!({"master_key": other.expose_secret()}))
        .await;
    assert_eq!(switched["data"]["stores_count"], 0);
    assert_eq!(client.call("stores_list", json!({})).await["data"]["stores"], json!([]));
    client.hang_up().await;
}

#[tokio::test]
async fn a_process_started_with_a_key_and_a_store_is_ready() {
    let house = House::open().await;
    house.register_second().await;
    let options = StdioOptions {
        default_store: Some("outlet".to_owned()),
        ..StdioOptions::default()
    };
    let session = StdioSession::new(options);
    session.sign_in(&house.engine, &house.key).await.expect("a good key");
    let mut client = Client::connect(&house, session);
    client.initialize().await;
    assert_eq!(
        client.call("orders_list", json!({"limit": 1})).await["store"]["store_name"],
        "Outlet"
    );
    client.call("stores_use_store", json!({"identifier": "mug shop"})).await;
    assert_eq!(
        client.call("orders_list", json!({"limit": 1})).await["store"]["store_name"],
        "Mug Shop"
    );
    // The choice is this process's own.
    assert_eq!(
        house.call("orders_list", json!({})).await["error"]["code"],
        "STORE_REQUIRED"
    );
    client.stop.cancel();
    client.server.await.expect("the server ends");
}

#[tokio::test]
async fn an_unknown_key_makes_its_tenant_only_when_that_is_allowed() {
    let house = House::open().await;
    let key = json!({"master_key": "my own key of many bytes"});
    let allowed = StdioOptions {
        auto_provision: true,
        ..StdioOptions::default()
    };
    let mut client = Client::connect(&house, StdioSession::new(StdioOptions::default()));
    client.initialize().await;
    assert_eq!(
        client.call("tenant_use_master_key", key.clone()).await["error"]["code"],
        "AUTH_ERROR"
    );
    client.hang_up().await;
    let mut client = Client::connect(&house, StdioSession::new(allowed));
    client.initialize().await;
    assert_eq!(
        client.call("tenant_use_master_key", key).await["data"]["stores_count"],
        0
    );
    client.hang_up().await;
}

#[tokio::test]
async fn the_newer_era_needs_no_opening() {
    let house = House::open().await;
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.engine, &house.key).await.expect("a good key");
    let mut client = Client::connect(&house, session);
    let discovered = client.request("server/discover", modern(json!({}), json!({}))).await;
    assert!(discovered["result"]["supportedVersions"].is_array(), "{discovered}");
    let params = modern(json!({"name": "stores_list", "arguments": {}}), json!({}));
    let called = client.request("tools/call", params).await;
    assert_eq!(called["result"]["structuredContent"]["status"], "success", "{called}");
    client.hang_up().await;
}

#[tokio::test]
async fn limits_are_told_with_the_time_to_wait() {
    let house = House::open_with(
        ToolOptions::default(),
        LimitOptions {
            per_minute: 1,
            burst: 3,
        },
    )
    .await;
    assert_eq!(house.call("stores_list", json!({})).await["status"], "success");
    let refused = house.call("stores_list", json!({})).await;
    assert_eq!(refused["error"]["code"], "RATE_LIMIT_EXCEEDED", "{refused}");
    assert!(
        refused["error"]["details"]["retry_after_seconds"]
            .as_u64()
            .expect("seconds")
            > 0
    );
    assert_eq!(refused["error"]["retryable"], true);
    let all = house.tools.catalog().entries().len();
    assert_eq!(house.listed("/mcp", &[]).await.len(), all, "listing costs nothing");
}

#[tokio::test]
async fn what_is_not_json_is_passed_over_and_the_session_goes_on() {
    let house = House::open().await;
    let mut client = Client::connect(&house, StdioSession::new(StdioOptions::default()));
    client.writer.write_all(b"help\n").await.expect("written");
    client.initialize().await;
    client.writer.write_all(b"{\"jsonrpc\":\n").await.expect("written");
    let reply = client.request("tools/list", json!({})).await;
    assert!(reply["result"]["tools"].is_array(), "{reply}");
}

#[tokio::test]
async fn nothing_but_what_is_not_json_is_no_conversation() {
    let house = House::open().await;
    let (mut ours, theirs) = tokio::io::duplex(1024);
    let session = StdioSession::new(StdioOptions::default());
    ours.write_all(b"help\nquit").await.expect("written");
    ours.shutdown().await.expect("hung up");
    let (tools, key, stop) = (house.tools.clone(), state_key(), CancellationToken::new());
    let error = Box::pin(serve_on(split(theirs), tools, session, &key, stop))
        .await
        .expect_err("no conversation");
    assert!(error.to_string().ends_with("what came was not JSON"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cancelled_over_a_pipe_is_done_once() {
    let house = House::open().await;
    let order = house.an_order();
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.engine, &house.key).await.expect("signed in");
    let mut client = Client::connect(&house, session);
    client.initialize().await;
    let slow = od_sim::FaultKind::Slow { ms: 300 };
    house.sim.inject(od_sim::Fault::new(slow).on("PUT", "/orders/*"));
    let arguments = json!({"order_id": order, "items": [{"name": "Mug", "quantity": 1, "price": 5}]});
    let params = json!({"name": "orders_add_items", "arguments": arguments});
    client
        .send(json!({"jsonrpc": "2.0", "id": 900, "method": "tools/call", "params": params}))
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    client
        .send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 900}}))
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    let again = client.call("orders_add_items", arguments.clone()).await;
    assert!(again["warnings"].to_string().contains("stopped waiting"), "{again}");
    let anew = client.call("orders_add_items", arguments).await;
    assert_eq!(anew["warnings"], Value::Null, "{anew}");
    let store = &house.sim.stores()[0].store_id;
    let lines = house.sim.order(store, &order).expect("the order")["order_items"].clone();
    let mugs = lines
        .as_array()
        .expect("lines")
        .iter()
        .filter(|line| line["name"] == "Mug");
    assert_eq!(mugs.count(), 2);
    client.hang_up().await;
}
