//! What clients read before they ask anybody to sign in: RFC 9728, OAuth 2.0 Protected Resource Metadata, and RFC 8414, OAuth
//! 2.0 Authorization Server Metadata.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use od_engine::{Grants, Permission, oauth::AuthMethod};
use serde_json::{Value, json};

use crate::{
    endpoints::{ENDPOINT, is_endpoint},
    web::Web,
};

#[cfg(test)]
mod tests;

const RESOURCE: &str = "/.well-known/oauth-protected-resource";
const SERVER: &str = "/.well-known/oauth-authorization-server";

/// Known, and means nothing: refresh tokens are given without it. Several clients ask for it when it is listed, and some of
/// them know no other way to ask for a refresh token.
const OFFLINE_ACCESS: &str = "offline_access";

/// The documents at the places that the two RFCs derive from an endpoint's address and from the issuer's. Clients that know
/// the host only find both at the root, and those that derive the second place as they do the first find that too.
pub fn router(web: &Web) -> Router {
    let mut routes = Router::new();
    for end in ["", "/", "/{*endpoint}"] {
        routes = routes
            .route(&format!("{RESOURCE}{end}"), get(resource))
            .route(&format!("{SERVER}{end}"), get(server));
    }
    routes.with_state(web.clone())
}

async fn resource(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> Response {
    match asked(&web, &uri, RESOURCE) {
        Some(endpoint) => document(&protected_resource(&web, &headers, endpoint)),
        None => nothing_here(),
    }
}

async fn server(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> Response {
    match asked(&web, &uri, SERVER) {
        Some(_) => document(&authorization_server(&web, &headers)),
        None => nothing_here(),
    }
}

/// The path of the endpoint whose document is asked for, to the letter: the widest at the root.
fn asked<'a>(web: &Web, uri: &'a Uri, place: &str) -> Option<&'a str> {
    let path = uri.path().strip_prefix(place)?;
    if matches!(path, "" | "/") {
        return Some(ENDPOINT);
    }
    // A proxy that takes a path off the endpoint's address cannot take it off from behind the place.
    let path = path.strip_prefix(web.options.public_path()).unwrap_or(path);
    is_endpoint(path).then_some(path)
}

/// `resource` is byte for byte what a person pastes into a client: clients compare the two. What is listed as scopes is what
/// clients ask for, so it is what a person should get who ticks nothing: some read this list and no challenge.
fn protected_resource(web: &Web, headers: &HeaderMap, endpoint: &str) -> Value {
    let base = web.options.base(headers);
    json!({
        "resource": format!("{base}{endpoint}"),
        "authorization_servers": [web.options.issuer(headers)],
        "scopes_supported": usual_scopes(),
        "bearer_methods_supported": ["header"],
        "resource_name": "Order Desk MCP server",
        "resource_documentation": format!("{base}/"),
    })
}

fn authorization_server(web: &Web, headers: &HeaderMap) -> Value {
    let base = web.options.base(headers);
    let methods = AuthMethod::ALL.map(AuthMethod::as_str);
    let scopes: Vec<_> = usual_scopes().into_iter().chain([OFFLINE_ACCESS]).collect();
    json!({
        "issuer": web.options.issuer(headers),
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "registration_endpoint": format!("{base}/register"),
        "revocation_endpoint": format!("{base}/revoke"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "client_id_metadata_document_supported": web.engine.oauth().options().client_metadata,
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": format!("{base}/"),
    })
}

/// What clients ask for that read it nowhere else: nothing administrative.
fn usual_scopes() -> Vec<&'static str> {
    Grants::DEFAULT.iter().map(Permission::as_str).collect()
}

/// Clients may keep it for as long: what it says changes with the configuration only.
fn document(value: &Value) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(value)).into_response()
}

fn nothing_here() -> Response {
    let told = json!({ "error": "no endpoint of this server has this path" });
    (StatusCode::NOT_FOUND, Json(told)).into_response()
}
