//! Forms are taken from our own pages only: by the page's origin, as the browser tells it, and by a token that belongs to the
//! browser and to the form.

use axum::http::{HeaderMap, header};

use crate::WebOptions;

#[cfg(test)]
mod tests;

/// Whether a form may come from where the browser says it does. Who sends no `Origin` is no browser, or an old one: the form's
/// token judges alone then. `null` is the origin of pages that hide where they are from; ours do not.
pub fn is_from_our_page(options: &WebOptions, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (origin, None) = (origins.next(), origins.next()) else {
        return false;
    };
    let Some(origin) = origin else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let public = options
        .public_url
        .as_ref()
        .map(|url| url.origin().ascii_serialization());
    if public.is_some_and(|public| public.eq_ignore_ascii_case(origin)) {
        return true;
    }
    // As the browser was told to find us: behind a proxy with TLS the scheme is another one than here.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.filter(|host| (options.answers_to)(host)) else {
        return false;
    };
    let named = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    named.is_some_and(|named| named.eq_ignore_ascii_case(host))
}
