//! What a route answers: the success envelope and the error envelope, rendered in one place.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Map, Value};

/// A route's result. A refusal changes nothing: routes check first and write last.
pub(crate) type Answer = Result<Reply, Reply>;

/// `{"status", "message"?, "execution_time", ..payload}`.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) code: StatusCode,
    status: &'static str,
    message: Option<String>,
    payload: Map<String, Value>,
}

impl Reply {
    pub(crate) fn success() -> Self {
        Self {
            code: StatusCode::OK,
            status: "success",
            message: None,
            payload: Map::new(),
        }
    }

    pub(crate) fn refusal(code: StatusCode, message: impl Into<String>) -> Self {
        Self {
            code,
            status: "error",
            message: Some(message.into()),
            payload: Map::new(),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::refusal(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::refusal(StatusCode::NOT_FOUND, format!("{what} Not Found"))
    }

    /// Validation failures carry a list of reasons beside the message.
    pub(crate) fn invalid(message: &str, errors: Vec<String>) -> Self {
        Self::bad_request(message).with("errors", errors.into())
    }

    pub(crate) fn code(mut self, code: StatusCode) -> Self {
        self.code = code;
        self
    }

    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.payload.insert(key.to_owned(), value);
        self
    }

    /// The body. `execution_time` is text, never a number; `errors` stands before it as in the documented sample.
    pub(crate) fn render(mut self, took: Duration) -> Value {
        let mut body = Map::new();
        body.insert("status".into(), self.status.into());
        if let Some(message) = self.message {
            body.insert("message".into(), message.into());
        }
        if let Some(errors) = self.payload.remove("errors") {
            body.insert("errors".into(), errors);
        }
        body.insert(
            "execution_time".into(),
            format!("{:.4} seconds", took.as_secs_f64()).into(),
        );
        body.append(&mut self.payload);
        Value::Object(body)
    }
}
