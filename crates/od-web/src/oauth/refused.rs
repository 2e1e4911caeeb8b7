//! Steps that were refused, as people are told: with a reference that the log has too.

use std::time::Duration;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use od_engine::{Class, Error, RequestId};

use crate::{fault, page, visit::Visit, web::Web};

/// A page that says why nothing can be done here.
pub struct Page {
    pub status: StatusCode,
    /// The step, for the log.
    pub step: &'static str,
    pub title: &'static str,
    pub what: String,
    pub instead: &'static str,
    /// What the log is told, when that is more.
    pub reason: Option<String>,
    /// The code of a fault of ours.
    pub fault: Option<&'static str>,
    pub retry_after: Option<Duration>,
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    title: &'a str,
    what: &'a str,
    instead: &'a str,
    reference: RequestId,
}

impl Page {
    /// The page of a fault of ours, or of too much at once.
    pub fn of(step: &'static str, error: &Error) -> Self {
        let busy = error.class() == Class::Limited || error.retryable();
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            step,
            title: if busy {
                "Come again in a moment"
            } else {
                "Something is wrong here"
            },
            what: error.to_string(),
            instead: error.hint(),
            reason: None,
            fault: fault::code(error),
            retry_after: Some(fault::wait(error)),
        }
    }

    pub fn respond(self, web: &Web, visit: &Visit) -> Response {
        let reason = self.reason.as_deref().unwrap_or(&self.what);
        visit.note(web, self.step, reason, self.fault);
        let refused = Refused {
            title: self.title,
            what: &self.what,
            instead: self.instead,
            reference: visit.request_id,
        };
        let mut response = page::show(self.status, &refused, None);
        page::retry_after(&mut response, self.retry_after);
        visit.name(&mut response);
        response
    }
}
