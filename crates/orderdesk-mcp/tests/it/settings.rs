//! Settings of the HTTP door change what it does.

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_with_tenant,
    wire::{Client, Reply, ask},
};

fn serve(home: &Home) -> (Running, Client) {
    let running = Running::start(home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    (running, client)
}

fn with_store(home: &Home, simulator: &Running) {
    let id = simulator.store(0, "store_id");
    home.run(&[
        "store",
        "add",
        "--store-id",
        id,
        "--name",
        "Shop",
        "--api-key-env",
        "STORE_KEY",
    ])
    .ok();
}

/// A call without a body worth reading, with these headers.
fn knock(client: &Client, headers: &[(&str, &str)]) -> Reply {
    let bearer = format!("Bearer {}", client.key.as_deref().unwrap_or_default());
    let headers = [&[("Authorization", bearer.as_str())], headers].concat();
    ask(
        "POST",
        &client.url,
        &headers,
        Some(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })),
    )
}

#[test]
fn only_allowed_hosts_and_origins_are_answered() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("ALLOWED_HOSTS", "orders.internal");
    home.set("ALLOWED_ORIGINS", "https://app.example.com");
    home.set("PUBLIC_URL", "https://orders.example.com");
    let (_running, client) = serve(&home);
    for (header, status) in [
        (("Host", "orders.internal"), 200),
        (("Host", "orders.example.com"), 200),
        (("Host", "evil.example"), 403),
        (("Origin", "https://app.example.com"), 200),
        (("Origin", "https://evil.example"), 403),
    ] {
        assert_eq!(knock(&client, &[header]).status, status, "{header:?}");
    }
    let metadata = client.url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
    let document = ask("GET", &metadata, &[], None);
    assert!(
        document.body.contains("\"https://orders.example.com/mcp\""),
        "{document:?}"
    );
}

#[test]
fn the_pages_repeat_only_a_name_that_the_endpoint_answers_to() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("ALLOWED_HOSTS", "orders.internal");
    let (_running, client) = serve(&home);
    let metadata = client.url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
    for (host, endpoint) in [
        ("orders.internal", "http://orders.internal/mcp"),
        ("evil.example", &client.url),
    ] {
        let document = ask("GET", &metadata, &[("Host", host)], None).json();
        assert_eq!(document["resource"], endpoint, "{host}");
    }
}

/// What the audit log has as the caller's address of a call with these headers.
fn recorded_address(home: &Home, headers: &[(&str, &str)]) -> String {
    let (running, client) = serve(home);
    let bearer = format!("Bearer {}", client.key.as_deref().unwrap_or_default());
    let headers = [&[("Authorization", bearer.as_str())], headers].concat();
    let call = json!({ "name": "stores_list", "arguments": {} });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
    assert_eq!(ask("POST", &client.url, &headers, Some(&body)).status, 200);
    running.terminate();
    assert_eq!(running.ended().0, Some(0));
    let entries = home.run(&["audit", "export", "--tool", "stores_list"]).json();
    entries[0]["ip_address"].as_str().unwrap().to_owned()
}

#[test]
fn the_callers_address_is_believed_from_the_one_header_that_was_named() {
    let says = [
        ("X-Real-IP", "198.51.100.7"),
        ("CF-Connecting-IP", "203.0.113.9"),
        ("X-Forwarded-For", "192.0.2.5"),
    ];
    for (settings, expected) in [
        (&[][..], "127.0.0.1"),
        (&[("TRUST_PROXY", "true")][..], "192.0.2.5"),
        (
            &[("TRUST_PROXY", "true"), ("TRUSTED_PROXIES", "10.0.0.0/8")][..],
            "127.0.0.1",
        ),
        (
            &[("TRUST_PROXY", "true"), ("CLIENT_IP_HEADER", "X-Real-IP")][..],
            "198.51.100.7",
        ),
        (&[("CLIENT_IP_HEADER", "X-Real-IP")][..], "127.0.0.1"),
    ] {
        let (mut home, _simulator) = home_with_tenant();
        for (name, value) in settings {
            home.set(name, value);
        }
        assert_eq!(recorded_address(&home, &says), expected, "{settings:?}");
    }
}

#[test]
fn a_master_key_is_a_bearer_token_only_where_that_is_allowed() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("ALLOW_MASTER_KEY_BEARER", "false");
    let (_running, client) = serve(&home);
    assert_eq!(knock(&client, &[]).status, 401);
}

#[test]
fn requests_and_replies_are_bounded() {
    let (mut home, simulator) = home_with_tenant();
    with_store(&home, &simulator);
    home.set("MAX_REQUEST_BYTES", "2048");
    home.set("MCP_MAX_RESPONSE_BYTES", "4096");
    let (_running, client) = serve(&home);
    let long = client.send("tools/list", &json!({ "padding": "x".repeat(4000) }));
    assert_eq!(long.status, 413, "{long:?}");
    let page = client.call("orders_list", &json!({ "limit": 50 }));
    assert!(page.to_string().len() <= 4096, "{} bytes", page.to_string().len());
    assert!(page["page"]["next_offset"].is_u64(), "{page}");
}

#[test]
fn a_tenant_spends_its_own_limit() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("RATE_LIMIT_RPM", "1");
    home.set("RATE_LIMIT_BURST", "2");
    let (_running, client) = serve(&home);
    let codes: Vec<Value> = (0..3)
        .map(|_| client.call("stores_list", &json!({}))["error"]["code"].clone())
        .collect();
    assert_eq!(codes, [Value::Null, Value::Null, "RATE_LIMIT_EXCEEDED".into()]);
}

#[test]
fn a_call_that_takes_too_long_is_answered_in_time() {
    let (mut home, simulator) = home_with_tenant();
    with_store(&home, &simulator);
    home.set("REQUEST_TIMEOUT", "1");
    let origin = simulator.told("url").trim_end_matches("/api/v2").to_owned();
    let slow = json!({ "kind": { "slow": { "ms": 5000 } }, "method": "GET", "path": "/orders" });
    assert!(ask("POST", &format!("{origin}/_sim/faults"), &[], Some(&slow)).status < 300);
    let (_running, client) = serve(&home);
    let envelope = client.call("orders_list", &json!({ "limit": 1 }));
    assert_eq!(envelope["error"]["code"], "UPSTREAM_BUSY", "{envelope}");
}

#[test]
fn the_number_of_workers_is_a_setting_like_any_other() {
    let mut home = Home::new();
    for (given, code) in [("", 0), ("2", 0), ("0", 2), ("two", 2), ("20000", 2)] {
        home.set("TOKIO_WORKER_THREADS", given);
        let ended = home.run(&["config", "show", "--output", "json"]);
        assert_eq!(ended.code, Some(code), "{given}: {ended:?}");
        let is_told = ended
            .stderr
            .contains("TOKIO_WORKER_THREADS must be a whole number from 1 to 1024");
        assert_eq!(is_told, code == 2, "{given}: {ended:?}");
        assert!(!ended.stderr.contains("panicked"), "{given}: {ended:?}");
    }
}
