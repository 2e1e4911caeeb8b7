//! Clients that say less in `Accept` than the protocol asks for still work: a plain JSON-RPC POST does.

use axum::http::header::{ACCEPT, HeaderValue};
use axum::http::{HeaderMap, StatusCode};

use super::refusal::Refusal;

/// What the protocol library insists on.
const BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");

/// Completes the Accept header of a request that JSON would satisfy: `application/json` alone, `*/*`, none at all. One
/// that asks for something else entirely is refused.
pub(super) fn complete(headers: &mut HeaderMap) -> Result<(), Refusal> {
    let values = || headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    if values().next().is_some() && !values().flat_map(|value| value.split(',')).any(is_satisfied_by_json) {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "VALIDATION_ERROR",
            "This endpoint answers in JSON.",
        )
        .with_hint("Send 'Accept: application/json, text/event-stream'."));
    }
    headers.insert(ACCEPT, BOTH);
    Ok(())
}

/// Whether a request asks for a stream of messages by name: a client that takes anything may not know what to do with one.
pub(super) fn takes_stream(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut ranges = values.flat_map(|value| value.split(','));
    ranges.any(|range| is_accepted(range) && essence(range) == "text/event-stream")
}

fn is_satisfied_by_json(range: &str) -> bool {
    is_accepted(range)
        && matches!(
            essence(range).as_str(),
            "application/json" | "application/*" | "*/*" | "text/event-stream" | ""
        )
}

fn essence(range: &str) -> String {
    let essence = range.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Whether a range does not have the quality 0, which means that it is not wanted.
fn is_accepted(range: &str) -> bool {
    let refused = range.split(';').skip(1).map(str::trim).any(|parameter| {
        let quality = parameter.to_ascii_lowercase();
        quality
            .strip_prefix("q=")
            .is_some_and(|q| q.trim_matches(['0', '.']).is_empty() && !q.is_empty())
    });
    !refused
}
