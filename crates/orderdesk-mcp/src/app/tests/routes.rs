//! Every route of the whole server: those of the pages and of OAuth stand in `docs/web-ui.md`, the others here.

use std::{collections::BTreeSet, fs, net::SocketAddr, path::Path};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use od_engine::RootKey;
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::settings;
use crate::{app::App, config::Paths};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const COOKIE: &str = "orderdesk_session=eyJhbGciOiJIUzI1NiJ9.e30.x; orderdesk_session_form=x";

/// What is neither a page nor OAuth's, and what somebody is answered who brings no credentials. No cookie means anything there.
const OTHERS: [(&str, u16); 23] = [
    ("/health", 200),
    ("/health/detailed", 200),
    ("/health/live", 200),
    ("/health/ready", 200),
    ("/mcp", 401),
    ("/mcp/", 401),
    ("/mcp/readonly", 401),
    ("/mcp/readonly/", 401),
    ("/mcp/readonly/structured", 401),
    ("/mcp/readonly/structured/", 401),
    ("/mcp/readonly/text", 401),
    ("/mcp/readonly/text/", 401),
    ("/mcp/structured", 401),
    ("/mcp/structured/", 401),
    ("/mcp/text", 401),
    ("/mcp/text/", 401),
    ("/mcp/x/{toolsets}", 401),
    ("/mcp/x/{toolsets}/", 401),
    ("/mcp/x/{toolsets}/structured", 401),
    ("/mcp/x/{toolsets}/structured/", 401),
    ("/mcp/x/{toolsets}/text", 401),
    ("/mcp/x/{toolsets}/text/", 401),
    ("/metrics", 200),
];

/// The server with everything it can have.
async fn everything() -> Router {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&[
        ("ENABLE_WEBUI", "true"),
        ("DATABASE_URL", "sqlite::memory:"),
        ("MCP_KMS_KEY", RootKey::generate().to_base64().expose_secret()),
        ("ORDERDESK_API_BASE_URL", "http://127.0.0.1:1/api/v2/"),
        ("ORDERDESK_ALLOW_PLAIN_HTTP", "true"),
    ]);
    let app = App::open_or_make(settings, &Paths::below(folder.path())).await;
    let app = app.map_err(|failure| failure.to_string()).unwrap();
    let demo = od_web::Demo::new("odmk_of-the-demo".into(), std::sync::Arc::new(Vec::new)).0;
    let address = SocketAddr::from(([127, 0, 0, 1], 8080));
    let never = CancellationToken::new();
    let routes = app.with_demo(demo).routes(address, None, never.clone(), never);
    routes.map_err(|failure| failure.to_string()).unwrap()
}

async fn ask(routes: &Router, path: &str, cookie: Option<&str>) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::get(path)
        .header("host", "127.0.0.1:8080")
        .header("accept", BROWSER);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
    request.extensions_mut().insert(ConnectInfo(peer));
    let reply = routes.clone().oneshot(request).await.unwrap();
    let (head, body) = reply.into_parts();
    let body = axum::body::to_bytes(body, 1024 * 1024).await.unwrap();
    (head.status, head.headers, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn every_route_stands_in_a_table() {
    let routes = everything().await;
    let told = format!("{routes:?}");
    let told = told.split("fallback_router").next().unwrap();
    let (_, paths) = told.split_once("paths: {").expect("the paths of the routes");
    let served: BTreeSet<&str> = paths.split('"').skip(1).step_by(2).collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/web-ui.md");
    let page = fs::read_to_string(file).unwrap();
    let pages = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let pages = pages.filter_map(|line| line.split('`').next()?.split_once(' '));
    let written: BTreeSet<&str> = pages
        .map(|(_, path)| path)
        .chain(OTHERS.map(|(path, _)| path))
        .collect();
    assert_eq!(served, written);
}

#[tokio::test]
async fn no_cookie_opens_what_is_no_page() {
    let routes = everything().await;
    for (path, expected) in OTHERS {
        let path = path.replace("{toolsets}", "orders");
        for cookie in [None, Some(COOKIE)] {
            let (status, headers, body) = ask(&routes, &path, cookie).await;
            assert_eq!(status, expected, "{path} {cookie:?}: {body}");
            assert!(!headers.contains_key("set-cookie"), "{path}");
            assert!(
                !headers["content-type"].to_str().unwrap().starts_with("text/html"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_address_without_anything_is_a_page_to_a_browser() {
    let routes = everything().await;
    let (status, headers, body) = ask(&routes, "/nowhere", None).await;
    assert_eq!(status, 404);
    assert!(body.contains("<h1>Not found</h1>"), "{body}");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    let (status, _, body) = ask(&routes, "/mcp/nowhere", None).await;
    assert_eq!(status, 404);
    assert!(body.contains("the MCP endpoint is /mcp"), "{body}");
}
