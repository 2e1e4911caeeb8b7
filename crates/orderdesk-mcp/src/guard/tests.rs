use axum::body::Body;

use super::*;

fn request(peer: &str, headers: &[(&'static str, &str)]) -> Request {
    let mut request = Request::new(Body::empty());
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    for (name, value) in headers {
        request
            .headers_mut()
            .append(*name, HeaderValue::from_str(value).unwrap());
    }
    request
}

#[test]
fn a_caller_on_this_machine_is_told_from_what_a_proxy_on_it_hands_on() {
    let check = |peer: &str, headers: &[(&'static str, &str)], expected: bool| {
        assert_eq!(is_local(&request(peer, headers)), expected, "{peer} {headers:?}");
    };
    check("127.0.0.1:5000", &[], true);
    check("[::1]:5000", &[("host", "[::1]:8080")], true);
    check("[::ffff:127.0.0.1]:5000", &[("host", "LOCALHOST:8080")], true);
    check("127.0.0.1:5000", &[("host", "127.0.0.1")], true);
    check("192.0.2.1:5000", &[("host", "127.0.0.1")], false);
    check("192.0.2.1:5000", &[("x-forwarded-for", "127.0.0.1")], false);
    // A proxy here that nobody said to trust, and one that says where the request came from in its own way.
    check("127.0.0.1:5000", &[("x-forwarded-for", "203.0.113.7")], false);
    check(
        "127.0.0.1:5000",
        &[("x-forwarded-for", "127.0.0.1, 203.0.113.7")],
        false,
    );
    check("127.0.0.1:5000", &[("x-forwarded-for", "unknown")], false);
    check("127.0.0.1:5000", &[("x-real-ip", "203.0.113.7")], false);
    check("127.0.0.1:5000", &[("forwarded", "for=127.0.0.1")], false);
    check("127.0.0.1:5000", &[("via", "1.1 proxy")], false);
    // One that was called on this machine.
    check("127.0.0.1:5000", &[("x-forwarded-for", "127.0.0.1")], true);
    // A page that was led here by its own name.
    check("127.0.0.1:5000", &[("host", "evil.example:8080")], false);
    check("127.0.0.1:5000", &[("host", "127.0.0.1.evil.example")], false);
}

#[test]
fn a_request_without_an_address_is_nobodys() {
    assert!(!is_local(&Request::new(Body::empty())));
}

#[test]
fn a_token_is_one_bearer_header() {
    let of = |headers: &[(&'static str, &str)]| bearer(request("192.0.2.1:1", headers).headers()).map(str::to_owned);
    assert_eq!(of(&[("authorization", "Bearer abc")]), Some("abc".to_owned()));
    assert_eq!(of(&[("authorization", "bearer  abc ")]), Some("abc".to_owned()));
    assert_eq!(of(&[("authorization", "Basic abc")]), None);
    assert_eq!(
        of(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]),
        None
    );
    assert_eq!(of(&[]), None);
}
