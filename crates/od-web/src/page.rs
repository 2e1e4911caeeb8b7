//! How pages are sent.

use std::time::Duration;

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use od_engine::{oauth::Redirect, whole_seconds};
use url::{Host, Url};

use crate::security;

#[cfg(test)]
mod tests;

/// Has a browser ask for the same once more, by itself.
#[derive(Template)]
#[template(path = "again.html")]
pub struct Again<'a> {
    /// What stands before every path.
    pub base: &'a str,
}

/// A page. Its forms are answered by this server, or by being sent to `form_target`, a source of a Content-Security-Policy;
/// one without has no forms. It shows what belongs to one person, and is kept by nobody.
pub fn show(status: StatusCode, page: &impl Template, form_target: Option<&str>) -> Response {
    let mut response = match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    let forms = form_target.map_or_else(|| "'none'".to_owned(), security::forms_to);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, security::policy(&forms));
    // Its forms tell their origin by this, and no other site learns of the request in the address.
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    keep_nowhere(&mut response);
    response
}

/// One of the pages for people. It shows what belongs to one person, and is kept by nobody.
pub fn show_ours(status: StatusCode, page: &impl Template) -> Response {
    let mut response = show(status, page, None);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, security::OUR_PAGES);
    response
}

/// An answer without a page, for a script that is told where to go.
pub fn send_nowhere() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    keep_nowhere(&mut response);
    response
}

/// Sends the browser elsewhere.
pub fn send_to(status: StatusCode, address: &str) -> Response {
    let Ok(location) = HeaderValue::from_bytes(address.as_bytes()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut response = status.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    keep_nowhere(&mut response);
    response
}

/// Lets nobody keep an answer.
pub fn keep_nowhere(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}

/// Says when to come again, in whole seconds.
pub fn retry_after(response: &mut Response, wait: Option<Duration>) {
    if let Some(wait) = wait {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
    }
}

/// An address as a source of a Content-Security-Policy's `form-action`.
pub fn source_of(redirect: &Redirect) -> String {
    // A redirect was read as a URL before.
    let Ok(url) = Url::parse(redirect.as_str()) else {
        return String::new();
    };
    match url.scheme() {
        // The policy's grammar has no brackets: Content Security Policy, section 2.3.1.
        scheme @ ("http" | "https") if matches!(url.host(), Some(Host::Ipv6(_))) => format!("{scheme}:"),
        "http" | "https" => url.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    }
}
