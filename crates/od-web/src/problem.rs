//! What went wrong: beside a field of a form, or as a page of its own.

use std::time::Duration;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use od_engine::{AuthFailure, Class, Error, RequestId, SignInError};

use crate::{
    fault,
    guest::Known,
    layout::{Layout, Place},
    page,
};

/// A problem with what was typed into a field.
pub struct Problem {
    /// The field's name, which is its id as well; empty for the form as a whole.
    pub field: String,
    pub what: String,
}

/// What is wrong with a form.
#[derive(Default)]
pub struct Problems {
    list: Vec<Problem>,
    /// When it may be sent again, when it came too soon.
    pub retry_after: Option<Duration>,
}

impl Problems {
    /// One problem.
    pub fn of(field: &str, what: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, what);
        problems
    }

    pub fn add(&mut self, field: &str, what: impl Into<String>) {
        self.list.push(Problem {
            field: field.to_owned(),
            what: what.into(),
        });
    }

    /// What the engine says of the arguments, beside the fields that `field` finds for their JSON Pointers; what is of no
    /// field, and what to do next, for the form as a whole. Nothing for a fault of ours, which is a page of its own.
    pub fn of_error(error: &Error, field: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let mut problems = Self {
            retry_after: error.retry_after(),
            ..Self::default()
        };
        match error {
            Error::Invalid(invalid) => {
                for problem in invalid {
                    problems.add(&field(&problem.path).unwrap_or_default(), problem.message.clone());
                }
            }
            error if error.class() == Class::Internal => return None,
            error => problems.add("", format!("{error} {}", error.hint())),
        }
        Some(problems)
    }

    /// What is wrong with a master key that was entered in `field`.
    ///
    /// # Errors
    /// A fault of ours, which is a page of its own.
    pub fn of_sign_in(error: SignInError, field: &str) -> Result<Self, Error> {
        let what = match error {
            SignInError::TooMany { retry_after } => {
                let mut problems = Self::of(field, error.to_string());
                problems.retry_after = Some(retry_after);
                return Ok(problems);
            }
            SignInError::IsToken => format!("{error} Enter the master key itself: tokens are for programs."),
            SignInError::Engine(Error::Unauthenticated(AuthFailure::Malformed)) => {
                "This is not a master key: it is mistyped, cut off or too short. Copy the whole key again; one that this \
                 server made starts with odmk_."
                    .to_owned()
            }
            SignInError::Engine(Error::Unauthenticated(AuthFailure::OtherTenant)) => {
                "This master key belongs to another account than the one you are signed in as.".to_owned()
            }
            SignInError::Engine(refused @ Error::Unauthenticated(_)) => format!("{refused} {}", refused.hint()),
            SignInError::Engine(busy) if busy.class() == Class::Limited => {
                let mut problems = Self::of(field, format!("{busy} {}", busy.hint()));
                problems.retry_after = busy.retry_after();
                return Ok(problems);
            }
            SignInError::Engine(fault) => return Err(fault),
        };
        Ok(Self::of(field, what))
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, for the summary.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }

    /// Those of a field.
    pub fn at(&self, field: &str) -> impl Iterator<Item = &Problem> {
        self.list.iter().filter(move |problem| problem.field == field)
    }

    pub fn has(&self, field: &str) -> bool {
        self.at(field).next().is_some()
    }

    /// The status of the page that shows them.
    pub fn status(&self) -> StatusCode {
        match (self.is_empty(), self.retry_after) {
            (true, _) => StatusCode::OK,
            (false, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
            (false, None) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// A page that says why nothing can be done here.
pub struct Fault {
    pub status: StatusCode,
    pub title: &'static str,
    pub what: String,
    pub instead: String,
    /// A page to go on at, and what its link says.
    way_on: Option<(String, &'static str)>,
    /// The code of a fault of ours.
    code: Option<&'static str>,
    retry_after: Option<Duration>,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    layout: Layout,
    what: &'a str,
    instead: &'a str,
    way_on: &'a Option<(String, &'static str)>,
    reference: RequestId,
}

impl Fault {
    fn new(status: StatusCode, title: &'static str, what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            status,
            title,
            what: what.into(),
            instead: instead.into(),
            way_on: None,
            code: None,
            retry_after: None,
        }
    }

    /// What the engine refused or could not do.
    pub fn of(error: &Error) -> Self {
        let (status, title) = match error.class() {
            Class::NotFound => return Self::not_found(),
            Class::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "That cannot be done"),
            Class::Denied => (StatusCode::FORBIDDEN, "That may not be done"),
            Class::Conflict => (StatusCode::CONFLICT, "That does not fit any more"),
            Class::Limited => (StatusCode::TOO_MANY_REQUESTS, "Come again in a moment"),
            Class::Upstream => (StatusCode::BAD_GATEWAY, "Order Desk did not do it"),
            Class::Internal => (StatusCode::SERVICE_UNAVAILABLE, "Something is wrong here"),
        };
        Self {
            code: fault::code(error),
            retry_after: matches!(error.class(), Class::Limited | Class::Internal).then(|| fault::wait(error)),
            ..Self::new(status, title, error.to_string(), error.hint())
        }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// See [`Known::not_found`].
    pub fn not_found() -> Self {
        let what = "There is nothing at this address, or it is not yours.";
        Self::new(
            StatusCode::NOT_FOUND,
            "Not found",
            what,
            "Check the address, or begin at the dashboard.",
        )
    }

    /// The demo's link, once it was used.
    pub fn used_link(guest: &Known) -> Self {
        Self {
            way_on: Some((guest.to("/login"), "Sign in")),
            ..Self::new(
                StatusCode::NOT_FOUND,
                "This link is not good any more",
                "The demo's link opens once, and only while that demo runs.",
                "Sign in with the master key that the demo printed beside it, or start the demo again for another link.",
            )
        }
    }

    /// A form that is not taken.
    pub fn not_our_form(reason: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This form is not good any more",
            format!("Nothing was done: {reason}."),
            "Go back, load the page again and send the form once more. The browser must accept cookies.",
        )
    }

    /// A form that was shown to somebody else than is signed in now. `page` is where it stood.
    pub async fn shown_to_another(guest: &Known, page: &str) -> Self {
        let now = guest.web.tenant_name(guest.identity.as_ref()).await;
        Self {
            way_on: Some((guest.to(page), "Look again")),
            ..Self::new(
                StatusCode::FORBIDDEN,
                "Somebody else is signed in now",
                format!("You are now signed in as {now}. The form was shown to somebody else, and nothing was done."),
                "Look at the page again before you go on, or sign out and sign in with the other key.",
            )
        }
    }

    pub fn respond(self, guest: &Known) -> Response {
        if let Some(code) = self.code {
            let (reason, request_id) = (&self.what, guest.visit.request_id);
            tracing::error!(code, reason, %request_id, "a page could not be made");
        }
        let template = FaultPage {
            layout: guest.layout(self.title, Place::None),
            what: &self.what,
            instead: &self.instead,
            way_on: &self.way_on,
            reference: guest.visit.request_id,
        };
        let mut response = guest.show(self.status, &template);
        page::retry_after(&mut response, self.retry_after);
        response
    }
}
