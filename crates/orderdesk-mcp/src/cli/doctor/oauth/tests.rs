use od_engine::Visited;
use serde_json::{Value, json};

use super::{
    super::finding::{Finding, Verdict},
    Address,
    authorization::{self, registered, sign_in, token},
    challenge,
    metadata::{self, Server},
};

const TYPED: &str = "https://orders.example.com/mcp";
const METADATA: &str = "https://orders.example.com/.well-known/oauth-protected-resource/mcp";

fn address(typed: &str) -> Address {
    typed.parse().unwrap()
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Visited {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Visited {
        status,
        headers: headers.collect(),
        body: body.into(),
    }
}

fn check(finding: &Finding, verdict: Verdict, words: &[&str]) {
    let told = format!("{} {}", finding.message, finding.mend.as_deref().unwrap_or_default());
    assert_eq!(finding.verdict, verdict, "{told}");
    for word in words {
        assert!(told.contains(word), "{word:?} is not in {told:?}");
    }
}

#[test]
fn an_address_is_taken_as_it_was_typed() {
    assert_eq!(
        address(" https://orders.example.com/mcp/ ").typed(),
        "https://orders.example.com/mcp/"
    );
    for typed in [
        "orders.example.com/mcp",
        "ftp://orders.example.com/",
        "https://a@b/mcp",
        "https://b/mcp?x=1",
        "https://b/mcp#x",
        "",
    ] {
        assert!(typed.parse::<Address>().is_err(), "{typed}");
    }
    for (typed, public) in [
        (TYPED, "https://orders.example.com"),
        ("https://example.com/od/mcp/x/orders", "https://example.com/od"),
        ("https://example.com/mcpx/mcp/", "https://example.com/mcpx"),
        ("https://example.com:8443", "https://example.com:8443"),
    ] {
        assert_eq!(address(typed).public_url(), public, "{typed}");
    }
}

#[test]
fn what_clients_say_to_kinds_of_addresses_is_told() {
    for (typed, verdict, word) in [
        (TYPED, Verdict::Ok, "is https"),
        ("http://127.0.0.1:8080/mcp", Verdict::Ok, "on this machine"),
        ("http://localhost:8080/mcp", Verdict::Ok, "on this machine"),
        ("http://[::1]:8080/mcp", Verdict::Ok, "on this machine"),
        ("http://orders.example.com/mcp", Verdict::Failed, "plain http"),
        ("http://10.0.0.7/mcp", Verdict::Failed, "plain http"),
        ("https://10.0.0.7/mcp", Verdict::Warning, "AI SDK"),
        ("https://orders.internal/mcp", Verdict::Warning, "public name"),
        ("https://[fd00::1]/mcp", Verdict::Warning, "public name"),
    ] {
        check(&address(typed).judge(), verdict, &[typed, word]);
    }
}

#[test]
fn parameters_of_a_challenge_are_read() {
    let told = "Bearer realm=\"a \\\"b\\\", c\", error=invalid_token, scope=\"x y\"";
    for (name, expected) in [
        ("realm", Some("a \"b\", c")),
        ("error", Some("invalid_token")),
        ("SCOPE", Some("x y")),
        ("none", None),
    ] {
        assert_eq!(challenge::parameter(told, name).as_deref(), expected, "{name}");
    }
    for broken in ["Bearer", "Bearer realm=\"open", "Bearer realm", ""] {
        assert_eq!(challenge::parameter(broken, "realm"), None, "{broken}");
    }
}

fn challenged(headers: &[(&str, &str)]) -> Visited {
    answer(
        401,
        headers,
        "{\"error\":{\"message\":\"This server needs a credential.\"}}",
    )
}

#[test]
fn a_challenge_has_to_lead_to_this_very_endpoint() {
    let judge = |typed: &str, value: &str| {
        challenge::judge(
            challenge::POST,
            &address(typed),
            &challenged(&[("www-authenticate", value)]),
        )
    };
    let leads =
        |place: &str| format!("Bearer realm=\"orderdesk-mcp\", resource_metadata=\"{place}\", scope=\"orders:read\"");

    check(&judge(TYPED, &leads(METADATA)), Verdict::Ok, &[TYPED, METADATA]);
    check(
        &judge(TYPED, &format!("Bearer resource_metadata=\"{METADATA}\"")),
        Verdict::Warning,
        &["no scope"],
    );
    check(
        &judge(TYPED, "Bearer realm=\"orderdesk-mcp\""),
        Verdict::Failed,
        &["leads to no sign-in", "ENABLE_OAUTH"],
    );
    check(
        &judge(TYPED, "Basic realm=\"intranet\""),
        Verdict::Failed,
        &["sign-in of its own", "\"Basic\""],
    );
    // A wrong PUBLIC_URL: another host, http for https, none at all behind a proxy.
    for place in [
        "https://old.example.com/.well-known/oauth-protected-resource/mcp",
        "http://orders.example.com/.well-known/oauth-protected-resource/mcp",
        "http://127.0.0.1:8080/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-protected-resource/mcp",
    ] {
        check(
            &judge(TYPED, &leads(place)),
            Verdict::Failed,
            &[place, "PUBLIC_URL=https://orders.example.com "],
        );
    }
    check(
        &judge("https://orders.example.com/od/mcp", &leads(METADATA)),
        Verdict::Failed,
        &["changes the path", "PUBLIC_URL", "https://orders.example.com/od"],
    );
}

#[test]
fn what_stands_in_front_of_the_endpoint_is_told() {
    let judge = |check: &'static str, answer: &Visited| challenge::judge(check, &address(TYPED), answer);
    let post = |answer: &Visited| judge(challenge::POST, answer);

    check(
        &post(&challenged(&[])),
        Verdict::Failed,
        &["WWW-Authenticate does not arrive", "proxy_hide_header"],
    );
    check(
        &post(&answer(401, &[], "Sign in")),
        Verdict::Failed,
        &["asks who is calling"],
    );
    check(
        &post(&answer(301, &[("location", "https://orders.example.com/mcp/")], "")),
        Verdict::Failed,
        &["redirected (HTTP 301)", "slash"],
    );
    check(
        &post(&answer(308, &[("location", "/mcp/")], "")),
        Verdict::Failed,
        &["slash"],
    );
    check(
        &post(&answer(
            302,
            &[("location", "https://sso.example.com/login?to=mcp")],
            "",
        )),
        Verdict::Failed,
        &["sso.example.com", "sign-in of its own"],
    );
    let plain = challenge::judge(
        challenge::POST,
        &address("http://orders.example.com/mcp"),
        &answer(301, &[("location", TYPED)], ""),
    );
    check(&plain, Verdict::Failed, &["https address"]);
    check(
        &post(&answer(200, &[("content-type", "text/html")], "<html>Log in")),
        Verdict::Failed,
        &["web page"],
    );
    check(
        &post(&answer(200, &[], "{\"result\":{}}")),
        Verdict::Failed,
        &["without a credential"],
    );
    check(
        &post(&answer(502, &[], "")),
        Verdict::Failed,
        &["does not reach this program"],
    );
    check(
        &post(&answer(
            403,
            &[],
            "{\"message\":\"This host name is not served here.\"}",
        )),
        Verdict::Failed,
        &["PUBLIC_URL=https://orders.example.com "],
    );
    check(
        &post(&answer(403, &[], "Forbidden")),
        Verdict::Failed,
        &["asks who is calling"],
    );
    check(
        &post(&answer(
            404,
            &[],
            "{\"error\":\"there is nothing at this address; the MCP endpoint is https://orders.example.com/mcp\"}",
        )),
        Verdict::Failed,
        &["no endpoint", "https://orders.example.com/mcp"],
    );
    check(&post(&answer(404, &[], "nginx")), Verdict::Failed, &["is not there"]);
    check(
        &post(&answer(429, &[("retry-after", "7")], "")),
        Verdict::Failed,
        &["too many", "\"7\" s"],
    );
    check(
        &post(&answer(418, &[], "tea")),
        Verdict::Failed,
        &["another server answers (HTTP 418)"],
    );
    check(
        &judge(challenge::GET, &answer(405, &[], "")),
        Verdict::Failed,
        &["refuses GET"],
    );
    check(&post(&answer(405, &[], "")), Verdict::Failed, &["another server"]);
}

fn document(value: &Value) -> Visited {
    answer(200, &[("content-type", "application/json")], &value.to_string())
}

#[test]
fn the_endpoints_document_has_to_name_what_was_typed() {
    let judge = |typed: &str, resource: &str| {
        let told = json!({ "resource": resource, "authorization_servers": ["https://orders.example.com"] });
        metadata::resource(&address(typed), &document(&told))
    };
    let (finding, issuer) = judge(TYPED, TYPED);
    check(&finding, Verdict::Ok, &[TYPED]);
    assert_eq!(issuer.as_deref(), Some("https://orders.example.com"));

    check(
        &judge("https://orders.example.com/mcp/", TYPED).0,
        Verdict::Failed,
        &["give them https://orders.example.com/mcp."],
    );
    check(
        &judge(TYPED, "http://orders.example.com/mcp").0,
        Verdict::Failed,
        &["Set PUBLIC_URL=https://orders.example.com "],
    );
    let (finding, issuer) = metadata::resource(&address(TYPED), &document(&json!({ "resource": TYPED })));
    check(&finding, Verdict::Failed, &["names no authorization server"]);
    assert_eq!(issuer, None);
    let page = answer(200, &[("content-type", "text/html; charset=utf-8")], "<!doctype html>");
    check(
        &metadata::resource(&address(TYPED), &page).0,
        Verdict::Failed,
        &["web page"],
    );
    check(
        &metadata::resource(&address(TYPED), &answer(404, &[], "")).0,
        Verdict::Failed,
        &["/.well-known/oauth-protected-resource/mcp is not there", "forward"],
    );
}

fn served() -> Value {
    let at = |path: &str| format!("https://orders.example.com{path}");
    json!({
        "issuer": "https://orders.example.com",
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "registration_endpoint": at("/register"),
        "revocation_endpoint": at("/revoke"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
    })
}

#[test]
fn the_servers_document_has_to_hold_what_clients_need() {
    let judge = |document: &Visited| metadata::server(&address(TYPED), "https://orders.example.com", document);
    let (finding, server) = judge(&document(&served()));
    check(
        &finding,
        Verdict::Ok,
        &["its issuer is https://orders.example.com", "OAUTH_CLIENT_METADATA"],
    );
    assert_eq!(server.unwrap().authorize, "/authorize");

    for (name, value, word) in [
        (
            "issuer",
            json!("https://orders.example.com/"),
            "its issuer is \"https://orders.example.com/\"",
        ),
        (
            "token_endpoint",
            json!("http://orders.example.com/token"),
            "its token_endpoint is \"http://",
        ),
        (
            "registration_endpoint",
            Value::Null,
            "its registration_endpoint is \"\"",
        ),
        (
            "revocation_endpoint",
            json!("https://other.example.com/revoke"),
            "its revocation_endpoint",
        ),
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            "code_challenge_methods_supported \"S256\"",
        ),
        (
            "grant_types_supported",
            json!(["authorization_code"]),
            "grant_types_supported \"refresh_token\"",
        ),
        (
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_basic"]),
            "\"none\"",
        ),
        (
            "authorization_response_iss_parameter_supported",
            json!(false),
            "iss_parameter",
        ),
    ] {
        let mut changed = served();
        changed[name] = value;
        let (finding, server) = judge(&document(&changed));
        check(&finding, Verdict::Failed, &[word]);
        assert!(server.is_none(), "{name}");
    }
    let elsewhere = metadata::server_place(&address(TYPED), "http://127.0.0.1:8080").unwrap_err();
    check(
        &elsewhere,
        Verdict::Failed,
        &["http://127.0.0.1:8080", "PUBLIC_URL=https://orders.example.com "],
    );
}

#[test]
fn the_steps_before_the_sign_in_have_words_of_their_own() {
    let server = Server {
        authorize: "/authorize".to_owned(),
        token: "/token".to_owned(),
        register: "/register".to_owned(),
    };
    let address = address(TYPED);

    let good = json!({ "client_id": "c1", "token_endpoint_auth_method": "none" });
    let (finding, client) = registered(&address, &server, &answer(201, &[], &good.to_string()));
    check(&finding, Verdict::Ok, &["c1", "orderdesk-mcp doctor", "forgotten"]);
    assert_eq!(client.as_deref(), Some("c1"));
    let secret = json!({ "client_id": "c1", "token_endpoint_auth_method": "none", "client_secret": "s" });
    check(
        &registered(&address, &server, &answer(201, &[], &secret.to_string())).0,
        Verdict::Failed,
        &["without a secret"],
    );
    let refusal = "{\"error\":\"invalid_client_metadata\",\"error_description\":\"no\"}";
    let (finding, client) = registered(&address, &server, &answer(400, &[], refusal));
    check(&finding, Verdict::Failed, &["invalid_client_metadata"]);
    assert_eq!(client, None);
    check(
        &registered(&address, &server, &answer(403, &[], "<html>")).0,
        Verdict::Failed,
        &["asks who is calling"],
    );
    check(
        &registered(&address, &server, &answer(429, &[], "{\"error\":\"x\"}")).0,
        Verdict::Failed,
        &["TRUST_PROXY"],
    );

    let page = authorization::page(&address, &server, "c 1");
    assert!(
        page.starts_with("/authorize?response_type=code&client_id=c+1&"),
        "{page}"
    );
    assert!(
        page.contains("resource=https%3A%2F%2Forders.example.com%2Fmcp"),
        "{page}"
    );

    let form = "<form><input name=\"master_key\"></form>";
    let kept = [
        ("content-type", "text/html"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cache-control", "no-store"),
    ];
    check(
        &sign_in(&address, &server, &answer(200, &kept, form)),
        Verdict::Ok,
        &["asks to sign in"],
    );
    check(
        &sign_in(&address, &server, &answer(200, &kept[..2], form)),
        Verdict::Failed,
        &["may be cached"],
    );
    check(
        &sign_in(&address, &server, &answer(200, &kept[2..], form)),
        Verdict::Failed,
        &["may frame it"],
    );
    check(
        &sign_in(&address, &server, &answer(400, &kept, "<html>")),
        Verdict::Failed,
        &["share a database"],
    );
    let back = "http://127.0.0.1:33418/callback?error=invalid_target&state=doctor";
    check(
        &sign_in(&address, &server, &answer(302, &[("location", back)], "")),
        Verdict::Failed,
        &["invalid_target"],
    );
    let login = [("location", "https://sso.example.com/")];
    check(
        &sign_in(&address, &server, &answer(302, &login, "")),
        Verdict::Failed,
        &["redirected"],
    );
    check(
        &sign_in(&address, &server, &answer(200, &kept, "<html>Are you a robot?")),
        Verdict::Failed,
        &["web page"],
    );

    check(
        &token(&address, &server, &answer(401, &[], "{\"error\":\"invalid_client\"}")),
        Verdict::Ok,
        &["no others"],
    );
    check(
        &token(&address, &server, &answer(400, &[], "{\"error\":\"invalid_request\"}")),
        Verdict::Failed,
        &["forms"],
    );
    check(
        &token(&address, &server, &answer(401, &[], "Sign in")),
        Verdict::Failed,
        &["asks who is calling"],
    );
}
