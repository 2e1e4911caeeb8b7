use axum::http::{HeaderMap, HeaderValue};

use super::caller;
use crate::config::Networks;

/// The caller behind `peer`, which sent these headers, with 10.0.0.0/8 as the proxies.
fn check(peer: &str, headers: &[(&'static str, &'static str)], expected: &str) {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_static(value));
    }
    let found = caller(peer.parse().unwrap(), &map, &Networks::parse("10.0.0.0/8").unwrap());
    assert_eq!(found.to_string(), expected, "{peer} {headers:?}");
}

#[test]
fn a_stranger_is_not_believed() {
    check("192.0.2.1", &[("x-forwarded-for", "198.51.100.7")], "192.0.2.1");
    check("192.0.2.1", &[("cf-connecting-ip", "198.51.100.7")], "192.0.2.1");
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
    check(
        "10.0.0.1",
        &[("cf-connecting-ip", "198.51.100.7"), ("x-forwarded-for", "10.0.0.3")],
        "198.51.100.7",
    );
}

#[test]
fn what_is_no_address_ends_the_reading() {
    check("10.0.0.1", &[("x-forwarded-for", "198.51.100.7, unknown")], "10.0.0.1");
    check(
        "10.0.0.1",
        &[("x-forwarded-for", "198.51.100.7, unknown, 10.0.0.2")],
        "10.0.0.2",
    );
    check("10.0.0.1", &[("cf-connecting-ip", "nobody")], "10.0.0.1");
}
