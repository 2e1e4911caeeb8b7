//! One step of a sign-in.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{
    inquiry::Inquiry,
    page,
    visit::{Browser, Visit},
};
use crate::web::Web;

/// One step of a sign-in that is in order.
pub struct Step<'a> {
    pub web: &'a Web,
    pub visit: &'a Visit,
    pub browser: &'a Browser,
    pub inquiry: &'a Inquiry,
}

impl Step<'_> {
    /// The token of this inquiry's form for a step.
    pub fn token(&self, step: &str) -> String {
        self.web
            .engine
            .forms()
            .token(&self.browser.id, &[step, &self.inquiry.query])
    }

    /// A page of this step, whose forms may end at the client.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        page::show(status, page, Some(&self.inquiry.way.redirect.csp_source()))
    }

    /// The same request once more, now that something is different.
    pub fn again(&self) -> Response {
        page::send_to(StatusCode::SEE_OTHER, &format!("authorize?{}", self.inquiry.query))
    }

    /// Writes down that it was refused, by which the person can quote it.
    pub fn note(&self, step: &'static str, reason: &str) {
        let (oauth, visit) = (self.web.engine.oauth(), self.visit);
        oauth.note_refusal(step, reason, visit.request_id, visit.address);
    }
}
