use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::{router, tests::options};

async fn document(path: &str) -> Value {
    let options = options(Some("https://orders.example.com"), false);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let reply = router(&options).oneshot(request).await.unwrap();
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
