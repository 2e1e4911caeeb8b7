//! Steps that were refused, as programs are told: RFC 6749 section 5.2, with a reference that the log has too.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use od_engine::Error;
use serde_json::json;

use super::answer;
use crate::{fault, page::retry_after, visit::Visit, web::Web};

/// An error.
pub struct Refusal {
    pub status: StatusCode,
    /// The step, for the log.
    pub step: &'static str,
    pub error: &'static str,
    pub description: String,
    /// What the log is told, when that is more.
    pub reason: Option<&'static str>,
    /// The code of a fault of ours.
    pub fault: Option<&'static str>,
    pub retry_after: Option<Duration>,
}

impl Refusal {
    pub fn new(step: &'static str, error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            step,
            error,
            description: description.into(),
            reason: None,
            fault: None,
            retry_after: None,
        }
    }

    /// A client that is not known, or has not shown that it is itself. Most programs register anew when they hear that, and
    /// stay locked out when they hear anything else.
    pub fn of_client(step: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            ..Self::new(step, "invalid_client", description)
        }
    }

    /// A fault of ours, or too much at once.
    pub fn of(step: &'static str, error: &Error) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            fault: fault::code(error),
            retry_after: Some(fault::wait(error)),
            ..Self::new(step, "temporarily_unavailable", error.to_string())
        }
    }

    pub fn respond(self, web: &Web, visit: &Visit) -> Response {
        let reason = self.reason.unwrap_or(&self.description);
        visit.note(web, self.step, reason, self.fault);
        let body = json!({
            "error": self.error,
            "error_description": plain(&self.description),
            "request_id": visit.request_id.to_string(),
        });
        let mut response = answer::json(self.status, body);
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"orderdesk-mcp\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        retry_after(&mut response, self.retry_after);
        visit.name(&mut response);
        response
    }
}

/// Descriptions are plain ASCII: RFC 6749 section 5.2.
fn plain(description: &str) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    description.chars().map(plain).collect()
}
