//! What pages load: the stylesheet, the library for parts of pages, and our own script.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{CompressionLevel, compression::CompressionLayer};

/// Built from `assets/style.css` (`scripts/assets.sh`).
const STYLE: &str = include_str!("assets/style.css");
/// htmx, as its package has it (`scripts/assets.sh`).
const HTMX: &str = include_str!("assets/htmx.js");
const APP: &str = include_str!("assets/app.js");
const ICON: &str = include_str!("assets/icon.svg");

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The files, of which the scripts are there for the pages alone.
pub fn router<S: Clone + Send + Sync + 'static>(with_scripts: bool) -> Router<S> {
    let files = Router::new()
        .route("/style.css", get(async |headers: HeaderMap| file(&headers, CSS, STYLE)))
        .route(
            "/icon.svg",
            get(async |headers: HeaderMap| file(&headers, "image/svg+xml", ICON)),
        );
    let files = if with_scripts {
        files
            .route(
                "/htmx.js",
                get(async |headers: HeaderMap| file(&headers, JAVASCRIPT, HTMX)),
            )
            .route(
                "/app.js",
                get(async |headers: HeaderMap| file(&headers, JAVASCRIPT, APP)),
            )
    } else {
        files
    };
    // These alone: a page holds secrets beside words of strangers, whose compressed length would tell about the secrets.
    files.layer(CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest))
}

/// Kept by browsers, and asked about each time: a new version of this program has new files under the same names.
fn file(headers: &HeaderMap, kind: &'static str, text: &'static str) -> Response {
    // Weak: the same file is sent as it is, or compressed.
    let tag = format!("W/\"{}-{:x}\"", env!("CARGO_PKG_VERSION"), digest(text));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let kept = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if known == Some(&*tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Tells two states of a file apart.
fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
