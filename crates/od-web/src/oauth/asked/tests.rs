use od_engine::{Grants, Permission};

use super::{Asked, Fault, Origin};
use crate::parameters::Parameters;

/// RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn read(query: &str) -> Result<Asked, Fault> {
    Asked::read(&Parameters::parse(query.as_bytes()), |resource| {
        resource == "https://here.example/mcp"
    })
}

fn good() -> String {
    format!("response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256")
}

#[test]
fn a_request_is_read() {
    let more = "&scope=orders:read+offline_access+nonsense+stores:read&resource=https://here.example/mcp&prompt=consent&state=x";
    let asked = read(&(good() + more)).unwrap();
    assert_eq!(asked.challenge, CHALLENGE);
    assert_eq!(asked.resource.as_deref(), Some("https://here.example/mcp"));
    assert_eq!(
        asked.scopes,
        Grants::of(&[Permission::StoresRead, Permission::OrdersRead])
    );
}

#[test]
fn who_asks_for_nothing_that_there_is_gets_what_a_normal_user_should() {
    for scope in ["", "&scope=", "&scope=offline_access", "&scope=nonsense+openid"] {
        let asked = read(&(good() + scope)).unwrap();
        assert_eq!(asked.scopes, Grants::DEFAULT, "{scope}");
        assert!(!asked.scopes.allow(Permission::OrdersDelete) && !asked.scopes.allow(Permission::StoresWrite));
    }
}

fn check(query: &str, error: &str, part: &str) {
    let fault = read(query).unwrap_err();
    assert_eq!(fault.error, error, "{query}: {fault:?}");
    assert!(fault.description.contains(part), "{query}: {fault:?}");
}

#[test]
fn what_is_wrong_is_told() {
    let good = good();
    let without = |part: &str| {
        good.split('&')
            .filter(|pair| !pair.starts_with(part))
            .collect::<Vec<_>>()
            .join("&")
    };
    check(&without("response_type"), "invalid_request", "response_type");
    check(
        &good.replace("type=code", "type=token"),
        "unsupported_response_type",
        "response_type",
    );
    check(
        &without("code_challenge="),
        "invalid_request",
        "code_challenge is missing",
    );
    check(&without("code_challenge_method"), "invalid_request", "S256");
    check(&good.replace("S256", "plain"), "invalid_request", "S256");
    check(&good.replace(CHALLENGE, "short"), "invalid_request", "SHA-256");
    check(
        &(good.clone() + "&resource=https://elsewhere.example/mcp"),
        "invalid_target",
        "resource",
    );
    for twice in [
        "&response_type=code",
        "&state=a&state=b",
        "&scope=orders:read&scope=stores:read",
        "&x=1&x=1",
    ] {
        check(&(good.clone() + twice), "invalid_request", "more than once");
    }
}

#[test]
fn who_asks_must_be_named_once() {
    let of = |query: &str| {
        let parameters = Parameters::parse(query.as_bytes());
        Origin::of(&parameters).map(|origin| (origin.client_id.to_owned(), origin.redirect_uri.to_owned()))
    };
    assert_eq!(
        of("client_id=a&redirect_uri=b").unwrap(),
        ("a".to_owned(), "b".to_owned())
    );
    for bad in [
        "",
        "client_id=a",
        "redirect_uri=b",
        "client_id=a&client_id=a&redirect_uri=b",
        "client_id=a&redirect_uri=b&redirect_uri=c",
    ] {
        assert!(of(bad).is_err(), "{bad}");
    }
}
