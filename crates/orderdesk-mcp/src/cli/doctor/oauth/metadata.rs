//! The two documents that a client reads on its way: of the endpoint (RFC 9728) and of the authorization server (RFC 8414).

use od_engine::{Visited, text::quoted};
use serde_json::{Value, json};
use url::Url;

use super::{super::finding::Finding, address::Address, foreign};

pub const RESOURCE: &str = "endpoint's document";
pub const SERVER: &str = "authorization server's document";

/// Paths of what a client goes on with.
#[derive(Debug)]
pub struct Server {
    pub authorize: String,
    pub token: String,
    pub register: String,
}

/// Where the document of this endpoint is.
pub fn resource_place(address: &Address) -> String {
    let path = address.path();
    format!(
        "/.well-known/oauth-protected-resource{}",
        if path == "/" { "" } else { path }
    )
}

/// Judges the endpoint's document; answers the authorization server that it names.
pub fn resource(address: &Address, answer: &Visited) -> (Finding, Option<String>) {
    let place = resource_place(address);
    let Some(document) = document(answer) else {
        return (foreign::failed(RESOURCE, address, &place, answer), None);
    };
    let issuer = document["authorization_servers"][0].as_str().map(str::to_owned);
    let Some(told) = issuer.as_deref() else {
        let message = format!("{}{place} names no authorization server", address.origin());
        let mend = "Another program's document is there, or something in between changes it.";
        return (Finding::failed(RESOURCE, message, mend), None);
    };
    let typed = address.typed();
    let named = document["resource"].as_str().unwrap_or_default();
    if named == typed {
        let message = format!("it names {typed}, to the letter, and the authorization server {told}");
        return (Finding::ok(RESOURCE, message), issuer);
    }
    let message = format!(
        "it says that it is of {}, and you gave {}",
        quoted(named),
        quoted(typed)
    );
    let is_same_place = Url::parse(named).is_ok_and(|url| url.origin().ascii_serialization() == address.origin());
    let mend = if is_same_place {
        format!("Clients compare the two to the letter: give them {named}.")
    } else {
        format!(
            "Clients compare the two to the letter. Set PUBLIC_URL={} and restart the server.",
            address.public_url()
        )
    };
    (Finding::failed(RESOURCE, message, mend), issuer)
}

/// Where the document of an authorization server is, unless it is somewhere else than the endpoint.
pub fn server_place(address: &Address, issuer: &str) -> Result<String, Finding> {
    let url = Url::parse(issuer)
        .ok()
        .filter(|url| url.origin().ascii_serialization() == address.origin());
    let Some(url) = url else {
        return Err(Finding::failed(
            SERVER,
            format!(
                "the authorization server is said to be {}, and not {}",
                quoted(issuer),
                address.origin()
            ),
            format!("Set PUBLIC_URL={} and restart the server.", address.public_url()),
        ));
    };
    Ok(format!(
        "/.well-known/oauth-authorization-server{}",
        url.path().trim_end_matches('/')
    ))
}

/// Judges the authorization server's document; answers where a client goes on.
pub fn server(address: &Address, issuer: &str, answer: &Visited) -> (Finding, Option<Server>) {
    let Some(document) = document(answer) else {
        let place = server_place(address, issuer).unwrap_or_default();
        return (foreign::failed(SERVER, address, &place, answer), None);
    };
    let mut faults = Vec::new();
    let named = document["issuer"].as_str().unwrap_or_default();
    if named != issuer {
        faults.push(format!(
            "its issuer is {}, and it was found as {}",
            quoted(named),
            quoted(issuer)
        ));
    }
    let mut endpoint = |name: &str| {
        let told = document[name].as_str().unwrap_or_default();
        let ours = Url::parse(told)
            .ok()
            .filter(|url| url.origin().ascii_serialization() == address.origin());
        if let Some(url) = ours {
            return url.path().to_owned();
        }
        faults.push(format!(
            "its {name} is {}, and not at {}",
            quoted(told),
            address.origin()
        ));
        String::new()
    };
    let found = Server {
        authorize: endpoint("authorization_endpoint"),
        token: endpoint("token_endpoint"),
        register: endpoint("registration_endpoint"),
    };
    endpoint("revocation_endpoint");
    if !faults.is_empty() {
        let mend = format!(
            "Set PUBLIC_URL={} and restart the server. If it is, something in between changes the document.",
            address.public_url()
        );
        return (Finding::failed(SERVER, faults.join("; "), mend), None);
    }
    let lacking: Vec<_> = needed()
        .into_iter()
        .filter(|(name, value)| !holds(&document[*name], value))
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    if !lacking.is_empty() {
        let mend =
            "Some clients refuse to go on. Another program's document is there, or something in between changes it.";
        return (
            Finding::failed(
                SERVER,
                format!("it lacks what clients look for: {}", lacking.join(", ")),
                mend,
            ),
            None,
        );
    }
    let by_address = document["client_id_metadata_document_supported"] == Value::Bool(true);
    let clients = if by_address {
        "clients may name themselves by an address of theirs (OAUTH_CLIENT_METADATA)"
    } else {
        "clients register themselves"
    };
    (
        Finding::ok(SERVER, format!("its issuer is {issuer}, and {clients}")),
        Some(found),
    )
}

/// What clients were seen to refuse a server for.
fn needed() -> [(&'static str, Value); 6] {
    [
        ("response_types_supported", json!("code")),
        ("grant_types_supported", json!("authorization_code")),
        ("grant_types_supported", json!("refresh_token")),
        ("code_challenge_methods_supported", json!("S256")),
        ("token_endpoint_auth_methods_supported", json!("none")),
        ("authorization_response_iss_parameter_supported", json!(true)),
    ]
}

fn holds(found: &Value, needed: &Value) -> bool {
    found == needed || found.as_array().is_some_and(|list| list.contains(needed))
}

/// A JSON object that came well.
fn document(answer: &Visited) -> Option<Value> {
    let told: Value = serde_json::from_slice(&answer.body).ok()?;
    (answer.status == 200 && told.is_object()).then_some(told)
}
