use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use http_body_util::BodyExt;
use od_engine::OAuthOptions;
use tower::ServiceExt;

use crate::{
    router,
    tests::{door, engine, options},
};

async fn page(path: &str, open: bool) -> (HeaderMap, String) {
    let options = options(Some("https://orders.example.com/"), open);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let reply = door(options).await.oneshot(request).await.unwrap();
    assert_eq!(reply.status(), 200, "{path}");
    let headers = reply.headers().clone();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    (headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn the_landing_page_says_how_to_connect() {
    let (_, page) = page("/", false).await;
    assert!(page.contains("<code>https://orders.example.com/mcp</code>"), "{page}");
    assert!(page.contains("in your browser"), "{page}");
    assert_eq!(page.matches("mcpServers").count(), 2, "{page}");
    assert_eq!(page.matches("Bearer YOUR_TOKEN_OR_MASTER_KEY").count(), 1, "{page}");
}

#[tokio::test]
async fn without_oauth_the_landing_page_asks_for_a_key() {
    let off = OAuthOptions {
        enabled: false,
        ..OAuthOptions::default()
    };
    let door = router(engine(off).await, options(Some("https://orders.example.com/"), false));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let body = door
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap();
    let page = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    assert!(!page.contains("browser"), "{page}");
    assert_eq!(page.matches("mcpServers").count(), 1, "{page}");
    assert!(page.contains("Bearer YOUR_TOKEN_OR_MASTER_KEY"), "{page}");
}

#[tokio::test]
async fn the_open_demo_asks_for_no_key() {
    let (_, page) = page("/", true).await;
    assert!(page.contains("simulated stores"), "{page}");
    assert!(!page.contains("Bearer"), "{page}");
}

#[tokio::test]
async fn a_page_loads_nothing_from_elsewhere_and_runs_nothing() {
    let (headers, page) = page("/", false).await;
    for forbidden in ["<script", "style=", "onclick", "src=", "@import"] {
        assert!(!page.contains(forbidden), "{forbidden} in {page}");
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn the_stylesheet_is_ours() {
    let (headers, style) = page("/style.css", false).await;
    assert!(headers["content-type"].to_str().unwrap().starts_with("text/css"));
    assert!(!style.contains("url("), "{style}");
}

/// A proxy may serve this page below a path of its own, which it takes off.
#[tokio::test]
async fn links_of_the_page_stay_below_wherever_it_is_served() {
    let (_, page) = page("/", false).await;
    let links: Vec<_> = ["href=\"", "src=\"", "action=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| !link.starts_with("https://"))
        .collect();
    assert_eq!(links, ["style.css", "icon.svg", "health/ready"]);
}
