//! Forms that programs send: RFC 6749 section 3.2.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};

use super::refusal::Refusal;
use crate::parameters::Parameters;

/// The largest that is read.
pub const MOST_BYTES: usize = 64 * 1024;

/// Reads a form of a program.
///
/// # Errors
/// `invalid_request` for one of another type, one that is too large, and one that names a parameter twice.
pub async fn read(step: &'static str, request: Request) -> Result<Parameters, Refusal> {
    let invalid = |told: &str| Refusal::new(step, "invalid_request", told);
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(invalid("the body must be application/x-www-form-urlencoded"));
    }
    let body = Bytes::from_request(request, &()).await.map_err(|unread| Refusal {
        status: unread.status(),
        ..invalid("the body cannot be read, or has more than 64 kB")
    })?;
    let form = Parameters::parse(&body);
    if form.has_repeated() {
        return Err(invalid("a parameter was sent more than once"));
    }
    Ok(form)
}
