//! Order Desk's failures, in our codes and words.

use od_client::Error as E;
use serde_json::{Value, json};

use super::class::Class;

/// Our words only: what Order Desk said may repeat a shopper's text, and stands in the details.
///
/// A record that does not exist never gets here: whoever asked for it by its id says so in its own words. So a 404 here
/// means that there is no such operation, hence that something else than Order Desk's API answered.
///
/// A write whose outcome is unknown never gets here either: it is settled by reading, or becomes [`super::Error::Uncertain`].
pub(super) fn message(error: &E) -> String {
    format!("{}. Nothing was changed.", happened(error))
}

/// What Order Desk did, in our words alone.
pub(crate) fn happened(error: &E) -> String {
    match error {
        E::Rejected { status, .. } => format!("Order Desk refused the request (HTTP {status})"),
        E::Conflict { status, .. } => format!("Order Desk reports a conflict (HTTP {status})"),
        E::Server { status, .. } => format!("Order Desk failed (HTTP {status})"),
        E::Undecodable { .. } => "Order Desk's reply cannot be understood".to_owned(),
        E::NotFound => "Order Desk's API was not found at the address this server asks (HTTP 404)".to_owned(),
        other => other.to_string(),
    }
}

pub(super) fn code(error: &E) -> &'static str {
    match error {
        E::Busy { .. } | E::RateLimited { .. } | E::Abandoned => "UPSTREAM_BUSY",
        E::Conflict { .. } => "CONFLICT_ERROR",
        E::InvalidArgument(_) => "VALIDATION_ERROR",
        E::Unauthorized
        | E::NotFound
        | E::Rejected { .. }
        | E::Server { .. }
        | E::Network { .. }
        | E::Timeout { .. }
        | E::TooLarge { .. }
        | E::Undecodable { .. } => "ORDERDESK_API_ERROR",
    }
}

pub(super) fn class(error: &E) -> Class {
    match error {
        E::Busy { .. } | E::RateLimited { .. } | E::Abandoned => Class::Limited,
        E::Conflict { .. } => Class::Conflict,
        E::InvalidArgument(_) => Class::Invalid,
        _ => Class::Upstream,
    }
}

pub(super) fn retryable(error: &E) -> bool {
    match error {
        E::Busy { .. }
        | E::RateLimited { .. }
        | E::Abandoned
        | E::Conflict { .. }
        | E::Server { .. }
        | E::Network { .. }
        | E::Timeout { .. } => true,
        E::Unauthorized
        | E::NotFound
        | E::Rejected { .. }
        | E::TooLarge { .. }
        | E::Undecodable { .. }
        | E::InvalidArgument(_) => false,
    }
}

pub(super) fn hint(error: &E) -> &'static str {
    match error {
        E::Busy { .. } | E::RateLimited { .. } => "Wait for retry_after_seconds, then call again.",
        E::Unauthorized => {
            "Check the store id and API key in Order Desk under Store Settings, API, then give the new key with stores_update."
        }
        E::Abandoned => "Call again.",
        E::NotFound => "Whoever runs this server should check ORDERDESK_API_BASE_URL.",
        E::Rejected { .. } => "Read Order Desk's message, mend the call, and call again.",
        E::Conflict { .. } => "Read the record again, then call again.",
        E::Server { .. } | E::Network { .. } | E::Timeout { .. } => {
            "Order Desk may be down for a moment: call again later."
        }
        E::TooLarge { .. } => "Ask for less: a smaller limit, or narrower filters.",
        E::Undecodable { .. } => "Call again later; if it stays, report the request_id to whoever runs this server.",
        E::InvalidArgument(_) => "Mend the listed arguments and call again.",
    }
}

/// Order Desk's own words are data: they stand here and in no message of ours that could be taken for an instruction.
pub(super) fn details(error: &E) -> Option<Value> {
    match error {
        E::Rejected {
            status,
            message,
            errors,
        } => Some(json!({ "http_status": status, "orderdesk_message": message, "orderdesk_errors": errors })),
        E::Conflict { status, message } => Some(json!({ "http_status": status, "orderdesk_message": message })),
        E::Server { status, excerpt } => Some(json!({ "http_status": status, "orderdesk_excerpt": excerpt })),
        E::Undecodable { excerpt } => Some(json!({ "orderdesk_excerpt": excerpt })),
        _ => None,
    }
}
