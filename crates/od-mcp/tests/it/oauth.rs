//! What a client learns from a refusal: where to sign in, what to ask for there, and what it lacks.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use od_engine::{Grants, NewPersonalToken, Permission, RequestId, Scope, Source};
use od_mcp::{Catalog, HttpOptions, ToolNames};
use secrecy::SecretString;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{House, Reply, modern, post, router, rpc};

const USUAL: &str = "stores:read orders:read orders:write shipments:write products:read products:write";

async fn ask(router: &Router, method: &str, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap) {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:8080");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let reply = router.clone().oneshot(request).await.expect("infallible");
    (reply.status(), reply.headers().clone())
}

fn challenge(headers: &HeaderMap) -> &str {
    headers["www-authenticate"].to_str().expect("text")
}

#[tokio::test]
async fn every_method_of_every_endpoint_is_challenged_before_anything_else_is_looked_at() {
    let house = House::open().await;
    let paths = [
        "/mcp",
        "/mcp/",
        "/mcp/text",
        "/mcp/structured/",
        "/mcp/readonly",
        "/mcp/readonly/",
        "/mcp/x/orders,shipments",
        "/mcp/x/orders%2Cshipments/text/",
        "/mcp/x/nonsense",
    ];
    let careless = [
        &[][..],
        &[("mcp-protocol-version", "2024-11-05"), ("accept", "text/html")],
        &[("mcp-protocol-version", "nonsense"), ("content-type", "text/plain")],
        &[("content-length", "99999999999"), ("content-encoding", "br")],
        &[("x-mcp-readonly", "perhaps"), ("x-mcp-toolsets", "nonsense")],
    ];
    for path in paths {
        for method in ["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            for headers in careless {
                let (status, headers) = ask(&house.router, method, path, headers).await;
                assert_eq!(status, 401, "{method} {path}");
                let expected = format!(
                    "Bearer realm=\"orderdesk-mcp\", resource_metadata=\"http://localhost:8080\
                     /.well-known/oauth-protected-resource{path}\", scope=\"{USUAL}\""
                );
                assert_eq!(challenge(&headers), expected, "{method} {path}");
                assert_eq!(headers["cache-control"], "no-store");
            }
        }
    }
}

#[tokio::test]
async fn a_credential_that_is_none_is_told_as_that() {
    let house = House::open().await;
    for bearer in [
        "Bearer nobodys-key-of-sixteen",
        "Bearer odat_x",
        "Basic eDp5",
        "Bearer ${KEY}",
        "Bearer",
    ] {
        for method in ["POST", "GET"] {
            let (status, headers) = ask(&house.router, method, "/mcp/readonly", &[("authorization", bearer)]).await;
            assert_eq!(status, 401, "{bearer}");
            let challenge = challenge(&headers);
            assert!(
                challenge.starts_with("Bearer realm=\"orderdesk-mcp\", error=\"invalid_token\", resource_metadata=\"http://localhost:8080/.well-known/oauth-protected-resource/mcp/readonly\", scope="),
                "{challenge}"
            );
        }
    }
}

