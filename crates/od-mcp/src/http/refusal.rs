//! Answers to requests that never reach a tool: JSON, with the request id, in the shape that MCP clients read.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// JSON-RPC 2.0 section 5.1: the text is no JSON.
pub(super) const PARSE_ERROR: i32 = -32700;
/// JSON-RPC 2.0 section 5.1: the JSON is no request.
pub(super) const INVALID_REQUEST: i32 = -32600;

/// A refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    rpc_code: i32,
    code: &'static str,
    message: String,
    hint: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
    id: Value,
}

impl Refusal {
    /// A refusal with one of the product's stable error codes.
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            rpc_code: INVALID_REQUEST,
            code,
            message: message.into(),
            hint: None,
            headers: Vec::new(),
            id: Value::Null,
        }
    }

    /// What to do next.
    pub(super) fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Another JSON-RPC error code than "invalid request".
    pub(super) fn with_rpc_code(mut self, rpc_code: i32) -> Self {
        self.rpc_code = rpc_code;
        self
    }

    /// The id of the JSON-RPC message that is refused.
    pub(super) fn with_id(mut self, id: Value) -> Self {
        self.id = id;
        self
    }

    /// A response header.
    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The response.
    pub(super) fn respond(self, request_id: Uuid) -> Response {
        let mut data = json!({"code": self.code, "request_id": request_id.to_string()});
        if let Some(hint) = self.hint {
            data["hint"] = hint.into();
        }
        let body = json!({
            "jsonrpc": "2.0",
            "id": self.id,
            "error": {"code": self.rpc_code, "message": self.message, "data": data},
        });
        let mut response = (self.status, body.to_string()).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().extend(
            self.headers
                .into_iter()
                .map(|(name, value)| (Some(name), value))
                .collect::<Vec<_>>(),
        );
        response
    }
}
