use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use od_engine::OAuthOptions;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    WebOptions, router,
    tests::{door, engine, options},
};

const RESOURCE: &str = "/.well-known/oauth-protected-resource";
const SERVER: &str = "/.well-known/oauth-authorization-server";

/// All but deleting orders and changing stores.
const USUAL: [&str; 6] = [
    "stores:read",
    "orders:read",
    "orders:write",
    "shipments:write",
    "products:read",
    "products:write",
];

fn public() -> WebOptions {
    options(Some("https://orders.example.com"), false)
}

async fn document_of(options: WebOptions, path: &str) -> Value {
    // What some clients send with it means nothing here.
    let request = Request::get(path)
        .header("host", "localhost:9000")
        .header("mcp-protocol-version", "2024-11-05")
        .header("accept", "text/plain")
        .body(Body::empty())
        .unwrap();
    let reply = door(options).await.oneshot(request).await.unwrap();
    assert_eq!(reply.status(), 200, "{path}");
    assert_eq!(reply.headers()["content-type"], "application/json");
    assert_eq!(reply.headers()["access-control-allow-origin"], "*");
    assert!(reply.headers().get("access-control-allow-credentials").is_none());
    serde_json::from_slice(&reply.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

async fn document(path: &str) -> Value {
    document_of(public(), path).await
}

#[tokio::test]
async fn the_resource_is_the_address_that_people_paste() {
    let document = document(&format!("{RESOURCE}/mcp")).await;
    assert_eq!(document["resource"], "https://orders.example.com/mcp");
    assert_eq!(document["authorization_servers"], json!(["https://orders.example.com"]));
    assert_eq!(document["bearer_methods_supported"], json!(["header"]));
    assert_eq!(document["scopes_supported"], json!(USUAL));
    assert_eq!(document["resource_documentation"], "https://orders.example.com/");
}

#[tokio::test]
async fn the_root_has_the_document_of_the_widest_endpoint() {
    for slash in ["", "/"] {
        assert_eq!(
            document(&format!("{RESOURCE}{slash}")).await,
            document(&format!("{RESOURCE}/mcp")).await
        );
    }
}

#[tokio::test]
async fn every_endpoint_has_a_document_that_names_it_to_the_letter() {
    for endpoint in [
        "/mcp",
        "/mcp/",
        "/mcp/text",
        "/mcp/text/",
        "/mcp/structured",
        "/mcp/readonly",
        "/mcp/readonly/",
        "/mcp/readonly/text/",
        "/mcp/x/orders,shipments",
        "/mcp/x/orders%2Cshipments/",
        "/mcp/x/orders/text",
    ] {
        let document = document(&format!("{RESOURCE}{endpoint}")).await;
        assert_eq!(document["resource"], format!("https://orders.example.com{endpoint}"));
    }
}

async fn status(options: WebOptions, method: &str, path: &str) -> StatusCode {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    door(options).await.oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn what_is_no_endpoint_has_none() {
    for endpoint in [
        "/mcp/nowhere",
        "/mcp/text/readonly",
        "/mcp/x",
        "/mcp/x/orders/readonly",
        "/mcp//",
        "//mcp",
        "/od/mcp",
        "/metrics",
    ] {
        for place in [RESOURCE, SERVER] {
            let path = format!("{place}{endpoint}");
            assert_eq!(status(public(), "GET", &path).await, 404, "{path}");
        }
    }
    assert_eq!(status(public(), "POST", RESOURCE).await, 405);
}

#[tokio::test]
async fn a_server_without_a_public_address_is_called_what_the_caller_calls_it() {
    let check = async |host: &str, expected: &str| {
        let get = |path: String| {
            let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
            async move {
                let reply = door(options(None, false)).await.oneshot(request).await.unwrap();
                let body = reply.into_body().collect().await.unwrap().to_bytes();
                serde_json::from_slice::<Value>(&body).unwrap()
            }
        };
        let resource = get(format!("{RESOURCE}/mcp/readonly")).await;
        assert_eq!(resource["resource"], format!("{expected}/mcp/readonly"));
        assert_eq!(resource["authorization_servers"], json!([expected]));
        let server = get(SERVER.to_owned()).await;
        assert_eq!(server["issuer"], expected);
        assert_eq!(server["token_endpoint"], format!("{expected}/token"));
    };
    check("localhost:9000", "http://localhost:9000").await;
    check("[::1]:9000", "http://[::1]:9000").await;
    check("evil.example", "http://127.0.0.1:8080").await;
}

#[tokio::test]
async fn the_authorization_server_says_what_clients_insist_on() {
    let document = document(SERVER).await;
    let scopes: Vec<_> = USUAL.into_iter().chain(["offline_access"]).collect();
    let expected = json!({
        "issuer": "https://orders.example.com",
        "authorization_endpoint": "https://orders.example.com/authorize",
        "token_endpoint": "https://orders.example.com/token",
        "registration_endpoint": "https://orders.example.com/register",
        "revocation_endpoint": "https://orders.example.com/revoke",
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        "client_id_metadata_document_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": "https://orders.example.com/",
    });
    assert_eq!(document, expected);
    for end in ["/", "/mcp", "/mcp/", "/mcp/readonly"] {
        assert_eq!(
            super::tests::document(&format!("{SERVER}{end}")).await,
            expected,
            "{end}"
        );
    }
}

#[tokio::test]
async fn whether_documents_about_clients_are_fetched_is_said() {
    let fetching = OAuthOptions {
        client_metadata: true,
        ..OAuthOptions::default()
    };
    let request = Request::get(SERVER).body(Body::empty()).unwrap();
    let reply = router(engine(fetching).await, public()).oneshot(request).await.unwrap();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    let document: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(document["client_id_metadata_document_supported"], true);
}

/// A proxy serves the endpoint below a path of its own and takes that off: what it passes on from the root it does not
/// touch.
#[tokio::test]
async fn a_public_path_belongs_to_the_addresses_and_not_to_the_issuer() {
    let below = || options(Some("https://example.com/od/"), false);
    for path in [
        format!("{RESOURCE}/mcp"),
        format!("{RESOURCE}/od/mcp"),
        RESOURCE.to_owned(),
    ] {
        let document = document_of(below(), &path).await;
        assert_eq!(document["resource"], "https://example.com/od/mcp", "{path}");
        assert_eq!(document["authorization_servers"], json!(["https://example.com"]));
    }
    let server = document_of(below(), SERVER).await;
    assert_eq!(server["issuer"], "https://example.com");
    assert_eq!(server["authorization_endpoint"], "https://example.com/od/authorize");
}

#[tokio::test]
async fn without_oauth_there_are_no_documents() {
    let off = OAuthOptions {
        enabled: false,
        ..OAuthOptions::default()
    };
    let door = router(engine(off).await, public());
    for path in [
        RESOURCE.to_owned(),
        format!("{RESOURCE}/mcp"),
        SERVER.to_owned(),
        format!("{SERVER}/mcp"),
    ] {
        let request = Request::get(&path).body(Body::empty()).unwrap();
        assert_eq!(door.clone().oneshot(request).await.unwrap().status(), 404, "{path}");
    }
}
