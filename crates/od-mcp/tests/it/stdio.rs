//! MCP over a pair of pipes: one process, one caller.

use std::time::Duration;

use od_engine::LimitOptions;
use od_mcp::{Narrowing, StdioOptions, StdioSession, ToolOptions, serve_on};
use od_sim::{Fault, FaultKind};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{House, modern, state_key};

mod asking;
mod lines;
mod listening;
mod stopped;

pub struct Client {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
    server: JoinHandle<()>,
    stop: CancellationToken,
    id: u64,
}

impl Client {
    pub fn connect(house: &House, session: StdioSession) -> Self {
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

    /// A process that is signed in, of a client that shows forms and speaks 2025-11-25.
    async fn that_can_ask(house: &House) -> Self {
        let session = StdioSession::new(StdioOptions::default());
        session.sign_in(&house.tools, &house.key).await.expect("a good key");
        let mut client = Self::connect(house, session);
        client.initialize_with(json!({"elicitation": {"form": {}}})).await;
        client
    }

    async fn send(&mut self, message: Value) {
        self.send_line(&message.to_string()).await;
    }

    /// A message as it stands, which may be one that cannot be read.
    async fn send_line(&mut self, line: &str) {
        self.writer
            .write_all(format!("{line}\n").as_bytes())
            .await
            .expect("written");
    }

    pub async fn request(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        self.send(json!({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}))
            .await;
        self.receive().await
    }

    pub async fn receive(&mut self) -> Value {
        let line = self.lines.next_line();
        let line = tokio::time::timeout(Duration::from_secs(20), line)
            .await
            .expect("in time");
        serde_json::from_str(&line.expect("read").expect("a line")).expect("JSON")
    }

    /// Calls a tool, and answers with the question that comes instead of a result.
    async fn asked(&mut self, tool: &str, arguments: &Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        let question = self.request("tools/call", params).await;
        assert_eq!(question["method"], "elicitation/create", "{question}");
        question
    }

    /// Says what the person said to a question, and what came of the call.
    async fn answer(&mut self, question: &Value, answer: Value) -> Value {
        self.send(json!({"jsonrpc": "2.0", "id": question["id"], "result": answer}))
            .await;
        self.receive().await["result"]["structuredContent"].clone()
    }

    async fn initialize(&mut self) {
        self.initialize_with(json!({})).await;
    }

    pub async fn initialize_with(&mut self, capabilities: Value) {
        let client = json!({"name": "story", "version": "1"});
        let params = json!({"protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": client});
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

    pub async fn hang_up(mut self) {
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
async fn a_process_signs_in_with_the_tool_and_the_first_key_stays() {
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
    assert_eq!(short["error"]["code"], "AUTH_ERROR");

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
    stays(&house, &mut client, &other).await;
    client.hang_up().await;
}

/// The process is signed in to the house's tenant and cannot be moved to another.
async fn stays(house: &House, client: &mut Client, other: &SecretString) {
    for unknown in ["my own key of many bytes", other.expose_secret()] {
        let refused = client
            .call("tenant_use_master_key", json!({"master_key": unknown}))
            .await;
        assert_eq!(refused["error"]["code"], "AUTH_ERROR", "{refused}");
    }
    let refused = client
        .call("tenant_use_master_key", json!({"master_key": other.expose_secret()}))
        .await;
    assert_eq!(
        refused["error"]["message"],
        "This master key belongs to another tenant than the one this connection is signed in as."
    );
    let again = json!({"master_key": house.key.expose_secret()});
    assert_eq!(
        client.call("tenant_use_master_key", again).await["data"]["stores_count"],
        1
    );
    let stores = client.call("stores_list", json!({})).await;
    assert_eq!(stores["data"]["stores"][0]["store_name"], "Mug Shop", "{stores}");
}

#[tokio::test]
async fn a_process_started_with_a_key_stays_with_its_tenant() {
    let house = House::open().await;
    let other = second_tenant(&house).await;
    // Not even to a tenant that it would make.
    let options = StdioOptions {
        auto_provision: true,
        ..StdioOptions::default()
    };
    let session = StdioSession::new(options);
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
    let switched = session
        .sign_in(&house.tools, &other)
        .await
        .expect_err("the first stays");
    assert_eq!(switched.code(), "AUTH_ERROR");
    let mut client = Client::connect(&house, session);
    client.initialize().await;
    stays(&house, &mut client, &other).await;
    assert_eq!(house.engine.tenants().list().await.expect("a list").len(), 2);
    client.hang_up().await;
}

#[tokio::test]
async fn a_read_only_process_makes_no_tenant_and_stays_read_only() {
    let options = ToolOptions {
        narrowing: Narrowing::read_only().and(&Narrowing::toolsets("orders").expect("a toolset")),
        ..ToolOptions::default()
    };
    let house = House::open().await;
    let narrow = od_mcp::Tools::new(house.engine.clone(), options).expect("good tools");
    let house = House { tools: narrow, ..house };
    let options = StdioOptions {
        auto_provision: true,
        ..StdioOptions::default()
    };
    let mut client = Client::connect(&house, StdioSession::new(options));
    client.initialize().await;
    let key = json!({"master_key": "my own key of many bytes"});
    let refused = client.call("tenant_use_master_key", key).await;
    assert_eq!(refused["error"]["code"], "AUTH_ERROR", "{refused}");
    assert_eq!(house.engine.tenants().list().await.expect("a list").len(), 1);
    let key = json!({"master_key": house.key.expose_secret()});
    assert_eq!(client.call("tenant_use_master_key", key).await["status"], "success");
    for (tool, arguments) in [
        ("orders_delete", json!({"order_id": house.an_order(), "confirm": true})),
        ("stores_delete", json!({"store_id": "90001", "confirm": true})),
        ("products_list", json!({})),
    ] {
        let refused = client.call(tool, arguments).await;
        assert_eq!(refused["error"]["code"], "PERMISSION_DENIED", "{tool}: {refused}");
    }
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
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
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
    session.sign_in(&house.tools, &house.key).await.expect("a good key");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cancelled_over_a_pipe_is_done_once() {
    let house = House::open().await;
    let order = house.an_order();
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.tools, &house.key).await.expect("signed in");
    let mut client = Client::connect(&house, session);
    client.initialize().await;
    let slow = FaultKind::Slow { ms: 300 };
    house.sim.inject(Fault::new(slow).on("PUT", "/orders/*"));
    let arguments = json!({"order_id": order, "items": [{"name": "Mug", "quantity": 1, "price": 5}]});
    let params = json!({"name": "orders_add_items", "arguments": arguments});
    client
        .send(json!({"jsonrpc": "2.0", "id": 900, "method": "tools/call", "params": params}))
        .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    client
        .send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 900}}))
        .await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    let again = client.call("orders_add_items", arguments.clone()).await;
    assert!(again["warnings"].to_string().contains("stopped waiting"), "{again}");
    let anew = client.call("orders_add_items", arguments).await;
    // Made, and told of the line that it made the first time.
    let told = anew["warnings"].as_array().expect("warnings");
    assert!(
        told.len() == 1 && told[0].to_string().contains("a line just like it"),
        "{anew}"
    );
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
