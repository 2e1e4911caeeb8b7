use axum::http::{HeaderMap, HeaderValue, header};

use super::is_from_our_page;
use crate::tests::options;

fn check(public_url: Option<&str>, host: &'static str, origin: Option<&'static str>, expected: bool) {
    let mut headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
    if let Some(origin) = origin {
        headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
    }
    let is_ours = is_from_our_page(&options(public_url, false), &headers);
    assert_eq!(is_ours, expected, "{public_url:?} {host} {origin:?}");
}

#[test]
fn our_own_pages_may_send_forms() {
    check(None, "localhost:9000", None, true);
    check(None, "localhost:9000", Some("http://localhost:9000"), true);
    check(None, "[::1]:9000", Some("http://[::1]:9000"), true);
    let public = Some("https://orders.example.com/below");
    check(public, "orders.example.com", Some("https://orders.example.com"), true);
    // A proxy may call us by another name.
    check(public, "localhost:9000", Some("https://orders.example.com"), true);
    check(
        Some("https://orders.example.com:443"),
        "localhost:9000",
        Some("https://orders.example.com"),
        true,
    );
    check(
        Some("https://orders.example.com:8443"),
        "x",
        Some("https://orders.example.com:8443"),
        true,
    );
}

#[test]
fn pages_of_others_may_not() {
    let public = Some("https://orders.example.com");
    for origin in [
        "null",
        "https://evil.example",
        "http://orders.example.com",
        "https://orders.example.com:444",
        "https://orders.example.com.evil.example",
        "http://localhost:9001",
        "file://",
    ] {
        check(public, "localhost:9000", Some(origin), false);
    }
    // The name that a page rebound to this address.
    check(None, "evil.example", Some("http://evil.example"), false);
}
