//! The page that asks before something is done that cannot be taken back. What stands in rows asks always: when one row goes, the
//! next stands where the pointer is.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use crate::{
    layout::{Layout, Place},
    member::Owner,
};

/// What is asked.
pub struct Question<'a> {
    pub title: &'static str,
    pub place: Place,
    /// What ends, and what that means.
    pub what: String,
    /// Where the answer is sent.
    pub deed: &'a str,
    /// What it names: a field and its value.
    pub named: (&'static str, &'a str),
    /// What the button says.
    pub button: &'static str,
    /// The page it is asked on.
    pub back: &'a str,
}

#[derive(Template)]
#[template(path = "question.html")]
struct Page<'a> {
    layout: Layout,
    csrf: String,
    question: Question<'a>,
}

impl Question<'_> {
    /// Asks.
    pub fn ask(self, owner: &Owner) -> Response {
        let template = Page {
            layout: owner.layout(self.title, self.place),
            csrf: owner.csrf(self.deed),
            question: self,
        };
        owner.show(StatusCode::OK, &template)
    }
}

#[cfg(test)]
mod tests;
