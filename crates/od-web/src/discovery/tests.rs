use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::tests::{door, options};

async fn document(path: &str) -> Value {
    let options = options(Some("https://orders.example.com"), false);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let reply = door(options).await.oneshot(request).await.unwrap();
    assert_eq!(reply.status(), 200, "{path}");
    assert_eq!(reply.headers()["content-type"], "application/json");
    assert_eq!(reply.headers()["access-control-allow-origin"], "*");
    serde_json::from_slice(&reply.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn the_resource_is_the_address_that_people_paste() {
    let document = document("/.well-known/oauth-protected-resource/mcp").await;
    assert_eq!(document["resource"], "https://orders.example.com/mcp");
    assert_eq!(document["bearer_methods_supported"], serde_json::json!(["header"]));
    assert!(
        document["scopes_supported"]
            .as_array()
            .unwrap()
            .contains(&"orders:read".into())
    );
    assert!(document.get("authorization_servers").is_none());
}

#[tokio::test]
async fn both_places_hold_the_same_document() {
    let root = document("/.well-known/oauth-protected-resource").await;
    assert_eq!(root, document("/.well-known/oauth-protected-resource/mcp").await);
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
        "/mcp/readonly/text/",
        "/mcp/x/orders,shipments",
        "/mcp/x/orders%2Cshipments/",
        "/mcp/x/orders/text",
    ] {
        let document = document(&format!("/.well-known/oauth-protected-resource{endpoint}")).await;
        assert_eq!(document["resource"], format!("https://orders.example.com{endpoint}"));
    }
}

#[tokio::test]
async fn what_is_no_endpoint_has_none() {
    for endpoint in [
        "/mcp/nowhere",
        "/mcp/text/readonly",
        "/mcp/x",
        "/mcp/x/orders/readonly",
        "/metrics",
    ] {
        let path = format!("/.well-known/oauth-protected-resource{endpoint}");
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let reply = door(options(None, false)).await.oneshot(request).await.unwrap();
        assert_eq!(reply.status(), 404, "{path}");
    }
}
