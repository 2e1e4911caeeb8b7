//! Answers to requests that never reach a tool: JSON, with the request id, in the shape that MCP clients read.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use od_engine::RequestId;
use serde_json::{Map, Value, json};

/// JSON-RPC 2.0 section 5.1: the text is no JSON.
pub(super) const PARSE_ERROR: i32 = -32700;
/// JSON-RPC 2.0 section 5.1: the JSON is no request.
pub(super) const INVALID_REQUEST: i32 = -32600;
/// JSON-RPC: the parameters are not those of the method.
pub(super) const INVALID_PARAMS: i32 = -32602;

/// A refused request. Boxed: it is the rare outcome of checks that every request passes.
#[derive(Debug)]
pub(super) struct Refusal(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    rpc_code: i32,
    code: &'static str,
    message: String,
    hint: Option<&'static str>,
    data: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    id: Value,
    refuses_credential: bool,
}

impl Refusal {
    /// A refusal with one of the product's stable error codes.
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            rpc_code: INVALID_REQUEST,
            code,
            message: message.into(),
            hint: None,
            data: Map::new(),
            headers: Vec::new(),
            id: Value::Null,
            refuses_credential: false,
        }))
    }

    /// Tells that a credential was sent and not taken.
    pub(super) fn of_credential(mut self) -> Self {
        self.0.refuses_credential = true;
        self
    }

    /// What the audit log is told: the message, when a credential was refused.
    pub(super) fn refused_credential(&self) -> Option<&str> {
        self.0.refuses_credential.then_some(self.0.message.as_str())
    }

    /// What to do next.
    pub(super) fn with_hint(mut self, hint: &'static str) -> Self {
        self.0.hint = Some(hint);
        self
    }

    /// A further member of the error's `data`.
    pub(super) fn with_data(mut self, name: &'static str, value: Value) -> Self {
        self.0.data.insert(name.to_owned(), value);
        self
    }

    /// Another JSON-RPC error code than "invalid request".
    pub(super) fn with_rpc_code(mut self, rpc_code: i32) -> Self {
        self.0.rpc_code = rpc_code;
        self
    }

    /// The id of the JSON-RPC message that is refused.
    pub(super) fn with_id(mut self, id: Value) -> Self {
        self.0.id = id;
        self
    }

    /// A response header.
    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The response.
    pub(super) fn respond(self, request_id: RequestId) -> Response {
        let Parts {
            status,
            rpc_code,
            code,
            message,
            hint,
            data: more,
            headers,
            id,
            refuses_credential: _,
        } = *self.0;
        let mut data = json!({"code": code, "request_id": request_id.to_string()});
        if let Some(hint) = hint {
            data["hint"] = hint.into();
        }
        for (name, value) in more {
            data[name] = value;
        }
        let error = json!({"code": rpc_code, "message": message, "data": data});
        let body = json!({"jsonrpc": "2.0", "id": id, "error": error});
        let mut response = (status, body.to_string()).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().extend(headers);
        response
    }
}
