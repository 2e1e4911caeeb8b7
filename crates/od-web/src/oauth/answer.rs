//! Answers to programs, in JSON. None is kept by anybody: they hold secrets, or what is true of one request.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, body: Value) -> Response {
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, Json(body)).into_response()
}

/// An error as RFC 6749 section 5.2 and RFC 7591 section 3.2.2 have it. Descriptions are plain ASCII there.
pub fn error(status: StatusCode, code: &str, description: &str) -> Response {
    let plain = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    let description: String = description.chars().map(plain).collect();
    json(status, json!({ "error": code, "error_description": description }))
}

/// A refusal for now.
pub fn later(status: StatusCode, code: &str, description: &str, retry_after: Duration) -> Response {
    let mut response = error(status, code, description);
    let seconds = retry_after.as_secs_f64().ceil().max(1.0);
    if let Ok(value) = HeaderValue::try_from(format!("{seconds:.0}")) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// A fault of ours, or of the database. It is logged here, and here only.
pub fn fault(fault: &od_engine::Error, doing: &'static str) -> Response {
    tracing::error!(code = fault.code(), error = %fault, doing, "an OAuth request was not answered");
    let told = "this could not be done at the moment; nothing is wrong with the request";
    match fault.retry_after() {
        Some(wait) => later(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", told, wait),
        None => error(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", told),
    }
}
