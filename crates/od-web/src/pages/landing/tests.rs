use axum::{body::Body, http::Request};
use od_engine::{OAuthOptions, SignUps};

use crate::{
    router,
    tests::{
        browser::Reply,
        door, engine,
        house::{House, links},
        options,
    },
};

async fn page(path: &str, open: bool) -> Reply {
    let options = options(Some("https://orders.example.com/"), open);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let reply = Reply::of(&door(options).await, request).await;
    assert_eq!(reply.status, 200, "{path}");
    reply
}

#[tokio::test]
async fn the_landing_page_says_how_to_connect() {
    let page = page("/", false).await.body;
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
    let page = Reply::of(&door, request).await.body;
    assert!(!page.contains("browser"), "{page}");
    assert_eq!(page.matches("mcpServers").count(), 1, "{page}");
    assert!(page.contains("Bearer YOUR_TOKEN_OR_MASTER_KEY"), "{page}");
}

#[tokio::test]
async fn the_open_demo_asks_for_no_key() {
    let page = page("/", true).await.body;
    assert!(page.contains("simulated stores"), "{page}");
    assert!(!page.contains("Bearer"), "{page}");
}

#[tokio::test]
async fn a_page_loads_nothing_from_elsewhere_and_runs_nothing() {
    let Reply {
        headers, body: page, ..
    } = page("/", false).await;
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
    let Reply {
        headers, body: style, ..
    } = page("/style.css", false).await;
    assert!(headers["content-type"].to_str().unwrap().starts_with("text/css"));
    assert!(!style.contains("url("), "{style}");
}

/// A proxy may serve this page below a path of its own, which it takes off.
#[tokio::test]
async fn links_of_the_page_stay_below_wherever_it_is_served() {
    let page = page("/", false).await.body;
    let links: Vec<_> = ["href=\"", "src=\"", "action=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| !link.starts_with("https://"))
        .collect();
    assert_eq!(links, ["style.css", "icon.svg", "health/ready"]);
}

#[tokio::test]
async fn a_stranger_who_may_have_an_account_is_told_where() {
    let hands_out = "Whoever runs this server hands out master keys.";
    for (sign_ups, is_open) in [
        (SignUps::Closed, false),
        (SignUps::AtOnce, true),
        (SignUps::Verified, true),
    ] {
        let house = House::with_links(links(sign_ups)).await;
        let page = house.visitor().get("/").await;
        assert_eq!(
            page.body.contains("href=\"signup\">Create an account"),
            is_open,
            "{}",
            page.body
        );
        assert_eq!(page.body.contains(hands_out), !is_open, "{}", page.body);
    }
}
