//! How the pages of the sign-in are sent.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

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
    let forms = form_target.map_or_else(|| "'none'".to_owned(), |target| format!("'self' {target}"));
    let policy =
        format!("default-src 'none'; style-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'");
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // Its forms tell their origin by this, and no other site learns of the request in the address.
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
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
