//! One step of a sign-in.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use od_engine::TenantId;

use super::inquiry::Inquiry;
use crate::{
    page,
    visit::{Browser, Visit},
    web::Web,
};

/// The steps, as forms name them.
pub const SIGN_IN: &str = "sign_in";
pub const CONSENT: &str = "consent";
pub const SIGN_OUT: &str = "sign_out";

/// One step of a sign-in that is in order.
pub struct Step<'a> {
    pub web: &'a Web,
    pub visit: &'a Visit,
    pub browser: &'a Browser,
    pub inquiry: &'a Inquiry,
}

impl Step<'_> {
    /// The token of this inquiry's form for a step; of the tenant that is signed in, where the step acts for one.
    pub fn token(&self, step: &str, tenant: Option<&TenantId>) -> String {
        let forms = self.web.engine.forms();
        forms.token(&self.browser.id, &[step, &self.inquiry.query], tenant)
    }

    /// A page of this step, whose forms may end at the client.
    pub fn page(&self, status: StatusCode, content: &impl Template) -> Response {
        page::show(status, content, Some(&page::source_of(&self.inquiry.way.redirect)))
    }

    /// The same request once more, now that something is different.
    pub fn again(&self) -> Response {
        page::send_to(StatusCode::SEE_OTHER, &format!("authorize?{}", self.inquiry.query))
    }

    /// Writes down that it was refused, by which the person can quote it.
    pub fn note(&self, step: &'static str, reason: &str) {
        self.visit.note(self.web, step, reason, None);
    }
}
