//! The authorization server, as far as somebody comes who is not signed in: registration, the sign-in page, the token endpoint.

use od_engine::{Visited, text::quoted};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{super::finding::Finding, address::Address, foreign, metadata::Server};

pub const REGISTRATION: &str = "registration";
pub const SIGN_IN: &str = "sign-in page";
pub const TOKEN: &str = "token endpoint";

const NAME: &str = "orderdesk-mcp doctor";
/// Where nobody is sent: nobody signs in.
const REDIRECT: &str = "http://127.0.0.1:33418/callback";
/// Of no verifier: no code is redeemed.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Asks for a token with a client that was never registered.
pub const TOKEN_FORM: &str =
    "grant_type=authorization_code&client_id=orderdesk-mcp-doctor-nobody&code=none&code_verifier=none";

/// The same at each run, so that the server sees one client.
pub fn registration_body() -> String {
    json!({
        "client_name": NAME,
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
    })
    .to_string()
}

/// Judges the answer to a registration; answers the client's id.
pub fn registered(address: &Address, server: &Server, answer: &Visited) -> (Finding, Option<String>) {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let (Some(client), 200..=201) = (told["client_id"].as_str(), answer.status) else {
        return (refused(REGISTRATION, address, &server.register, answer, &told), None);
    };
    let message = format!(
        "a client for this check was registered ({client}, {}); it is forgotten when it is not used",
        quoted(NAME)
    );
    if told.get("client_secret").is_some() || told["token_endpoint_auth_method"] != "none" {
        let mend = "Another program answers there, or something in between changes the answer.";
        let message = format!("{message}, but not as one without a secret");
        return (Finding::failed(REGISTRATION, message, mend), Some(client.to_owned()));
    }
    (Finding::ok(REGISTRATION, message), Some(client.to_owned()))
}

/// Path and query of the page that a client opens in the browser.
pub fn page(address: &Address, server: &Server, client: &str) -> String {
    let query = Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "doctor"),
            ("resource", address.typed()),
        ])
        .finish();
    format!("{}?{query}", server.authorize)
}

/// Judges the page that a browser gets first.
pub fn sign_in(address: &Address, server: &Server, answer: &Visited) -> Finding {
    let body = String::from_utf8_lossy(&answer.body);
    let place = format!("{}{}", address.origin(), server.authorize);
    if answer.status == 400 && foreign::is_page(answer) {
        return Finding::failed(
            SIGN_IN,
            format!("{place} does not know the client that was just registered (HTTP 400)"),
            "Do several servers stand behind this address that do not share a database? Else something in between changes the query.",
        );
    }
    let back = answer.header("location").filter(|to| to.starts_with(REDIRECT));
    if let Some(back) = back.filter(|_| (300..400).contains(&answer.status)) {
        return Finding::failed(
            SIGN_IN,
            format!("{place} sends the client back at once: {}", quoted(back)),
            "What stands behind error and error_description says why. If it is invalid_target, the address is not the server's: see the \
             endpoint's document.",
        );
    }
    if answer.status != 200 || !body.contains("name=\"master_key\"") {
        return foreign::failed(SIGN_IN, address, &server.authorize, answer);
    }
    let mut lacking = Vec::new();
    let is_kept = |name: &str, word: &str| answer.all(name).any(|value| value.to_ascii_lowercase().contains(word));
    if !is_kept("content-security-policy", "frame-ancestors 'none'") && !is_kept("x-frame-options", "deny") {
        lacking.push("other pages may frame it (Content-Security-Policy and X-Frame-Options do not arrive)");
    }
    if !is_kept("cache-control", "no-store") {
        lacking.push("it may be cached (Cache-Control does not arrive)");
    }
    if lacking.is_empty() {
        return Finding::ok(
            SIGN_IN,
            format!("{place} asks to sign in; it cannot be framed and is not cached"),
        );
    }
    let mend = "Let the proxy pass the server's headers on as they are.";
    Finding::failed(
        SIGN_IN,
        format!("{place} asks to sign in, but {}", lacking.join(", and ")),
        mend,
    )
}

/// Judges the answer to a client that nobody knows.
pub fn token(address: &Address, server: &Server, answer: &Visited) -> Finding {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status == 401 && told["error"] == "invalid_client" {
        let message = format!(
            "{}{} knows the clients that registered, and no others",
            address.origin(),
            server.token
        );
        return Finding::ok(TOKEN, message);
    }
    refused(TOKEN, address, &server.token, answer, &told)
}

/// An answer in OAuth's own words, or somebody else's.
fn refused(check: &'static str, address: &Address, target: &str, answer: &Visited, told: &Value) -> Finding {
    let (Some(error), false) = (told["error"].as_str(), answer.status == 429) else {
        return foreign::failed(check, address, target, answer);
    };
    let why = told["error_description"].as_str().unwrap_or_default();
    Finding::failed(
        check,
        format!(
            "{}{target} answers {} (HTTP {}) {}",
            address.origin(),
            quoted(error),
            answer.status,
            quoted(why)
        ),
        "Is it a server of this program, and does the body arrive as it is sent? A proxy must take POST with forms and JSON there.",
    )
}
