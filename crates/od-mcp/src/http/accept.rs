//! Clients that say less in `Accept` than the protocol asks for still work: a plain JSON-RPC POST does.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, HeaderValue};

/// What the protocol library insists on.
const BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");

/// Completes the Accept header of a request that JSON would satisfy: `application/json` alone, `*/*`, none at all.
/// What asks for something else entirely is left to be refused.
pub(super) fn complete(headers: &mut HeaderMap) {
    let satisfied_by_json = {
        let mut ranges = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|v| v.split(','));
        let first = ranges.next();
        first.is_none() || first.into_iter().chain(ranges).any(is_satisfied_by_json)
    };
    if satisfied_by_json {
        headers.insert(ACCEPT, BOTH);
    }
}

fn is_satisfied_by_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let refused = parts.any(|parameter| {
        let quality = parameter.to_ascii_lowercase();
        quality
            .strip_prefix("q=")
            .is_some_and(|q| q.trim_matches(['0', '.']).is_empty() && !q.is_empty())
    });
    !refused
        && matches!(
            essence.as_str(),
            "application/json" | "application/*" | "*/*" | "text/event-stream" | ""
        )
}
