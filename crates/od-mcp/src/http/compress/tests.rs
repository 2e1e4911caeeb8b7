use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::{StreamExt, stream};
use tower::ServiceExt;

use super::{WORTH_IT, add};

/// Larger than what is worth it.
const LARGE: usize = 20_000;

fn routes() -> Router {
    let text = |status: StatusCode, size: usize| {
        any(move || async move { (status, [(CONTENT_TYPE, "application/json")], "a".repeat(size)) })
    };
    let just_under = usize::try_from(WORTH_IT).expect("small") - 1;
    let routes = Router::new()
        .route("/large", text(StatusCode::OK, LARGE))
        .route("/small", text(StatusCode::OK, just_under))
        .route("/refused", text(StatusCode::FORBIDDEN, LARGE))
        .route("/nothing", any(|| async { StatusCode::NO_CONTENT }))
        .route("/events", any(events));
    add(routes)
}

/// One event, and then silence.
async fn events() -> Response {
    let first = Bytes::from(format!("data: {}\n\n", "a".repeat(LARGE)));
    let events = stream::iter([Ok::<_, Infallible>(first)]).chain(stream::pending());
    ([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response()
}

async fn ask(method: Method, path: &str, accepts: Option<&str>) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(accepts) = accepts {
        request = request.header(ACCEPT_ENCODING, accepts);
    }
    let request = request.body(Body::empty()).expect("a request");
    routes().oneshot(request).await.expect("infallible")
}

async fn told(path: &str, accepts: Option<&str>) -> (StatusCode, HeaderMap, Bytes) {
    let (parts, body) = ask(Method::POST, path, accepts).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, body)
}

#[tokio::test]
async fn who_asks_for_gzip_gets_large_replies_compressed() {
    for accepts in ["gzip", "gzip, deflate, br, zstd", "br;q=1, gzip;q=0.5", "x-gzip", "*"] {
        let (status, headers, body) = told("/large", Some(accepts)).await;
        assert_eq!(status, StatusCode::OK, "{accepts}");
        assert_eq!(headers[CONTENT_ENCODING], "gzip", "{accepts}");
        assert_eq!(headers[VARY], "accept-encoding", "{accepts}");
        assert!(!headers.contains_key(CONTENT_LENGTH), "{accepts}");
        assert!(body.starts_with(&[0x1f, 0x8b]) && body.len() < LARGE / 10, "{accepts}");
    }
}

#[tokio::test]
async fn nobody_else_does() {
    for accepts in [
        None,
        Some("gzip;q=0"),
        Some("identity"),
        Some("br"),
        Some("gzip;q=0, *"),
        Some(""),
    ] {
        let (status, headers, body) = told("/large", accepts).await;
        assert_eq!(status, StatusCode::OK, "{accepts:?}");
        assert!(!headers.contains_key(CONTENT_ENCODING), "{accepts:?}");
        assert_eq!(
            headers[VARY], "accept-encoding",
            "{accepts:?}: caches must tell them apart"
        );
        assert_eq!(headers[CONTENT_LENGTH], LARGE.to_string(), "{accepts:?}");
        assert_eq!(body.len(), LARGE, "{accepts:?}");
    }
}

#[tokio::test]
async fn what_was_done_is_not_told_as_refused_to_who_accepts_nothing() {
    for accepts in ["identity;q=0", "*;q=0", "br, identity;q=0"] {
        let (status, headers, body) = told("/large", Some(accepts)).await;
        assert_eq!(status, StatusCode::OK, "{accepts}");
        assert!(!headers.contains_key(CONTENT_ENCODING), "{accepts}");
        assert_eq!(body.len(), LARGE, "{accepts}");
    }
}

#[tokio::test]
async fn what_is_small_or_nothing_stays_as_it_is() {
    let (_, headers, body) = told("/small", Some("gzip")).await;
    assert!(!headers.contains_key(CONTENT_ENCODING));
    assert_eq!(headers[CONTENT_LENGTH], body.len().to_string());
    let (status, headers, body) = told("/nothing", Some("gzip")).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(!headers.contains_key(CONTENT_ENCODING) && body.is_empty());
    let head = ask(Method::HEAD, "/small", Some("gzip")).await;
    assert!(!head.headers().contains_key(CONTENT_ENCODING));
}

#[tokio::test]
async fn a_large_refusal_stays_one() {
    let (status, headers, _) = told("/refused", Some("gzip")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(headers[CONTENT_ENCODING], "gzip");
}

#[tokio::test]
async fn an_event_is_sent_when_it_happens() {
    let response = ask(Method::POST, "/events", Some("gzip")).await;
    assert!(!response.headers().contains_key(CONTENT_ENCODING));
    let mut body = response.into_body().into_data_stream();
    let first = tokio::time::timeout(Duration::from_secs(5), body.next()).await;
    let first = first.expect("in time").expect("an event").expect("readable");
    assert!(first.starts_with(b"data: a") && first.ends_with(b"\n\n"));
}
