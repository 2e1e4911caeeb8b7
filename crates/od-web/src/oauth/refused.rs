//! Steps that were refused, as people are told: with a reference that the log has too.

use std::time::Duration;

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use od_engine::{Class, Error, RequestId};

use super::{page, visit::Visit};
use crate::web::Web;

/// When it is not known, in seconds.
const COME_AGAIN: u64 = 5;

/// A page that says why nothing can be done here.
pub struct Page {
    pub status: StatusCode,
    /// The step, for the log.
    pub step: &'static str,
    pub title: &'static str,
    pub what: String,
    pub instead: &'static str,
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
            retry_after: Some(error.retry_after().unwrap_or(Duration::from_secs(COME_AGAIN))),
        }
    }

    pub fn respond(self, web: &Web, visit: &Visit) -> Response {
        web.engine
            .oauth()
            .note_refusal(self.step, &self.what, visit.request_id, visit.address);
        let refused = Refused {
            title: self.title,
            what: &self.what,
            instead: self.instead,
            reference: visit.request_id,
        };
        let mut response = page::show(self.status, &refused, None);
        retry_after(&mut response, self.retry_after);
        visit.name(&mut response);
        response
    }
}

/// Says when to come again, in whole seconds.
pub fn retry_after(response: &mut Response, wait: Option<Duration>) {
    if let Some(wait) = wait {
        let seconds = wait.as_secs_f64().ceil().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive whole number, and small"
        )]
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds as u64));
    }
}
