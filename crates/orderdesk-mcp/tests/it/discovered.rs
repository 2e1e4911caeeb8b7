//! From the address that a person pastes to where the client registers: what it finds on its way.

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_with_tenant,
    wire::{Reply, ask},
};

fn serve(home: &Home) -> (Running, String) {
    let running = Running::start(home, &["serve", "--port", "0", "--output", "json"]);
    let origin = running.told("url").trim_end_matches("/mcp").to_owned();
    (running, origin)
}

/// The parameter of a challenge.
fn parameter<'a>(reply: &'a Reply, name: &str) -> &'a str {
    let challenge = reply
        .head
        .lines()
        .find_map(|line| line.strip_prefix("www-authenticate: "));
    let behind = challenge.and_then(|challenge| challenge.split_once(&format!("{name}=\"")));
    let (_, behind) = behind.unwrap_or_else(|| panic!("no {name}: {reply:?}"));
    behind.split('"').next().unwrap()
}

fn get(url: &str) -> Value {
    let reply = ask("GET", url, &[], None);
    assert_eq!(reply.status, 200, "{url}: {reply:?}");
    assert!(reply.head.contains("access-control-allow-origin: *"), "{reply:?}");
    reply.json()
}

/// Both doors agree: the challenge of an endpoint leads to a document that names that endpoint to the letter.
#[test]
fn every_endpoint_leads_to_its_own_document_and_that_to_the_server_where_a_client_registers() {
    let (home, _simulator) = home_with_tenant();
    let (_running, origin) = serve(&home);
    for endpoint in [
        "/mcp",
        "/mcp/",
        "/mcp/text",
        "/mcp/structured/",
        "/mcp/readonly",
        "/mcp/readonly/text/",
        "/mcp/x/orders,shipments",
        "/mcp/x/stores/",
        "/mcp/x/text",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let challenged = ask(method, &format!("{origin}{endpoint}"), &[], None);
            assert_eq!(challenged.status, 401, "{method} {endpoint}");
            let document = get(parameter(&challenged, "resource_metadata"));
            assert_eq!(document["resource"], format!("{origin}{endpoint}"));
            let scopes: Vec<_> = document["scopes_supported"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.as_str().unwrap())
                .collect();
            assert_eq!(parameter(&challenged, "scope"), scopes.join(" "));
            assert_eq!(document["authorization_servers"], json!([origin]));
        }
    }
    let server = get(&format!("{origin}/.well-known/oauth-authorization-server"));
    assert_eq!(server["issuer"], json!(origin));
    assert_eq!(
        server["client_id_metadata_document_supported"], false,
        "nobody said that the internet is there"
    );
    let said = json!({"client_name": "A client", "redirect_uris": ["http://127.0.0.1:4711/callback"]});
    let registered = ask(
        "POST",
        server["registration_endpoint"].as_str().unwrap(),
        &[],
        Some(&said),
    );
    assert_eq!(registered.status, 201, "{registered:?}");
    assert!(registered.head.contains("cache-control: no-store"), "{registered:?}");
    assert_eq!(registered.json()["token_endpoint_auth_method"], "none");
}

#[test]
fn a_server_without_oauth_has_nothing_of_it() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("ENABLE_OAUTH", "false");
    let (_running, origin) = serve(&home);
    let challenged = ask("GET", &format!("{origin}/mcp"), &[], None);
    assert!(
        challenged.status == 401 && !challenged.head.contains("resource_metadata"),
        "{challenged:?}"
    );
    for (method, path) in [
        ("GET", "/.well-known/oauth-protected-resource"),
        ("GET", "/.well-known/oauth-protected-resource/mcp"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("POST", "/register"),
        ("GET", "/authorize"),
        ("POST", "/token"),
        ("POST", "/revoke"),
    ] {
        assert_eq!(ask(method, &format!("{origin}{path}"), &[], None).status, 404, "{path}");
    }
    let page = ask("GET", &format!("{origin}/"), &[], None);
    assert!(!page.body.contains("browser"), "{page:?}");
}

#[test]
fn a_public_server_fetches_documents_about_clients_unless_it_is_told_not_to() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("PUBLIC_URL", "https://orders.example.com");
    let supported = |home: &Home| {
        let (_running, origin) = serve(home);
        let server = get(&format!("{origin}/.well-known/oauth-authorization-server"));
        assert_eq!(server["issuer"], "https://orders.example.com");
        server["client_id_metadata_document_supported"].as_bool().unwrap()
    };
    assert!(supported(&home));
    home.set("OAUTH_CLIENT_METADATA", "off");
    assert!(!supported(&home));
}
