//! What a request tells beside its method and parameters.

use http::HeaderMap;
use od_engine::{Delivery, Scope};
use rmcp::RoleServer;
use rmcp::model::{Implementation, ProtocolVersion};
use rmcp::service::RequestContext;
use tracing::Span;

use crate::correlation;
use crate::http::HttpCaller;
use crate::label::label;

const VERSION: &str = "mcp-protocol-version";

/// The span of a request over HTTP; of one whose message tells of a trace, and whose headers do not, one in that trace.
pub(super) fn traced(caller: &HttpCaller, headers: Option<&HeaderMap>, traceparent: Option<&str>) -> Span {
    if traceparent.is_none() || headers.and_then(correlation::trace_parent).is_some() {
        return caller.span.clone();
    }
    let request_id = caller.request_id;
    let traced = tracing::info_span!(target: "otel", parent: None, "request", %request_id, traceparent);
    if traced.is_disabled() {
        return caller.span.clone();
    }
    let tenant = caller.identity.tenant().as_str();
    tracing::info_span!(parent: &traced, "mcp", %request_id, tenant)
}

/// Whether the client knows links to resources among what a tool answers, which came with 2025-06-18. One that names no revision
/// is not taken for an old one.
pub(super) fn knows_links(context: &RequestContext<RoleServer>) -> bool {
    let headers = context
        .extensions
        .get::<http::request::Parts>()
        .map(|parts| &parts.headers);
    let is_named =
        headers.is_none_or(|headers| headers.contains_key(VERSION)) || context.meta.protocol_version().is_some();
    let version = context.protocol_version().filter(|_| is_named);
    version.is_none_or(|version| version.as_str() >= ProtocolVersion::V_2025_06_18.as_str())
}

/// Adds where the transport tells what becomes of the answer, over stdio.
pub(super) fn delivered(scope: Scope, context: &RequestContext<RoleServer>) -> Scope {
    match context.extensions.get::<Delivery>() {
        Some(delivery) => scope.with_delivery(delivery.clone()),
        None => scope,
    }
}

/// The client's own name for itself: for the audit log, never for decisions.
pub(super) fn client_name(context: &RequestContext<RoleServer>) -> Option<String> {
    context.client_info().and_then(|client| name_of(&client))
}

pub(super) fn name_of(client: &Implementation) -> Option<String> {
    let name = label(&format!("{} {}", client.name, client.version));
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
