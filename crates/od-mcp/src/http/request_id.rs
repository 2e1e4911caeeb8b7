//! The correlation id of a request.

use axum::http::HeaderMap;
use uuid::Uuid;

/// The request header that a caller may bring, and the response header that always comes back.
pub(super) const HEADER: &str = "x-request-id";
/// W3C Trace Context, section 3.2.
const TRACEPARENT: &str = "traceparent";

/// The caller's own id when it is a UUID or comes in a `traceparent`, else a new one. Anything else is replaced and never
/// echoed: it would end up in logs and headers.
pub(super) fn of(headers: &HeaderMap) -> Uuid {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    text(HEADER)
        .and_then(|id| Uuid::try_parse(id).ok())
        .or_else(|| text(TRACEPARENT).and_then(trace_id))
        .unwrap_or_else(Uuid::new_v4)
}

/// The trace id of a `version-traceid-parentid-flags` header: 16 bytes, as many as a UUID has.
fn trace_id(traceparent: &str) -> Option<Uuid> {
    let mut parts = traceparent.trim().split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let lower_hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let well_formed = lower_hex(version, 2) && lower_hex(trace, 32) && lower_hex(parent, 16) && lower_hex(flags, 2);
    // Version 00 has exactly four parts; later ones may have more. Version ff is forbidden.
    if !well_formed || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    Uuid::try_parse(trace).ok().filter(|id| !id.is_nil())
}
