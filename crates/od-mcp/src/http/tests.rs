use axum::http::header::{ACCEPT, AUTHORIZATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use secrecy::ExposeSecret;

use super::hosts::HostList;
use super::{accept, bearer, body, narrow, origin, query, unavailable, version};
use crate::catalog::Narrowing;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_str(value).expect("a header value"),
            )
        })
        .collect()
}

fn uri(text: &str) -> Uri {
    text.parse().expect("a URI")
}

/// In words, in the header and in the body alike; never too short.
#[tokio::test]
async fn who_comes_too_early_with_a_key_is_told_how_long_to_wait() {
    let error = od_engine::Error::SignInsBusy {
        retry_after: std::time::Duration::from_millis(1_001),
    };
    let reply = unavailable(&error).respond(od_engine::RequestId::generate());
    assert_eq!(reply.headers()["retry-after"], "2");
    let body = axum::body::to_bytes(reply.into_body(), 10_000).await.expect("a body");
    let told: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(told["error"]["data"]["retry_after_seconds"], 2, "{told}");
    let message = told["error"]["message"].as_str().expect("a message");
    assert!(message.ends_with("Try again in 2 seconds."), "{message}");
}

#[test]
fn credentials_in_urls_are_refused_however_they_are_spelled() {
    for query in [
        "token=x",
        "a=1&access_token=x",
        "API-KEY=x",
        "%74oken=x",
        "master_key",
        "Authorization=Bearer%20x",
    ] {
        assert!(
            query::refuse_credentials(&uri(&format!("/mcp?{query}"))).is_err(),
            "{query}"
        );
    }
    for query in ["", "?", "?store=1", "?tokens_remaining=3"] {
        assert!(
            query::refuse_credentials(&uri(&format!("/mcp{query}"))).is_ok(),
            "{query}"
        );
    }
}

const HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "::1", "mcp.example.com:8443"];

#[test]
fn the_names_of_two_lists_are_added_to_those_of_the_machine() {
    let hosts = HostList::default().and(HostList::parse(["mcp.example.com:8443"]).expect("a good list"));
    for (host, admitted) in [
        ("localhost:1", true),
        ("[::1]", true),
        ("mcp.example.com:8443", true),
        ("mcp.example.com", false),
    ] {
        assert_eq!(hosts.admits(host), admitted, "{host}");
    }
}

/// Whether a server of these names lets in a request to `host` from `from`.
fn lets_in(host: &str, from: Option<&str>) -> bool {
    let hosts = HostList::parse(HOSTS).expect("a good list");
    let allowed = origin::Allowed::new(hosts, ["https://app.example.com", "http://localhost:*"]).expect("a good list");
    let mut headers = headers(&[("host", host)]);
    if let Some(from) = from {
        headers.insert("origin", HeaderValue::from_str(from).expect("a header value"));
    }
    allowed.check(&uri("/mcp"), &headers).is_ok()
}

#[test]
fn hosts_must_be_on_the_list() {
    let listed = HostList::parse(HOSTS).expect("a good list");
    for host in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:1",
        "[::1]:8080",
        "mcp.example.com:8443",
    ] {
        assert!(lets_in(host, None) && listed.admits(host), "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "mcp.example.com",
        "mcp.example.com:80",
        "a@localhost",
        "",
        ":80",
        "::1",
    ] {
        assert!(!lets_in(host, None) && !listed.admits(host), "{host}");
    }
}

#[test]
fn what_is_no_host_is_not_listed() {
    for entry in [
        "*",
        "*.example.com",
        "",
        "mcp.example.com:",
        "mcp.example.com/mcp",
        "a@localhost",
    ] {
        let refused = HostList::parse(["localhost", entry]).expect_err(entry);
        assert_eq!(refused, super::BadEntry::Host(entry.to_owned()));
    }
}

#[test]
fn origins_must_be_on_the_list_when_there_is_one() {
    let from = |origin| lets_in("localhost", Some(origin));
    for origin in [
        "https://app.example.com",
        "https://APP.example.com:443",
        "http://localhost:6274",
        "http://localhost",
    ] {
        assert!(from(origin), "{origin}");
    }
    for origin in [
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://evil.example",
        "null",
        "",
        "localhost",
    ] {
        assert!(!from(origin), "{origin}");
    }
}

#[test]
fn two_hosts_or_one_foreign_origin_among_two_are_refused() {
    let allowed = origin::Allowed::new(HostList::default(), ["http://localhost:*"]).expect("a good list");
    let two_hosts = headers(&[("host", "localhost"), ("host", "evil.example")]);
    assert!(allowed.check(&uri("/mcp"), &two_hosts).is_err());
    let two_origins = headers(&[
        ("host", "localhost"),
        ("origin", "http://localhost"),
        ("origin", "https://evil.example"),
    ]);
    assert!(allowed.check(&uri("/mcp"), &two_origins).is_err());
    assert!(allowed.check(&uri("http://localhost/mcp"), &HeaderMap::new()).is_ok());
}

#[test]
fn bad_entries_of_the_lists_are_named() {
    let host = HostList::parse(["https://mcp.example.com"])
        .expect_err("bad")
        .to_string();
    assert!(host.starts_with("'https://mcp.example.com' is not a host"), "{host}");
    let origin = origin::Allowed::new(HostList::default(), ["mcp.example.com"]).expect_err("bad");
    assert!(
        origin.to_string().starts_with("'mcp.example.com' is not an origin"),
        "{origin}"
    );
}

