//! Answers to programs, in JSON. None is kept by anybody: they hold secrets, or what is true of one request.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::page::keep_nowhere;

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    keep_nowhere(&mut response);
    response
}
