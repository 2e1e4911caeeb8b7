//! A server with one tenant and one registered store, and a client of it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use od_engine::audit::{AuditFilter, ExportFormat, Whose};
use od_engine::tenants::NewTenant;
use od_engine::{
    Clock, DbOptions, Engine, EngineOptions, LimitOptions, OAuthOptions, ReplicaOptions, RootKey, UpstreamOptions,
};
use od_mcp::{HttpOptions, ToolOptions, Tools};
use od_sim::{SeedStore, ShopKind, SimOptions, Simulator};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub struct House {
    pub sim: Simulator,
    pub engine: Engine,
    pub tools: Tools,
    pub key: SecretString,
    pub router: Router,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

/// Limits that no test runs into.
pub const NO_LIMITS: LimitOptions = LimitOptions {
    per_minute: 1_000_000,
    burst: 1_000_000,
};

pub fn state_key() -> [SecretSlice<u8>; 1] {
    [vec![7_u8; 32].into()]
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(ToolOptions::default(), NO_LIMITS).await
    }

    pub async fn open_with(options: ToolOptions, limits: LimitOptions) -> Self {
        Self::build(
            options,
            limits,
            UpstreamOptions::default(),
            OAuthOptions::default(),
            Clock::system(),
        )
        .await
    }

    /// A house that asks Order Desk in this manner; its address and budget are set here.
    pub async fn open_on(upstream: UpstreamOptions) -> Self {
        Self::build(
            ToolOptions::default(),
            NO_LIMITS,
            upstream,
            OAuthOptions::default(),
            Clock::system(),
        )
        .await
    }

    /// A house in which it is as late as in the simulated shops.
    pub async fn open_at_the_shops_time() -> Self {
        let clock = Clock::manual(SimOptions::default().now);
        Self::build(
            ToolOptions::default(),
            NO_LIMITS,
            UpstreamOptions::default(),
            OAuthOptions::default(),
            clock,
        )
        .await
    }

    /// A house whose operator switched OAuth off.
    pub async fn open_without_oauth() -> Self {
        let oauth = OAuthOptions {
            enabled: false,
            ..OAuthOptions::default()
        };
        Self::build(
            ToolOptions::default(),
            NO_LIMITS,
            UpstreamOptions::default(),
            oauth,
            Clock::system(),
        )
        .await
    }

    /// The same with one shop that has so many orders.
    pub async fn open_with_orders(orders: usize) -> Self {
        let shop = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, orders);
        let sim = SimOptions {
            stores: vec![shop],
            ..SimOptions::default()
        };
        let clock = Clock::manual(sim.now);
        Self::build_on(
            sim,
            ToolOptions::default(),
            NO_LIMITS,
            UpstreamOptions::default(),
            OAuthOptions::default(),
            clock,
        )
        .await
    }

    async fn build(
        options: ToolOptions,
        limits: LimitOptions,
        upstream: UpstreamOptions,
        oauth: OAuthOptions,
        clock: Clock,
    ) -> Self {
        Self::build_on(SimOptions::default(), options, limits, upstream, oauth, clock).await
    }

    async fn build_on(
        sim: SimOptions,
        options: ToolOptions,
        limits: LimitOptions,
        upstream: UpstreamOptions,
        oauth: OAuthOptions,
        clock: Clock,
    ) -> Self {
        let sim = Simulator::start(SimOptions {
            rate_limit: false,
            // What it says is left must not be less than what our own budget believes.
            bucket_size: 1_000_000,
            ..sim
        })
        .await
        .expect("a simulator");
        let upstream = UpstreamOptions {
            base_url: sim.base_url(),
            bucket_size: 1_000_000,
            refill_per_second: 1_000_000.0,
            ..upstream
        };
        let engine_options = EngineOptions {
            root_key: RootKey::generate(),
            previous_root_key: None,
            database: DbOptions::default(),
            upstream,
            cache: od_engine::CacheOptions::default(),
            limits,
            runs: LimitOptions::a_minute(30),
            // Fewer than by default: the pauses between retries double.
            mutation: od_engine::MutationOptions {
                max_retries: 2,
                ..od_engine::MutationOptions::default()
            },
            mirror: od_engine::insight::MirrorOptions::default(),
            audit: od_engine::AuditOptions::default(),
            oauth,
            links: od_engine::LinkOptions::default(),
            webhooks: od_engine::WebhookOptions {
                base: "https://orders.example.com".to_owned(),
                ..od_engine::WebhookOptions::default()
            },
            sessions: od_engine::SessionOptions::default(),
            bcrypt_cost: 4,
            replicas: ReplicaOptions::default(),
        };
        let engine = Engine::open(engine_options, clock).await.expect("an engine");
        let key = engine
            .tenants()
            .create(NewTenant::default())
            .await
            .expect("a tenant")
            .master_key;
        let tools = Tools::new(engine.clone(), options).expect("good tools");
        let house = Self {
            router: router(&tools, HttpOptions::default()),
            sim,
            engine,
            tools,
            key,
        };
        let store = house.sim.stores()[0].clone();
        let registered = house
            .call(
                "stores.register",
                json!({"store_id": store.store_id, "api_key": store.api_key, "store_name": "Mug Shop"}),
            )
            .await;
        assert_eq!(registered["status"], "success", "{registered}");
        house.sim.clear_requests();
        house
    }

    /// Registers the simulator's second store.
    pub async fn register_second(&self) {
        let store = self.sim.stores()[1].clone();
        let arguments = json!({"store_id": store.store_id, "api_key": store.api_key, "store_name": "Outlet"});
        assert_eq!(self.call("stores_register", arguments).await["status"], "success");
        self.sim.clear_requests();
    }

    /// An order of the first store.
    pub fn an_order(&self) -> String {
        let store = &self.sim.stores()[0].store_id;
        self.sim.orders(store)[0]["id"].as_str().expect("an id").to_owned()
    }

    /// What the audit log has of a tool, oldest first.
    pub async fn recorded(&self, tool: &str) -> Vec<Value> {
        let filter = AuditFilter {
            tool_name: Some(tool.to_owned()),
            ..AuditFilter::default()
        };
        let audit_log = self.engine.audit_log();
        let export = audit_log.export(Whose::Everybody, filter, ExportFormat::Json).await;
        let mut export = export.expect("an export");
        let mut text = String::new();
        while let Some(piece) = export.next().await.expect("a piece") {
            text.push_str(&piece);
        }
        serde_json::from_str(&text).expect("a list as JSON")
    }

    /// Calls a tool as a client of the older protocol era does; answers with the structured content.
    pub async fn call(&self, tool: &str, arguments: Value) -> Value {
        self.call_as(&self.key, tool, arguments).await
    }

    pub async fn call_as(&self, key: &SecretString, tool: &str, arguments: Value) -> Value {
        let request = rpc("tools/call", json!({"name": tool, "arguments": arguments}));
        let reply = self.post_as(Some(key), "/mcp", &[], &request.to_string()).await;
        let result = &reply.body["result"];
        let envelope = result["structuredContent"].clone();
        let text = result["content"][0]["text"]
            .as_str()
            .unwrap_or_else(|| panic!("no result: {}", reply.body));
        assert_eq!(
            serde_json::from_str::<Value>(text).expect("JSON"),
            envelope,
            "the text mirrors the content"
        );
        assert_eq!(result["isError"] == json!(true), envelope["status"] == json!("error"));
        envelope
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        self.post_as(Some(&self.key), path, headers, body).await
    }

    /// A POST with the headers of a careful client; `headers` replace them, an empty value removes one.
    pub async fn post_as(&self, key: Option<&SecretString>, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        post(&self.router, key, path, headers, body).await
    }

    /// The names that `tools/list` shows.
    pub async fn listed(&self, path: &str, headers: &[(&str, &str)]) -> Vec<String> {
        let reply = self
            .post(path, headers, &rpc("tools/list", json!({})).to_string())
            .await;
        let tools = reply.body["result"]["tools"]
            .as_array()
            .unwrap_or_else(|| panic!("no list: {}", reply.body))
            .clone();
        tools
            .iter()
            .map(|tool| tool["name"].as_str().expect("a name").to_owned())
            .collect()
    }
}

pub fn router(tools: &Tools, options: HttpOptions) -> Router {
    od_mcp::router(tools.clone(), options, &state_key(), CancellationToken::new()).expect("good options")
}

pub async fn post(
    router: &Router,
    key: Option<&SecretString>,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let mut all = vec![
        ("host", "localhost:8080"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let bearer = key.map(|key| format!("Bearer {}", key.expose_secret()));
    all.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    all.retain(|(name, _)| !headers.iter().any(|(other, _)| name == other));
    all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
    let mut request = Request::post(path);
    for (name, value) in all {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(body.to_owned())).expect("a request");
    let response = router.clone().oneshot(request).await.expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
    Reply {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

pub fn rpc(method: &str, params: Value) -> Value {
    let mut request = json!({"jsonrpc": "2.0", "id": 1, "method": method});
    request["params"] = params;
    request
}

/// Parameters of a request of the newer protocol era, from a client with these capabilities.
pub fn modern(mut params: Value, capabilities: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "story", "version": "1"},
    });
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
    params
}
