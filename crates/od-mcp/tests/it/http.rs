//! The HTTP endpoint: both protocol eras, and everything that is refused before a tool is reached.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use od_mcp::{HttpOptions, Narrowing, ToolOptions};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{House, NO_LIMITS, modern, post, router, rpc};

fn list() -> String {
    rpc("tools/list", json!({})).to_string()
}

#[tokio::test]
async fn the_older_era_works_without_sessions() {
    let house = House::open().await;
    let initialize = rpc(
        "initialize",
        json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "story", "version": "1"}}),
    );
    let reply = house.post("/mcp", &[], &initialize.to_string()).await;
    assert_eq!(reply.body["result"]["protocolVersion"], "2025-11-25");
    assert_eq!(reply.body["result"]["serverInfo"]["name"], "orderdesk");
    let instructions = reply.body["result"]["instructions"].as_str().expect("instructions");
    assert!(instructions.len() < 2048 && instructions.is_ascii());
    assert!(!reply.headers.contains_key("mcp-session-id"));
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string();
    assert_eq!(house.post("/mcp", &[], &initialized).await.status, StatusCode::ACCEPTED);
    let tools = house.listed("/mcp", &[("mcp-protocol-version", "2025-11-25")]).await;
    assert!(tools.contains(&"orders_list".to_owned()));
}