#[test]
fn accept_is_completed_when_json_would_do() {
    let completed = |value: Option<&str>| {
        let mut headers = value.map(|value| headers(&[("accept", value)])).unwrap_or_default();
        accept::complete(&mut headers).is_ok()
            && headers
                .get(ACCEPT)
                .is_some_and(|value| value == "application/json, text/event-stream")
    };
    for value in [
        "application/json",
        "*/*",
        "text/html, */*;q=0.8",
        "application/json;q=0.5",
        "text/event-stream",
        "",
    ] {
        assert!(completed(Some(value)), "{value}");
    }
    assert!(completed(None));
    for value in ["text/html", "application/json;q=0", "image/*"] {
        assert!(!completed(Some(value)), "{value}");
    }
}

#[test]
fn only_one_bearer_credential_is_a_credential() {
    let taken = |pairs: &[(&'static str, &str)]| {
        let mut headers = headers(pairs);
        let credential = bearer::take(&mut headers);
        assert!(!headers.contains_key(AUTHORIZATION), "left behind");
        match credential {
            bearer::Credential::Bearer(token, _) => token.expose_secret().to_owned(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(taken(&[("authorization", "Bearer abc")]), "abc");
    assert_eq!(taken(&[("authorization", "bearer   abc ")]), "abc");
    assert_eq!(taken(&[]), "None");
    let malformed = "Unusable(Malformed)";
    for unusable in ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "abc"] {
        assert_eq!(taken(&[("authorization", unusable)]), malformed, "{unusable}");
    }
    assert_eq!(
        taken(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]),
        malformed
    );
    let long = format!("Bearer {}", "x".repeat(5000));
    assert_eq!(taken(&[("authorization", long.as_str())]), malformed);
    assert_eq!(taken(&[("authorization", "Bearer Bearer abc")]), "Unusable(Twice)");
    assert_eq!(
        taken(&[("authorization", "Bearer ${input: key}")]),
        "Unusable(Unfilled)"
    );
}

#[test]
fn mistakes_of_a_configuration_are_told_by_their_shape() {
    use bearer::Reason;
    let check = |token: &str, expected| assert_eq!(Reason::of(token), expected, "{token}");
    for token in [
        "${MCP_MASTER_KEY}",
        "$MCP_MASTER_KEY",
        "%MCP_MASTER_KEY%",
        "{{key}}",
        "<your-key>",
        "{env:KEY}",
    ] {
        check(token, Reason::Unfilled);
    }
    for token in ["\"odmk_abc\"", "'odmk_abc'", "odmk_abc\""] {
        check(token, Reason::Quoted);
    }
    check("odmk_abc", Reason::Refused);
    check("a-key-with-$-and-%-inside", Reason::Refused);
}

#[test]
fn headers_narrow_and_never_widen() {
    let narrowing = |pairs: &[(&'static str, &str)]| narrow::from_headers(&headers(pairs)).expect("good headers");
    assert_eq!(narrowing(&[]), Narrowing::none());
    assert_eq!(
        narrowing(&[("x-mcp-readonly", "false"), ("x-mcp-toolsets", "all")]),
        Narrowing::none()
    );
    assert_eq!(narrowing(&[("x-mcp-readonly", "True")]), Narrowing::read_only());
    assert_eq!(
        narrowing(&[("x-mcp-toolsets", "orders,stores"), ("x-mcp-toolsets", "orders")]),
        Narrowing::toolsets("orders").expect("known")
    );
    assert!(narrow::from_headers(&headers(&[("x-mcp-readonly", "maybe")])).is_err());
    assert!(narrow::from_headers(&headers(&[("x-mcp-toolsets", "ordrs")])).is_err());
}

#[test]
fn bodies_are_bounded_in_size_depth_and_values() {
    assert!(body::check_declared_size(&headers(&[("content-length", "1001")]), 1000).is_err());
    assert!(body::check_declared_size(&headers(&[("content-length", "1000")]), 1000).is_ok());
    assert!(body::count_values("[".repeat(64).as_bytes()).is_ok());
    assert!(body::count_values("[".repeat(65).as_bytes()).is_err());
    assert!(body::count_values("0,".repeat(60_001).as_bytes()).is_err());
}

#[test]
fn only_plain_json_is_taken() {
    let taken = |pairs: &[(&'static str, &str)]| body::check_type(&headers(pairs)).is_ok();
    assert!(taken(&[("content-type", "application/json; charset=utf-8")]));
    assert!(taken(&[
        ("content-type", "Application/JSON"),
        ("content-encoding", "Identity")
    ]));
    assert!(!taken(&[("content-type", "text/plain")]));
    assert!(!taken(&[]));
    for coding in ["gzip", "br", "identity, gzip", "\u{1f}"] {
        if HeaderValue::from_str(coding).is_ok() {
            assert!(
                !taken(&[("content-type", "application/json"), ("content-encoding", coding)]),
                "{coding}"
            );
        }
    }
}

#[test]
fn a_pinned_version_does_not_stand_in_the_way_of_initialize() {
    let settled = |version: &str, body: &str| {
        let mut headers = headers(&[("mcp-protocol-version", version)]);
        version::settle(&mut headers, body.as_bytes()).map(|()| headers.contains_key("mcp-protocol-version"))
    };
    let initialize = r#"{"id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#;
    let list = r#"{"id":1,"method":"tools/list","params":{"a":"initialize"}}"#;
    let modern = r#"{"id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"x"}}}"#;
    for version in ["2025-06-18", "2099-01-01", "\"2025-11-25\""] {
        assert_eq!(
            settled(version, initialize).ok(),
            Some(false),
            "{version}: the body decides"
        );
    }
    assert_eq!(settled("2025-11-25", list).ok(), Some(true));
    assert!(settled("2099-01-01", list).is_err());
    assert_eq!(settled("2099-01-01", modern).ok(), Some(true), "left to the library");
    assert_eq!(settled("2099-01-01", "{").ok(), Some(true), "left to the library");
    assert!(version::settle(&mut HeaderMap::new(), list.as_bytes()).is_ok());
}