#[tokio::test]
async fn the_challenge_names_the_server_as_the_caller_does_or_by_its_public_address() {
    let house = House::open().await;
    let check = async |public_url: Option<&str>, host: &str, origin: &str, prefix: &str| {
        let options = HttpOptions {
            public_url: public_url.map(str::to_owned),
            ..HttpOptions::default()
        };
        let (status, headers) = ask(&router(&house.tools, options), "GET", "/mcp", &[("host", host)]).await;
        assert_eq!(status, 401);
        let place = format!("resource_metadata=\"{origin}/.well-known/oauth-protected-resource{prefix}/mcp\"");
        assert!(challenge(&headers).contains(&place), "{}", challenge(&headers));
    };
    check(None, "127.0.0.1:9000", "http://127.0.0.1:9000", "").await;
    check(None, "[::1]:9000", "http://[::1]:9000", "").await;
    check(
        Some("https://mcp.example.com/"),
        "mcp.example.com",
        "https://mcp.example.com",
        "",
    )
    .await;
    check(
        Some("https://mcp.example.com/od"),
        "localhost",
        "https://mcp.example.com",
        "/od",
    )
    .await;
    // A foreign name is refused as before, and nothing repeats it.
    let (status, headers) = ask(&house.router, "GET", "/mcp", &[("host", "evil.example")]).await;
    assert_eq!(status, 403);
    assert!(!headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_path_that_somebody_plays_with_stays_within_its_quotes() {
    let house = House::open().await;
    let (_, headers) = ask(&house.router, "GET", "/mcp/x/a\",scope=\"b", &[]).await;
    assert!(
        challenge(&headers).contains("/mcp/x/a%22,scope=%22b\", scope="),
        "{}",
        challenge(&headers)
    );
    let (_, headers) = ask(&house.router, "GET", &format!("/mcp/x/{}", "a".repeat(5000)), &[]).await;
    assert!(challenge(&headers).len() < 500);
}

#[tokio::test]
async fn without_oauth_the_challenge_points_nowhere() {
    let house = House::open_without_oauth().await;
    let (status, headers) = ask(&house.router, "GET", "/mcp", &[]).await;
    assert_eq!(
        (status.as_u16(), challenge(&headers)),
        (401, "Bearer realm=\"orderdesk-mcp\"")
    );
    let reply = house.post_as(None, "/mcp", &[], "{}").await;
    let hint = reply.body["error"]["data"]["hint"].as_str().expect("a hint").to_owned();
    assert!(!hint.contains("OAuth") && hint.contains("master key"), "{hint}");
}

#[tokio::test]
async fn who_is_signed_in_learns_what_else_is_wrong() {
    let house = House::open().await;
    for method in ["GET", "HEAD", "DELETE", "PUT"] {
        use secrecy::ExposeSecret as _;
        let bearer = format!("Bearer {}", house.key.expose_secret());
        let (status, headers) = ask(&house.router, method, "/mcp", &[("authorization", &bearer)]).await;
        assert_eq!(
            (status.as_u16(), headers["allow"].to_str().expect("text")),
            (405, "POST")
        );
        assert_eq!(headers["cache-control"], "no-store");
        assert!(!headers.contains_key("www-authenticate"));
    }
}

/// A token of the house's tenant that may do this.
async fn token(house: &House, scopes: &[Permission]) -> SecretString {
    let owner = house.engine.auth().sign_in(&house.key).await.expect("good key");
    let scope = Scope::new(owner, RequestId::generate(), Source::Cli);
    let new = NewPersonalToken {
        label: "story".to_owned(),
        scopes: Grants::of(scopes),
        stores: None,
        expires_in: Some(Duration::from_hours(1)),
    };
    house.engine.tokens().create(&scope, new).await.expect("a token").token
}

async fn call(house: &House, token: &SecretString, path: &str, tool: &str, arguments: Value) -> Reply {
    let body = rpc("tools/call", json!({"name": tool, "arguments": arguments})).to_string();
    house.post_as(Some(token), path, &[], &body).await
}

#[tokio::test]
async fn what_is_listed_for_a_token_it_may_call() {
    let house = House::open().await;
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let mut called = 0;
    for permission in Permission::ALL {
        let token = token(&house, &[permission]).await;
        let list = rpc("tools/list", json!({})).to_string();
        let listed = house.post_as(Some(&token), "/mcp", &[], &list).await.body;
        let listed = listed["result"]["tools"].as_array().expect("tools");
        for entry in catalog.entries() {
            let name = entry.listed.name.as_ref();
            if !listed.iter().any(|tool| tool["name"] == name) {
                continue;
            }
            let reply = call(&house, &token, "/mcp", name, entry.spec.example.clone()).await;
            let error = &reply.body["result"]["structuredContent"]["error"];
            assert_ne!(error["code"], "PERMISSION_DENIED", "{permission}: {name}");
            called += 1;
        }
    }
    assert!(called > 30, "{called}");
}

#[tokio::test]
async fn a_call_beyond_the_grants_says_what_to_ask_for_in_status_and_header_too() {
    let house = House::open().await;
    let token = token(&house, &[Permission::StoresRead, Permission::OrdersRead]).await;
    let note = json!({"order_id": house.an_order(), "content": "x"});
    for (path, tool) in [("/mcp", "orders_add_note"), ("/mcp/text/", "orders.add_note")] {
        let reply = call(&house, &token, path, tool, note.clone()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_eq!(
            challenge(&reply.headers),
            format!(
                "Bearer realm=\"orderdesk-mcp\", error=\"insufficient_scope\", scope=\"stores:read orders:read \
                 orders:write\", resource_metadata=\"http://localhost:8080/.well-known/oauth-protected-resource{path}\""
            )
        );
        assert_eq!(reply.headers["content-type"], "application/json");
        // The body is what it would be over 200: a client that reads it tells its model.
        assert_eq!(
            (&reply.body["id"], &reply.body["result"]["isError"]),
            (&json!(1), &json!(true))
        );
        let text = reply.body["result"]["content"][0]["text"].as_str().expect("text");
        let envelope: Value = serde_json::from_str(text).expect("JSON");
        let error = &envelope["error"];
        assert_eq!(error["code"], "PERMISSION_DENIED");
        assert_eq!(error["details"]["permission"], "orders:write");
        assert!(
            error["hint"].as_str().expect("a hint").starts_with("Connect again"),
            "{error}"
        );
    }
    assert!(house.sim.requests().is_empty());
    let recorded = house.recorded("orders.add_note").await;
    assert_eq!(recorded.len(), 2, "each once: {recorded:?}");
    for entry in &recorded {
        assert!(
            entry["actor"].as_str().expect("text").starts_with("personal_token:"),
            "{entry}"
        );
    }

    let body = rpc(
        "tools/call",
        modern(json!({"name": "orders_add_note", "arguments": note}), json!({})),
    );
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "orders_add_note"),
    ];
    let reply = house.post_as(Some(&token), "/mcp", &headers, &body.to_string()).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.body);
}

