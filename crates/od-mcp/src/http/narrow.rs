//! What a request's headers leave of the catalog, and of a reply.

use axum::http::{HeaderMap, HeaderValue, StatusCode};

use super::refusal::Refusal;
use crate::catalog::Narrowing;
use crate::reply::ReplyMode;

const TOOLSETS: &str = "x-mcp-toolsets";
const READ_ONLY: &str = "x-mcp-readonly";
const REPLY: &str = "x-mcp-reply";

/// The narrowing that `X-MCP-Toolsets` and `X-MCP-Readonly` ask for. `false` and `all` ask for nothing: a request cannot
/// open what the operator closed.
pub(super) fn from_headers(headers: &HeaderMap) -> Result<Narrowing, Refusal> {
    let mut narrowing = Narrowing::none();
    for value in headers.get_all(TOOLSETS) {
        narrowing = narrowing.and(&from_list(value.to_str().unwrap_or_default())?);
    }
    for value in headers.get_all(READ_ONLY) {
        if is_on(value.to_str().unwrap_or_default())? {
            narrowing = narrowing.and(&Narrowing::read_only());
        }
    }
    Ok(narrowing)
}

/// The copies of a reply that `X-MCP-Reply` asks for.
pub(super) fn reply_from_headers(headers: &HeaderMap) -> Result<Option<ReplyMode>, Refusal> {
    let mode = |value: &HeaderValue| {
        ReplyMode::parse(value.to_str().unwrap_or_default()).ok_or_else(|| {
            let message = "X-MCP-Reply must be both, text or structured.";
            Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
        })
    };
    headers.get(REPLY).map(mode).transpose()
}

/// The narrowing of a comma-separated list of toolsets, from a header or a path.
pub(super) fn from_list(list: &str) -> Result<Narrowing, Refusal> {
    Narrowing::toolsets(list)
        .map_err(|unknown| Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", format!("{unknown}.")))
}

/// A path whose list is no text.
pub(super) fn unreadable_list() -> Refusal {
    let message = "The list of toolsets in the path is not UTF-8 text.";
    Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
}

fn is_on(value: &str) -> Result<bool, Refusal> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            "X-MCP-Readonly must be true or false.",
        )),
    }
}
