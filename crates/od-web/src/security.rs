//! Headers that every page carries.

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
};

#[cfg(test)]
mod tests;

/// The policy of a page whose forms may be sent to `forms`: nothing is loaded but our own stylesheet, nothing runs, nobody
/// frames the page.
pub fn policy(forms: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    );
    // Whatever cannot stand in a header allows no form at all.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// Where the forms of a page may be sent that is answered by this server or by `target`, for [`policy`]. A stranger chose the
/// target: one that could end this part of the policy, or allow more than one place, allows nothing.
pub fn forms_to(target: &str) -> String {
    let is_source = |byte: u8| byte.is_ascii_alphanumeric() || b":/.-_+".contains(&byte);
    let is_one = target.contains(':') && target.bytes().all(is_source);
    if is_one {
        format!("'self' {target}")
    } else {
        "'self'".to_owned()
    }
}

/// The policy of the pages for people: our own stylesheet and scripts, which may ask this server, and nothing that stands in the
/// page itself.
pub const OUR_PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'",
);

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Told by a server that browsers reach over TLS: for a year they come by no other way.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds the headers to every reply of these routes that says nothing else itself.
pub fn harden(router: Router, is_https: bool) -> Router {
    router.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(value);
        }
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert_with(|| policy("'none'"));
        if is_https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
        }
        response
    }))
}