#[tokio::test]
async fn the_newer_era_works_on_the_same_endpoint() {
    let house = House::open().await;
    let send = async |method: &str, name: Option<&str>, params: Value| {
        let mut headers = vec![("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        headers.extend(name.map(|name| ("mcp-name", name)));
        house
            .post("/mcp", &headers, &rpc(method, modern(params, json!({}))).to_string())
            .await
    };
    let discovered = send("server/discover", None, json!({})).await.body;
    assert_eq!(discovered["result"]["cacheScope"], "public", "{discovered}");
    assert!(
        discovered["result"]["supportedVersions"]
            .to_string()
            .contains("2026-07-28")
    );
    let listed = send("tools/list", None, json!({})).await.body;
    assert_eq!(listed["result"]["cacheScope"], "private");
    assert_eq!(listed["result"]["ttlMs"], 300_000);
    let called = send(
        "tools/call",
        Some("stores_list"),
        json!({"name": "stores_list", "arguments": {}}),
    )
    .await
    .body;
    assert_eq!(
        called["result"]["structuredContent"]["data"]["stores"][0]["store_name"], "Mug Shop",
        "{called}"
    );
    assert_eq!(called["result"]["resultType"], "complete");
}

#[tokio::test]
async fn without_a_good_credential_there_is_a_challenge() {
    let house = House::open().await;
    let unknown: SecretString = "a-key-that-nobody-was-ever-given".to_owned().into();
    for (key, error) in [(None, false), (Some(&unknown), true)] {
        let reply = house.post_as(key, "/mcp", &[], &list()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let challenge = reply.headers["www-authenticate"].to_str().expect("text");
        assert!(challenge.starts_with("Bearer realm=\"orderdesk-mcp\""), "{challenge}");
        assert_eq!(challenge.contains("error=\"invalid_token\""), error, "{challenge}");
        assert_eq!(reply.body["error"]["data"]["code"], "AUTH_ERROR");
        assert!(!reply.body.to_string().contains("nobody-was-ever"));
    }
}

#[tokio::test]
async fn a_credential_in_the_url_is_refused_also_beside_a_good_one() {
    let house = House::open().await;
    for path in [
        "/mcp?token=hunter2",
        "/mcp?x=1&API_KEY=hunter2",
        "/mcp/readonly?access_token=hunter2",
    ] {
        let reply = house.post(path, &[], &list()).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(!reply.body.to_string().contains("hunter2"));
    }
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused_before_anything_else() {
    let house = House::open().await;
    for (name, value) in [
        ("host", "evil.example"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let reply = house.post_as(None, "/mcp", &[(name, value)], &list()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let reply = house
        .post("/mcp", &[("origin", "http://localhost:6274")], &list())
        .await;
    assert_eq!(reply.status, StatusCode::OK);
    let public = HttpOptions {
        public_url: Some("https://mcp.example.com/mcp".to_owned()),
        ..HttpOptions::default()
    };
    let public = router(&house.tools, public);
    let reply = post(
        &public,
        Some(&house.key),
        "/mcp",
        &[("host", "mcp.example.com")],
        &list(),
    )
    .await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn master_keys_can_be_switched_off_as_bearers() {
    let house = House::open().await;
    let closed = router(
        &house.tools,
        HttpOptions {
            allow_master_key_bearer: false,
            ..HttpOptions::default()
        },
    );
    assert_eq!(
        post(&closed, Some(&house.key), "/mcp", &[], &list()).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_open_door_lets_in_who_brings_nothing_and_nobody_else() {
    let house = House::open().await;
    let identity = house.engine.auth().sign_in(&house.key).await.expect("good key");
    let open = router(
        &house.tools,
        HttpOptions {
            open: Some(identity),
            ..HttpOptions::default()
        },
    );
    assert_eq!(post(&open, None, "/mcp", &[], &list()).await.status, StatusCode::OK);
    let wrong: SecretString = "some-other-key-of-sixteen-bytes".to_owned().into();
    assert_eq!(
        post(&open, Some(&wrong), "/mcp", &[], &list()).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_plain_post_works_whatever_it_accepts() {
    let house = House::open().await;
    for accept in ["application/json", "*/*", ""] {
        let reply = house.post("/mcp", &[("accept", accept)], &list()).await;
        assert_eq!(reply.status, StatusCode::OK, "{accept}");
        assert_eq!(reply.headers["content-type"], "application/json");
    }
    assert_eq!(
        house.post("/mcp", &[("accept", "text/html")], &list()).await.status,
        StatusCode::NOT_ACCEPTABLE
    );
}

#[tokio::test]
async fn what_is_no_message_gets_a_json_rpc_error() {
    let house = House::open().await;
    let check = async |body: &str, status: StatusCode, code: i64| {
        let reply = house.post("/mcp", &[], body).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.body);
        assert_eq!(reply.body["error"]["code"], code, "{body}");
    };
    check("{\"jsonrpc\":", StatusCode::BAD_REQUEST, -32700).await;
    check("", StatusCode::BAD_REQUEST, -32700).await;
    check("[]", StatusCode::BAD_REQUEST, -32600).await;
    check("{\"id\":5}", StatusCode::BAD_REQUEST, -32600).await;
    check(&"[".repeat(65), StatusCode::BAD_REQUEST, -32600).await;
    check(
        &format!("\"{}\"", "x".repeat(5 * 1024 * 1024)),
        StatusCode::PAYLOAD_TOO_LARGE,
        -32600,
    )
    .await;
    check(
        &rpc("tools/call", json!({"name": 5})).to_string(),
        StatusCode::OK,
        -32602,
    )
    .await;
    check(
        &rpc("tools/call", json!({"name": "stores_list", "arguments": []})).to_string(),
        StatusCode::OK,
        -32602,
    )
    .await;
    check(
        &rpc("tools/call", json!({"name": "order_list"})).to_string(),
        StatusCode::OK,
        -32602,
    )
    .await;
    check(&rpc("no/such", json!({})).to_string(), StatusCode::OK, -32601).await;
    let reply = house.post("/mcp", &[("content-type", "text/plain")], &list()).await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn every_response_carries_a_request_id() {
    let house = House::open().await;
    let id = "0192f0c1-7a51-7f8e-9a43-5b6d7e8f9a0b";
    let reply = house.post("/mcp", &[("x-request-id", id)], &list()).await;
    assert_eq!(reply.headers["x-request-id"], id);
    let refused = house.post_as(None, "/mcp", &[("x-request-id", "<b>")], &list()).await;
    let given = refused.headers["x-request-id"].to_str().expect("text").to_owned();
    assert_eq!(refused.body["error"]["data"]["request_id"], json!(given));
    assert_ne!(given, "<b>");
    let call = rpc(
        "tools/call",
        json!({"name": "orders_get", "arguments": {"order_id": "1"}}),
    )
    .to_string();
    let reply = house.post("/mcp", &[("x-request-id", id)], &call).await;
    assert_eq!(reply.body["result"]["structuredContent"]["error"]["request_id"], id);
    assert!(
        house
            .sim
            .requests()
            .iter()
            .all(|request| request.request_id.as_deref() == Some(id))
    );
}

#[tokio::test]
async fn paths_and_headers_narrow_and_refuse_what_they_hide() {
    let house = House::open().await;
    let has = |tools: &[String], name: &str| tools.iter().any(|tool| tool == name);
    let read_only = house.listed("/mcp/readonly", &[]).await;
    assert!(has(&read_only, "orders_list") && !has(&read_only, "orders_add_note"));
    assert_eq!(house.listed("/mcp", &[("x-mcp-readonly", "true")]).await, read_only);
    let stores = house.listed("/mcp/x/stores", &[]).await;
    assert!(has(&stores, "stores_list") && !has(&stores, "orders_list"));
    assert_eq!(house.listed("/mcp", &[("x-mcp-toolsets", "stores")]).await, stores);
    assert!(!has(
        &house.listed("/mcp/x/stores", &[("x-mcp-toolsets", "orders")]).await,
        "orders_list"
    ));
    assert_eq!(
        house.post("/mcp/x/sotres", &[], &list()).await.status,
        StatusCode::BAD_REQUEST
    );

    let note = json!({"name": "orders.add_note", "arguments": {"order_id": house.an_order(), "content": "x"}});
    let reply = house
        .post("/mcp/readonly", &[], &rpc("tools/call", note).to_string())
        .await;
    let error = &reply.body["result"]["structuredContent"]["error"];
    assert_eq!(error["code"], "PERMISSION_DENIED");
    assert!(
        error["message"].as_str().expect("text").contains("read-only"),
        "{error}"
    );
    assert!(house.sim.requests().is_empty());
}

#[tokio::test]
async fn a_request_cannot_open_what_the_operator_closed() {
    let options = ToolOptions {
        narrowing: Narrowing::toolsets("stores").expect("known"),
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let stores = house.listed("/mcp", &[]).await;
    assert!(!stores.contains(&"orders_list".to_owned()));
    let headers = [("x-mcp-toolsets", "ALL"), ("x-mcp-readonly", "false")];
    assert_eq!(house.listed("/mcp/x/all", &headers).await, stores);
    assert_eq!(house.listed("/mcp/x/orders", &[]).await, ["tenant_use_master_key"]);
}

#[tokio::test]
async fn a_slash_at_the_end_is_the_same_endpoint() {
    let house = House::open().await;
    for path in ["/mcp", "/mcp/readonly", "/mcp/x/stores"] {
        let with_slash = house.listed(&format!("{path}/"), &[]).await;
        assert_eq!(with_slash, house.listed(path, &[]).await, "{path}");
    }
}

#[tokio::test]
async fn initialize_is_negotiated_by_its_body_and_an_unknown_version_is_told_which_are_known() {
    let house = House::open().await;
    let initialize = rpc(
        "initialize",
        json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "story", "version": "1"}}),
    )
    .to_string();
    for pinned in ["2025-11-25", "2026-07-28", "2099-01-01"] {
        let reply = house
            .post("/mcp", &[("mcp-protocol-version", pinned)], &initialize)
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{pinned}: {}", reply.body);
        assert_eq!(reply.body["result"]["protocolVersion"], "2025-06-18", "{pinned}");
    }
    // The newer era has no such method.
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "initialize")];
    let reply = house
        .post(
            "/mcp",
            &headers,
            &rpc("initialize", modern(json!({}), json!({}))).to_string(),
        )
        .await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND, "{}", reply.body);
    assert_eq!(reply.body["error"]["code"], -32601, "{}", reply.body);
    let reply = house
        .post("/mcp", &[("mcp-protocol-version", "2099-01-01")], &list())
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.headers["content-type"], "application/json");
    let error = &reply.body["error"];
    assert_eq!(
        (&error["code"], &reply.body["id"]),
        (&json!(-32022), &json!(1)),
        "{}",
        reply.body
    );
    assert_eq!(error["data"]["requested"], "2099-01-01");
    let supported = error["data"]["supported"].as_array().expect("a list");
    assert!(
        supported.contains(&json!("2025-11-25")) && supported.contains(&json!("2026-07-28")),
        "{error}"
    );
}

#[tokio::test]
async fn other_methods_are_refused_in_json_after_authentication() {
    let house = House::open().await;
    for method in ["GET", "DELETE", "PUT", "HEAD"] {
        let ask = async |key: Option<&str>| {
            let mut request = Request::builder()
                .method(method)
                .uri("/mcp")
                .header("host", "localhost");
            if let Some(key) = key {
                request = request.header("authorization", format!("Bearer {key}"));
            }
            let request = request.body(Body::empty()).expect("a request");
            house.router.clone().oneshot(request).await.expect("infallible")
        };
        assert_eq!(ask(None).await.status(), StatusCode::UNAUTHORIZED, "{method}");
        let refused = ask(Some(house.key.expose_secret())).await;
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(refused.headers()["allow"], "POST");
        assert_eq!(refused.headers()["content-type"], "application/json");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_or_a_credential_is_told_as_what_it_is() {
    let house = House::open().await;
    let packed = house.post("/mcp", &[("content-encoding", "gzip")], "\u{1f}").await;
    assert_eq!(packed.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(packed.headers["accept-encoding"], "identity");
    assert!(
        packed.body["error"]["message"]
            .as_str()
            .expect("text")
            .contains("'gzip'"),
        "{}",
        packed.body
    );

    let half =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"stores_list","arguments":{"a":"\ud83d"}}}"#;
    let reply = house.post("/mcp", &[], half).await;
    assert_eq!(
        (reply.status, &reply.body["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32700))
    );
    let message = reply.body["error"]["message"].as_str().expect("text");
    assert!(
        message.contains("half of a character") && message.contains("column"),
        "{message}"
    );

    let key = house.key.expose_secret();
    for (header, told) in [
        (format!("Bearer Bearer {key}"), "says 'Bearer' twice"),
        (format!("Bearer \"{key}\""), "in quotes"),
        ("Bearer ${MCP_MASTER_KEY}".to_owned(), "did not fill in the variable"),
        (format!("Basic {key}"), "malformed"),
        (
            "Bearer some-other-key-of-sixteen-bytes".to_owned(),
            "unknown, expired or revoked",
        ),
    ] {
        let reply = house
            .post_as(None, "/mcp", &[("authorization", &header)], &list())
            .await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{told}");
        let message = reply.body["error"]["message"].as_str().expect("text");
        assert!(message.contains(told), "{message}");
        assert!(!reply.body.to_string().contains(key));
    }
}

#[tokio::test]
async fn a_batch_of_messages_is_refused_whole() {
    let house = House::open().await;
    let batch: Vec<Value> = (0..101)
        .map(|id| json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "stores_list"}}))
        .collect();
    let reply = house.post("/mcp", &[], &json!(batch).to_string()).await;
    assert_eq!(
        (reply.status, &reply.body["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32600))
    );
    assert!(
        reply.body["error"]["data"]["hint"]
            .as_str()
            .expect("text")
            .contains("batches"),
        "{}",
        reply.body
    );
    assert!(
        house.recorded("stores.list").await.is_empty(),
        "no message of it was looked at"
    );
}

#[tokio::test]
async fn a_flat_list_of_many_values_is_refused_before_anything_is_built() {
    let house = House::open().await;
    let numbers = vec!["0"; 60_001].join(",");
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"x","arguments":{{"a":[{numbers}]}}}}}}"#
    );
    let reply = house.post("/mcp", &[], &body).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", reply.body);
    assert!(
        reply.body["error"]["message"]
            .as_str()
            .expect("text")
            .contains("values, names of members counted"),
        "{}",
        reply.body
    );
    // What is left below the bound goes to the tool, which has bounds of its own.
    let text = "x".repeat(3 * 1024 * 1024);
    let large = rpc("tools/call", json!({"name": "stores_list", "arguments": {"a": text}})).to_string();
    let reply = house.post("/mcp", &[], &large).await;
    assert_eq!(
        reply.body["result"]["structuredContent"]["error"]["code"],
        "VALIDATION_ERROR"
    );
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let house = House::open().await;
    let options = HttpOptions {
        body_timeout: std::time::Duration::from_millis(100),
        ..HttpOptions::default()
    };
    let impatient = router(&house.tools, options);
    for (declared, first) in [(None, "{"), (Some("200000"), "{"), (None, "")] {
        let (sender, body) = slow_body();
        sender.send(first.to_owned()).await.expect("a reader");
        let mut request = Request::post("/mcp")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", house.key.expose_secret()));
        if let Some(declared) = declared {
            request = request.header("content-length", declared);
        }
        let request = request.body(body).expect("a request");
        let reply = impatient.clone().oneshot(request).await.expect("infallible");
        assert_eq!(reply.status(), StatusCode::REQUEST_TIMEOUT, "{declared:?} {first:?}");
        drop(sender);
    }
}

/// A body whose pieces are sent by the test.
fn slow_body() -> (tokio::sync::mpsc::Sender<String>, Body) {
    let (sender, receiver) = tokio::sync::mpsc::channel::<String>(1);
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async {
        let piece = receiver.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(piece), receiver))
    });
    (sender, Body::from_stream(stream))
}

/// In the older revisions a call says nothing of its client, and nobody else's name stands in for it.
#[tokio::test]
async fn a_client_is_recorded_under_its_own_name_or_none() {
    let house = House::open().await;
    house.call("stores_list", json!({})).await;
    let params = modern(json!({"name": "stores_list", "arguments": {}}), json!({}));
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "stores_list"),
    ];
    let reply = house
        .post("/mcp", &headers, &rpc("tools/call", params).to_string())
        .await;
    assert_eq!(reply.body["result"]["isError"], false, "{}", reply.body);
    let recorded = house.recorded("stores.list").await;
    let names: Vec<&Value> = recorded.iter().map(|entry| &entry["client_name"]).collect();
    assert_eq!(names, [&Value::Null, &json!("story 1")]);
}
