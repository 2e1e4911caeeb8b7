//! Web pages that call the endpoint from a browser: whom the browser is told to let through.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt;

use crate::support::{House, Reply, rpc};

/// A page's request, with an Origin.
async fn from_page(house: &House, key: bool, origin: &str, path: &str, more: &[(&str, &str)]) -> Reply {
    let headers = [&[("origin", origin)], more].concat();
    house
        .post_as(
            key.then_some(&house.key),
            path,
            &headers,
            &rpc("tools/list", json!({})).to_string(),
        )
        .await
}

#[tokio::test]
async fn pages_of_allowed_origins_are_told_so_on_every_reply_and_others_nothing() {
    let house = House::open().await;
    let ours = "http://localhost:6274";
    let cases = [
        (true, "/mcp", &[][..], 200),
        (false, "/mcp", &[][..], 401),
        (true, "/mcp/x/sotres", &[][..], 400),
        (true, "/mcp", &[("accept", "text/html")][..], 406),
        (true, "/mcp/readonly", &[("content-type", "text/plain")][..], 415),
        (true, "/mcp?token=x", &[][..], 400),
    ];
    for (key, path, more, status) in cases {
        let reply = from_page(&house, key, ours, path, more).await;
        assert_eq!(reply.status, status, "{path} {more:?}");
        assert_eq!(reply.headers["access-control-allow-origin"], ours, "{path}");
        assert!(
            reply.headers["vary"].to_str().expect("text").contains("Origin"),
            "{path}"
        );
        let exposed = reply.headers["access-control-expose-headers"]
            .to_str()
            .expect("text")
            .to_owned();
        for name in [
            "WWW-Authenticate",
            "Retry-After",
            "X-Request-Id",
            "Mcp-Session-Id",
            "MCP-Protocol-Version",
        ] {
            assert!(exposed.contains(name), "{name}: {exposed}");
        }
        assert!(!reply.headers.contains_key("access-control-allow-credentials"));

        let foreign = from_page(&house, key, "https://evil.example", path, more).await;
        let told = foreign
            .headers
            .keys()
            .any(|name| name.as_str().starts_with("access-control"));
        assert!(
            !told && foreign.headers.contains_key("vary"),
            "{path}: {:?}",
            foreign.headers
        );
        assert!(
            [400, 403].contains(&foreign.status.as_u16()),
            "{path}: {}",
            foreign.status
        );

        let program = house
            .post_as(
                key.then_some(&house.key),
                path,
                more,
                &rpc("tools/list", json!({})).to_string(),
            )
            .await;
        assert_eq!(program.status, status, "{path}");
        assert!(!program.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn a_preflight_is_answered_before_authentication() {
    let house = House::open().await;
    let ask = async |origin: &str, host: &str, private: bool| {
        let mut request = Request::options("/mcp")
            .header("host", host)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type,mcp-protocol-version,x-anything",
            );
        if private {
            request = request.header("access-control-request-private-network", "true");
        }
        let request = request.body(Body::empty()).expect("a request");
        house.router.clone().oneshot(request).await.expect("infallible")
    };
    let reply = ask("http://localhost:6274", "localhost:8080", true).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    let headers = reply.headers();
    assert_eq!(headers["access-control-allow-origin"], "http://localhost:6274");
    assert_eq!(
        headers["access-control-allow-headers"],
        "authorization,content-type,mcp-protocol-version,x-anything"
    );
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .expect("text")
            .contains("POST")
    );
    assert_eq!(headers["access-control-allow-private-network"], "true");
    let asked_for_nothing = ask("http://localhost:6274", "localhost:8080", false).await;
    assert!(
        !asked_for_nothing
            .headers()
            .contains_key("access-control-allow-private-network")
    );
    for (origin, host) in [
        ("https://evil.example", "localhost:8080"),
        ("http://localhost:6274", "evil.example"),
    ] {
        let refused = ask(origin, host, true).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{origin} {host}");
        assert!(!refused.headers().contains_key("access-control-allow-methods"));
    }
    // Without a page behind it, it is a request like any other.
    let options = Request::options("/mcp")
        .header("host", "localhost")
        .body(Body::empty())
        .expect("a request");
    let reply = house.router.clone().oneshot(options).await.expect("infallible");
    assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
}
