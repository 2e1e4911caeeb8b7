//! Discovery documents for clients: RFC 9728, OAuth 2.0 Protected Resource Metadata.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
    routing::get,
};
use od_engine::Permission;
use serde_json::{Value, json};

use crate::WebOptions;

/// The metadata of the MCP endpoint, at the place RFC 9728 section 3.1 derives from its address and, for clients that
/// only know the host, at the root.
pub fn router(options: &WebOptions) -> Router {
    Router::new()
        .route("/.well-known/oauth-protected-resource", get(answer))
        .route("/.well-known/oauth-protected-resource/mcp", get(answer))
        .with_state(options.clone())
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
async fn answer(State(options): State<WebOptions>, headers: HeaderMap) -> impl IntoResponse {
    let described = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (described, protected_resource(&options.endpoint(&headers)).to_string())
}

#[cfg(test)]
mod tests;
