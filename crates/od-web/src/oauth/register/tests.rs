use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt;
use od_engine::OAuthOptions;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    router,
    tests::{door, engine, options},
};

async fn send(door: &Router, from: &str, body: impl Into<Body>) -> (StatusCode, HeaderMap, Value) {
    let mut request = Request::post("/register").body(body.into()).unwrap();
    let address: SocketAddr = from.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    let reply = door.clone().oneshot(request).await.unwrap();
    let (status, headers) = (reply.status(), reply.headers().clone());
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    (status, headers, serde_json::from_slice(&body).unwrap_or_default())
}

async fn register(door: &Router, said: &Value) -> (StatusCode, Value) {
    let (status, headers, body) = send(door, "192.0.2.1:1", said.to_string()).await;
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["access-control-allow-origin"], "*");
    (status, body)
}

#[tokio::test]
async fn a_program_that_says_little_gets_an_id_and_no_secret() {
    let door = door(options(None, false)).await;
    let said = json!({"client_name": "mcp", "redirect_uris": ["http://localhost:3000/cb"]});
    let (status, told) = register(&door, &said).await;
    assert_eq!(status, 201);
    assert_eq!(told["token_endpoint_auth_method"], "none");
    assert_eq!(told["client_name"], "mcp");
    assert_eq!(told["redirect_uris"], said["redirect_uris"]);
    assert_eq!(told["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert!(told["client_id_issued_at"].is_i64(), "{told}");
    assert!(!told["client_id"].as_str().unwrap().is_empty());
    for secret in ["client_secret", "client_secret_expires_at"] {
        assert!(told.get(secret).is_none(), "{told}");
    }
}

#[tokio::test]
async fn a_program_that_can_keep_a_secret_gets_one() {
    let door = door(options(None, false)).await;
    for method in ["client_secret_post", "client_secret_basic"] {
        let said = json!({"redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": method});
        let (status, told) = register(&door, &said).await;
        assert_eq!(
            (status.as_u16(), told["token_endpoint_auth_method"].as_str()),
            (201, Some(method))
        );
        assert!(told["client_secret"].as_str().unwrap().len() > 40, "{told}");
        assert_eq!(told["client_secret_expires_at"], 0);
        // Told once: who sends the same again is somebody else.
        let (_, again) = register(&door, &said).await;
        assert_ne!(again["client_id"], told["client_id"]);
        assert_ne!(again["client_secret"], told["client_secret"]);
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let door = door(options(None, false)).await;
    let check = async |body: &str, code: &str, part: &str| {
        let (status, _, told) = send(&door, "192.0.2.1:1", body.to_owned()).await;
        assert_eq!(
            (status.as_u16(), told["error"].as_str()),
            (400, Some(code)),
            "{body}: {told}"
        );
        assert!(told["request_id"].is_string(), "{told}");
        let description = told["error_description"].as_str().unwrap();
        assert!(description.contains(part) && description.is_ascii(), "{told}");
    };
    check("", "invalid_client_metadata", "JSON object").await;
    check("[]", "invalid_client_metadata", "JSON object").await;
    check("{}", "invalid_redirect_uri", "redirect_uris must be a list").await;
    let plain = r#"{"redirect_uris":["http://a.example/ü"]}"#;
    check(plain, "invalid_redirect_uri", "no address in redirect_uris can be used").await;
    let jwt = r#"{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt"}"#;
    check(jwt, "invalid_client_metadata", "token_endpoint_auth_method").await;
}

#[tokio::test]
async fn a_large_body_is_not_read() {
    let door = door(options(None, false)).await;
    let (status, _, told) = send(&door, "192.0.2.1:1", vec![b' '; 17 * 1024]).await;
    assert_eq!(
        (status.as_u16(), told["error"].as_str()),
        (413, Some("invalid_client_metadata"))
    );
}

#[tokio::test]
async fn one_address_registers_sixty_programs_at_once_and_no_more() {
    let door = door(options(None, false)).await;
    let body = r#"{"redirect_uris":["http://localhost:1/cb"]}"#;
    for n in 0..60 {
        assert_eq!(send(&door, "192.0.2.7:1", body).await.0, 201, "{n}");
    }
    let (status, headers, told) = send(&door, "192.0.2.7:2", body).await;
    assert_eq!(
        (status.as_u16(), told["error"].as_str()),
        (429, Some("too_many_requests"))
    );
    let wait: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(send(&door, "192.0.2.8:1", body).await.0, 201, "another address");
}

#[tokio::test]
async fn without_oauth_nobody_registers() {
    let off = OAuthOptions {
        enabled: false,
        ..OAuthOptions::default()
    };
    let door = router(engine(off).await, options(None, false));
    assert_eq!(send(&door, "192.0.2.1:1", "{}").await.0, 404);
}

#[tokio::test]
async fn a_page_of_any_origin_may_register() {
    let door = door(options(None, false)).await;
    let request = Request::options("/register")
        .header("origin", "https://inspector.example.com")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,mcp-protocol-version")
        .body(Body::empty())
        .unwrap();
    let reply = door.oneshot(request).await.unwrap();
    assert_eq!(reply.status(), 204);
    let headers = reply.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        headers["access-control-allow-headers"],
        "content-type,mcp-protocol-version"
    );
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("POST")
    );
    assert!(headers.get("access-control-allow-credentials").is_none());
}