#[tokio::test]
async fn what_a_credential_may_do_is_answered_as_ever() {
    let house = House::open().await;
    let reader = token(&house, &[Permission::StoresRead, Permission::OrdersRead]).await;
    let reply = call(&house, &reader, "/mcp", "stores_list", json!({})).await;
    assert_eq!(
        (reply.status, reply.headers.contains_key("www-authenticate")),
        (StatusCode::OK, false)
    );
    // No such tool, and arguments that cannot be: not a matter of rights.
    for (tool, arguments) in [("orders_lisst", json!({})), ("orders_get", json!({}))] {
        assert_eq!(
            call(&house, &reader, "/mcp", tool, arguments).await.status,
            StatusCode::OK,
            "{tool}"
        );
    }
    // A connection that leaves the tool out leaves it out for everybody.
    let note = json!({"order_id": "1", "content": "x"});
    let writer = token(&house, &[Permission::OrdersRead, Permission::OrdersWrite]).await;
    for token in [&reader, &writer, &house.key] {
        let reply = call(&house, token, "/mcp/readonly", "orders_add_note", note.clone()).await;
        assert_eq!(
            (reply.status, reply.headers.contains_key("www-authenticate")),
            (StatusCode::OK, false)
        );
    }
}

#[tokio::test]
async fn where_master_keys_are_not_taken_tokens_are() {
    let house = House::open().await;
    let token = token(&house, &[Permission::StoresRead]).await;
    let closed = router(
        &house.tools,
        HttpOptions {
            allow_master_key_bearer: false,
            ..HttpOptions::default()
        },
    );
    let list = rpc("tools/list", json!({})).to_string();
    assert_eq!(
        post(&closed, Some(&token), "/mcp", &[], &list).await.status,
        StatusCode::OK
    );
    let refused = post(&closed, Some(&house.key), "/mcp", &[], &list).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(challenge(&refused.headers).contains("resource_metadata"));
    let told = refused.body["error"]["message"].as_str().expect("text");
    assert!(told.contains("a master key is not accepted"), "{told}");
}
