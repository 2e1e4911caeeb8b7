use axum::http::{HeaderMap, HeaderValue};

use super::{Trust, caller};
use crate::config::{ClientIpHeader, FromText, Networks, server};

/// The caller behind `peer`, which sent these headers, with 10.0.0.0/8 as the proxies that write `header`.
fn check_with(header: &str, peer: &str, headers: &[(&'static str, &'static str)], expected: &str) {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_static(value));
    }
    let trust = Trust {
        proxies: Networks::parse("10.0.0.0/8").unwrap(),
        header: ClientIpHeader::from_text(header, &server::CLIENT_IP_HEADER).unwrap(),
    };
    let found = caller(peer.parse().unwrap(), &map, &trust);
    assert_eq!(found.to_string(), expected, "{header} {peer} {headers:?}");
}

fn check(peer: &str, headers: &[(&'static str, &'static str)], expected: &str) {
    check_with("X-Forwarded-For", peer, headers, expected);
}

#[test]
fn a_stranger_is_not_believed() {
    check("192.0.2.1", &[("x-forwarded-for", "198.51.100.7")], "192.0.2.1");
    let cloudflare = [("cf-connecting-ip", "198.51.100.7")];
    check_with("CF-Connecting-IP", "192.0.2.1", &cloudflare, "192.0.2.1");
}

#[test]
fn a_proxy_is_believed_as_far_as_the_proxies_reach() {
    check("10.0.0.1", &[], "10.0.0.1");
    check("10.0.0.1", &[("x-forwarded-for", "198.51.100.7")], "198.51.100.7");
    check(
        "10.0.0.1",
        &[("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.2")],
        "198.51.100.7",
    );
    check(
        "10.0.0.1",
        &[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.7")],
        "198.51.100.7",
    );
    check(
        "::ffff:10.0.0.1",
        &[("x-forwarded-for", "198.51.100.7:4711")],
        "198.51.100.7",
    );
    check("10.0.0.1", &[("x-forwarded-for", "[2001:db8::1]:443")], "2001:db8::1");
}

#[test]
fn only_the_header_that_was_named_is_believed() {
    let proxy = "10.0.0.1";
    let says = [("x-forwarded-for", "198.51.100.7")];
    for (name, chosen) in [
        ("cf-connecting-ip", "203.0.113.9"),
        ("x-real-ip", "203.0.113.9"),
        ("true-client-ip", "203.0.113.9"),
        ("forwarded", "for=203.0.113.9"),
    ] {
        check(proxy, &[(name, chosen), says[0]], "198.51.100.7");
        check(proxy, &[(name, chosen)], proxy);
    }
    let both = [("cf-connecting-ip", "203.0.113.9"), says[0]];
    check_with("CF-Connecting-IP", proxy, &both, "203.0.113.9");
    check_with("x-real-ip", proxy, &both, proxy);
}

#[test]
fn a_header_of_one_address_holds_one() {
    let proxy = "10.0.0.1";
    let one = |value| [("x-real-ip", value)];
    check_with("X-Real-IP", proxy, &one("2001:db8::1"), "2001:db8::1");
    check_with("X-Real-IP", proxy, &one("nobody"), proxy);
    check_with("X-Real-IP", proxy, &one("203.0.113.9, 198.51.100.7"), proxy);
    let two = [("x-real-ip", "203.0.113.9"), ("x-real-ip", "198.51.100.7")];
    check_with("X-Real-IP", proxy, &two, proxy);
}

#[test]
fn what_is_no_address_ends_the_reading() {
    check("10.0.0.1", &[("x-forwarded-for", "198.51.100.7, unknown")], "10.0.0.1");
    check(
        "10.0.0.1",
        &[("x-forwarded-for", "198.51.100.7, unknown, 10.0.0.2")],
        "10.0.0.2",
    );
}

#[test]
fn headers_that_hold_something_else_cannot_be_named() {
    for name in ["", "x forwarded", "Forwarded", "Host", "Authorization", "User-Agent"] {
        assert!(
            ClientIpHeader::from_text(name, &server::CLIENT_IP_HEADER).is_err(),
            "{name}"
        );
    }
}
