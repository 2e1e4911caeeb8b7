//! Request bodies: bounded in size, depth and number of values, and parse errors answered in JSON-RPC.

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::refusal::{INVALID_PARAMS, PARSE_ERROR, Refusal};
use crate::bounds::{self, Excess};
use crate::lost::lost;

/// Refuses what says of itself that it is too large, before anything is read or anybody is signed in.
pub(super) fn check_declared_size(headers: &HeaderMap, most: usize) -> Result<(), Refusal> {
    if declared_size(headers).is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    Ok(())
}

/// The size in bytes that a body says it has. One in pieces says none.
pub(super) fn declared_size(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Refuses a body of another type than JSON, and one that is packed: a few bytes of those are as many as one likes.
pub(super) fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    let packed = codings.find(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"));
    if let Some(coding) = packed {
        let name: String = String::from_utf8_lossy(coding.as_bytes()).chars().take(40).collect();
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "VALIDATION_ERROR",
            format!(
                "Bodies with the content encoding '{}' are not taken.",
                name.escape_default()
            ),
        )
        .with_hint("Send the JSON as it is, without Content-Encoding.")
        // RFC 9110, section 15.5.16.
        .with_header(ACCEPT_ENCODING, HeaderValue::from_static("identity")));
    }
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next());
    if essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "VALIDATION_ERROR",
        "The body must be JSON.",
    )
    .with_hint("Send 'Content-Type: application/json'."))
}

/// How many values a body holds, unless it is too deep or holds too many.
pub(super) fn count_values(body: &[u8]) -> Result<usize, Refusal> {
    bounds::count(body).map_err(|excess| {
        let status = match excess {
            Excess::Levels => StatusCode::BAD_REQUEST,
            Excess::Values(_) => StatusCode::PAYLOAD_TOO_LARGE,
        };
        Refusal::new(status, "VALIDATION_ERROR", excess.to_string())
    })
}

/// Refuses what would be lost without a word: digits of numbers, members that are given twice.
pub(super) fn check_nothing_lost(body: &[u8]) -> Result<(), Refusal> {
    let Some(message) = lost(body) else {
        return Ok(());
    };
    let refusal = Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message);
    Err(refusal.with_rpc_code(INVALID_PARAMS).with_id(id_of(body)))
}

/// Why the protocol library could not take `body` for a message.
pub(super) fn not_a_message(body: &[u8]) -> Refusal {
    check_json(body).err().unwrap_or_else(|| no_message(id_of(body)))
}

/// Refuses what is no JSON.
pub(super) fn check_json(body: &[u8]) -> Result<(), Refusal> {
    let Some(fault) = bounds::fault(body) else {
        return Ok(());
    };
    // Syntax errors name a place, never a value.
    let message = format!("Parse error: {fault}");
    Err(Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message).with_rpc_code(PARSE_ERROR))
}

/// JSON that is no message.
pub(super) fn no_message(id: Value) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "VALIDATION_ERROR",
        "The body is JSON, but not one JSON-RPC 2.0 message.",
    )
    .with_hint("Send one message per request; batches are not part of the protocol.")
    .with_id(id)
}

/// The id of a message, or null when it has none that can be repeated.
pub(super) fn id_of(body: &[u8]) -> Value {
    #[derive(Deserialize)]
    struct WithId {
        id: Option<Value>,
    }
    let id = serde_json::from_slice(body).ok().and_then(|message: WithId| message.id);
    id.filter(is_plausible_id).unwrap_or_default()
}

/// Whether an id may be remembered or sent back: longer ones are nobody's.
pub(super) fn is_plausible_id(id: &Value) -> bool {
    id.is_number() || id.as_str().is_some_and(|text| text.len() <= 200)
}

pub(super) fn too_large(most: usize) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "VALIDATION_ERROR",
        format!("The body is larger than {most} bytes."),
    )
}
