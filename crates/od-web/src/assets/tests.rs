use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use tower::ServiceExt as _;

use crate::tests::{door, options, pages};

/// What `path` answers to a browser that takes gzip, and knows `tag` already.
async fn asked(path: &str, tag: Option<&str>) -> (StatusCode, HeaderMap) {
    let mut options = options(None, false);
    options.pages = Some(pages());
    let mut request = Request::get(path)
        .header(header::HOST, "localhost:9000")
        .header(header::ACCEPT, "text/html")
        .header(header::ACCEPT_ENCODING, "gzip, br");
    if let Some(tag) = tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let response = door(options)
        .await
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn files_are_sent_compressed_and_once() {
    for path in ["/style.css", "/htmx.js", "/app.js"] {
        let (status, headers) = asked(path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers[header::CONTENT_ENCODING], "gzip", "{path}");
        assert_eq!(headers[header::VARY], "accept-encoding", "{path}");
        let tag = headers[header::ETAG].to_str().unwrap();
        assert_eq!(asked(path, Some(tag)).await.0, StatusCode::NOT_MODIFIED, "{path}");
    }
}

/// The length of a compressed page would tell how much of a guess stands in it already.
#[tokio::test]
async fn pages_are_sent_as_they_are() {
    let (status, headers) = asked("/login", None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!headers.contains_key(header::CONTENT_ENCODING));
}
