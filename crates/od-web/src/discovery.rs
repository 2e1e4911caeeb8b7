//! Discovery documents for clients: RFC 9728, OAuth 2.0 Protected Resource Metadata.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri, header},
    response::IntoResponse,
    routing::get,
};
use od_engine::Permission;
use serde_json::{Value, json};

use crate::web::Web;

const METADATA: &str = "/.well-known/oauth-protected-resource";
const ENDPOINT: &str = "/mcp";

/// The metadata of each MCP endpoint, at the place RFC 9728 section 3.1 derives from its address and, for clients that only
/// know the host, at the root.
pub fn router(web: &Web) -> Router {
    let parts = ["", "/readonly", "/x/{toolsets}"];
    let ends = ["", "/text", "/structured"];
    let endpoints = parts.iter().flat_map(|part| {
        ends.iter()
            .flat_map(move |end| ["", "/"].map(|slash| format!("{part}{end}{slash}")))
    });
    let root = Router::new().route(METADATA, get(answer));
    endpoints
        .fold(root, |routes, endpoint| {
            routes.route(&format!("{METADATA}{ENDPOINT}{endpoint}"), get(answer))
        })
        .with_state(web.clone())
}

/// What follows `/mcp` in the address of the endpoint whose document is at this path, to the letter.
fn narrower(path: &str) -> &str {
    let endpoint = path.strip_prefix(METADATA).unwrap_or_default();
    endpoint.strip_prefix(ENDPOINT).unwrap_or_default()
}

/// `resource` is byte for byte what a person pastes into a client: clients compare the two. No authorization server is
/// named, because this server issues no tokens yet: a client learns from that to ask its user for a bearer token. Until there
/// is one, no challenge of the endpoint points here.
fn protected_resource(endpoint: &str) -> Value {
    json!({
        "resource": endpoint,
        "resource_name": "Order Desk MCP server",
        "bearer_methods_supported": ["header"],
        "scopes_supported": Permission::ALL.map(Permission::as_str),
    })
}

/// Web-based clients read the document from another origin; it holds nothing that is not public.
async fn answer(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> impl IntoResponse {
    let described = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    let endpoint = web.options.endpoint(&headers) + narrower(uri.path());
    (described, protected_resource(&endpoint).to_string())
}

#[cfg(test)]
mod tests;
