//! What the tests of this door share.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};

use axum::Router;
use od_engine::{
    AuditOptions, CacheOptions, Clock, DbOptions, Engine, EngineOptions, LimitOptions, LinkOptions, MutationOptions,
    OAuthOptions, ReplicaOptions, RootKey, SessionOptions, UpstreamOptions,
};

use crate::WebOptions;

pub mod attempts;
pub(crate) mod browser;
pub(crate) mod house;
mod odd_forms;
mod planted;
pub mod routes;

pub(crate) fn options(public_url: Option<&str>, open: bool) -> WebOptions {
    WebOptions {
        public_url: public_url.map(|url| url.parse().unwrap()),
        address: ([127, 0, 0, 1], 8080).into(),
        answers_to: Arc::new(|host| ["localhost:9000", "[::1]:9000"].contains(&host)),
        open,
        mail: None,
        session_cookie: "orderdesk_session".to_owned(),
        secure_cookies: true,
        same_site: crate::SameSite::Strict,
        most_post_bytes: 64 * 1024,
        pages: None,
    }
}

/// Pages, without a tool in the console.
pub(crate) fn pages() -> crate::PageOptions {
    crate::PageOptions {
        traces: true,
        ..crate::PageOptions::default()
    }
}

/// An engine in memory, of which nobody knows anything yet.
pub(crate) async fn engine(oauth: OAuthOptions) -> Engine {
    let options = EngineOptions {
        oauth,
        ..engine_options()
    };
    Engine::open(options, Clock::system()).await.unwrap()
}

/// An engine in memory with the manners of a new installation, quicker at hashing.
pub(crate) fn engine_options() -> EngineOptions {
    EngineOptions {
        root_key: RootKey::generate(),
        previous_root_key: None,
        database: DbOptions::default(),
        upstream: UpstreamOptions::default(),
        cache: CacheOptions::default(),
        limits: LimitOptions::default(),
        runs: LimitOptions::default(),
        mutation: MutationOptions::default(),
        mirror: od_engine::insight::MirrorOptions::default(),
        audit: AuditOptions::default(),
        oauth: OAuthOptions::default(),
        links: LinkOptions::default(),
        webhooks: od_engine::WebhookOptions::default(),
        sessions: SessionOptions::default(),
        bcrypt_cost: 4,
        replicas: ReplicaOptions::default(),
    }
}

/// The door as it is by default.
pub(crate) async fn door(options: WebOptions) -> Router {
    crate::router(engine(OAuthOptions::default()).await, options)
}

#[tokio::test]
async fn where_there_is_nothing_a_person_is_shown_a_page() {
    let engine = engine(OAuthOptions::default()).await;
    let options = WebOptions {
        pages: Some(pages()),
        ..options(Some("https://orders.example.com"), false)
    };
    let nowhere = crate::nowhere(engine.clone(), options.clone()).unwrap();
    for path in ["/nowhere", "/stores/1/2/3", "/%3Cscript%3E", "//evil.example"] {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let reply = browser::Reply::of(&nowhere, request).await;
        assert_eq!(reply.status, 404, "{path}");
        reply.shows("<h1>Not found</h1>");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("content-security-policy"), crate::security::OUR_PAGES);
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
    let without = WebOptions { pages: None, ..options };
    assert!(crate::nowhere(engine, without).is_none());
}

fn check(host: Option<&'static str>, expected: &str) {
    let mut headers = HeaderMap::new();
    if let Some(host) = host {
        headers.insert(header::HOST, HeaderValue::from_static(host));
    }
    assert_eq!(options(None, false).endpoint(&headers), expected, "{host:?}");
}

#[test]
fn the_endpoint_is_spelled_as_the_caller_spelled_it() {
    check(Some("localhost:9000"), "http://localhost:9000/mcp");
    check(Some("[::1]:9000"), "http://[::1]:9000/mcp");
}

#[test]
fn a_name_that_is_not_ours_is_not_repeated() {
    for host in [None, Some("evil.example")] {
        check(host, "http://127.0.0.1:8080/mcp");
    }
}

#[test]
fn a_public_address_stands_whatever_the_caller_says() {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost:9000"));
    assert_eq!(
        options(Some("https://orders.example.com/"), false).endpoint(&headers),
        "https://orders.example.com/mcp"
    );
}

#[test]
fn a_resource_is_ours_at_any_endpoint_and_nowhere_else() {
    let check = |public_url: Option<&str>, resource: &str, expected: bool| {
        let options = options(public_url, false);
        assert_eq!(options.is_our_resource(resource), expected, "{public_url:?} {resource}");
    };
    let public = Some("https://orders.example.com");
    for endpoint in [
        "/mcp",
        "/mcp/",
        "/mcp/readonly",
        "/mcp/x/orders,shipments/",
        "/mcp/text",
    ] {
        check(public, &format!("https://orders.example.com{endpoint}"), true);
        check(public, &format!("HTTPS://Orders.Example.com:443{endpoint}"), true);
        check(None, &format!("http://localhost:9000{endpoint}"), true);
        check(None, &format!("http://127.0.0.1:8080{endpoint}"), true);
        check(
            Some("https://example.com/od/"),
            &format!("https://example.com/od{endpoint}"),
            true,
        );
        check(
            Some("https://example.com/od/"),
            &format!("https://example.com{endpoint}"),
            false,
        );
    }
    for resource in [
        "",
        "mcp",
        "https://orders.example.com",
        "https://orders.example.com/",
        "https://orders.example.com/nowhere",
        "https://orders.example.com/mcp/nowhere",
        "https://orders.example.com/mcp?x=1",
        "https://orders.example.com/mcp#x",
        "https://user@orders.example.com/mcp",
        "https://orders.example.com:8443/mcp",
        "http://orders.example.com/mcp",
        "https://evil.example/mcp",
        "http://localhost:9000/mcp",
        // What a parser would mend.
        " https://orders.example.com/mcp",
        "https://orders.example.com/mcp ",
        "https://orders.example.com/mcp\n",
        "https://orders.exa\tmple.com/mcp",
        "https:orders.example.com/mcp",
        "https:/orders.example.com/mcp",
        "https:///orders.example.com/mcp",
        "https:\\\\orders.example.com\\mcp",
        "https://orders.example.com//mcp",
        "https://orders.example.com/mcp//",
        "https://orders.example.com/./mcp",
        "https://orders.example.com/mcp/.",
        "https://orders.example.com/x/../mcp",
        "https://orders.example.com/mcp/x/orders//",
    ] {
        check(public, resource, false);
    }
    for resource in [
        "https://localhost:9000/mcp",
        "http://evil.example/mcp",
        "http://localhost:9000",
    ] {
        check(None, resource, false);
    }
}
