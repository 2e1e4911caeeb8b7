//! Request bodies: bounded in size and depth, and parse errors answered in JSON-RPC.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::refusal::{PARSE_ERROR, Refusal};

/// A message is a few levels around arguments of at most 32.
const MOST_LEVELS: usize = 64;

/// Refuses what says of itself that it is too large, before anything is read or anybody is signed in.
pub(super) fn check_declared_size(headers: &HeaderMap, most: usize) -> Result<(), Refusal> {
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|text| text.parse().ok());
    if declared.is_some_and(|length: usize| length > most) {
        return Err(too_large(most));
    }
    Ok(())
}

/// Refuses a body of another type than JSON.
pub(super) fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
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

/// Reads the whole body, at most `most` bytes and [`MOST_LEVELS`] deep, within `patience`.
pub(super) async fn read(body: Body, most: usize, patience: Duration) -> Result<Bytes, Refusal> {
    let refused = |status, message| Err(Refusal::new(status, "VALIDATION_ERROR", message));
    let bytes = match tokio::time::timeout(patience, Limited::new(body, most).collect()).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large(most)),
        Ok(Err(_)) => return refused(StatusCode::BAD_REQUEST, "The body ended early."),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
    };
    if is_deeper_than(MOST_LEVELS, &bytes) {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            format!("The message is nested deeper than {MOST_LEVELS} levels."),
        ));
    }
    Ok(bytes)
}

/// Why the protocol library could not take `body` for a message.
pub(super) fn not_a_message(body: &[u8]) -> Refusal {
    #[derive(Deserialize)]
    struct WithId {
        id: Option<Value>,
    }
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
        // Syntax errors name a place, never a value.
        return Refusal::new(
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            format!("Parse error: {error}"),
        )
        .with_rpc_code(PARSE_ERROR);
    }
    let id = serde_json::from_slice(body)
        .ok()
        .and_then(|message: WithId| message.id)
        .filter(is_plausible_id);
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "VALIDATION_ERROR",
        "The body is JSON, but not one JSON-RPC 2.0 message.",
    )
    .with_hint("Send one message per request; batches are not part of the protocol.")
    .with_id(id.unwrap_or(Value::Null))
}

fn is_plausible_id(id: &Value) -> bool {
    id.is_number() || id.as_str().is_some_and(|text| text.len() <= 200)
}

fn too_large(most: usize) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "VALIDATION_ERROR",
        format!("The body is larger than {most} bytes."),
    )
}

/// Whether brackets nest deeper than `most`, without parsing: a deep body must not cost a deep stack.
fn is_deeper_than(most: usize, json: &[u8]) -> bool {
    let (mut level, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => level += 1,
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
        if level > most {
            return true;
        }
    }
    false
}
