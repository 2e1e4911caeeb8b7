//! Correlation ids that callers bring along.

use axum::http::HeaderMap;
use od_engine::RequestId;

use crate::trace_parent::TraceParent;

/// The request header that a caller may bring, and the response header that always comes back.
pub(crate) const HEADER: &str = "x-request-id";
/// W3C Trace Context, section 3.2.
const TRACEPARENT: &str = "traceparent";

/// The caller's own id when it is a UUID or comes in a `traceparent`, else a new one. Anything else is replaced and never
/// echoed: it would end up in logs and headers.
pub(crate) fn from_headers(headers: &HeaderMap) -> RequestId {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    text(HEADER)
        .and_then(RequestId::parse)
        .unwrap_or_else(|| from_traceparent(text(TRACEPARENT)))
}

/// The caller's `traceparent`, whatever it is.
pub(crate) fn trace_parent(headers: &HeaderMap) -> Option<&str> {
    headers.get(TRACEPARENT).and_then(|value| value.to_str().ok())
}

/// The trace id of a `version-traceid-parentid-flags` text, else a new id. A trace id has 16 bytes, as many as a UUID.
pub(crate) fn from_traceparent(traceparent: Option<&str>) -> RequestId {
    traceparent
        .and_then(TraceParent::parse)
        .and_then(|parent| RequestId::parse(&format!("{:032x}", parent.trace)))
        .unwrap_or_else(RequestId::generate)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::from_headers;

    const ID: &str = "0192f0c1-7a51-7f8e-9a43-5b6d7e8f9a0b";
    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const TRACE_ID: &str = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";

    fn of(pairs: &[(&'static str, &str)]) -> String {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).expect("a header value"),
                )
            })
            .collect();
        from_headers(&headers).to_string()
    }

    #[test]
    fn uuids_and_trace_ids_are_taken_over() {
        assert_eq!(of(&[("x-request-id", ID)]), ID);
        assert_eq!(of(&[("traceparent", TRACE)]), TRACE_ID);
        assert_eq!(of(&[("x-request-id", ID), ("traceparent", TRACE)]), ID);
        assert_eq!(of(&[("x-request-id", "nonsense"), ("traceparent", TRACE)]), TRACE_ID);
    }

    #[test]
    fn anything_else_is_replaced_by_a_new_one() {
        let replaced =
            |name: &'static str, value: &str| assert_eq!(of(&[(name, value)]).as_bytes()[14], b'7', "{value}");
        replaced("x-request-id", "1");
        replaced("x-request-id", "<script>");
        replaced("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01");
        replaced(
            "traceparent",
            "00-abf92f3577b35da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        );
        replaced("traceparent", "ff-abf92f3577b35da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        replaced("traceparent", "00-abf92f3577b35da6a3ce929d0e0e4736-0000000000000000-01");
        replaced("traceparent", "00-ABF92F3577B35DA6A3CE929D0E0E4736-00f067aa0ba902b7-01");
    }
}
