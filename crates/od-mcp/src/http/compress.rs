//! Replies of a kilobyte and more are compressed for clients that accept gzip: a list of orders or tools shrinks to a sixth.
//!
//! Only at this door. Its replies hold no secret that is not the caller's own, and no browser sends its requests on a page's
//! behalf with a credential of its own accord, so that nobody can guess a secret from the lengths of replies that he makes
//! others ask for. Pages with cookies would be another matter.

use axum::Router;
use axum::http::{Response, StatusCode};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

#[cfg(test)]
mod tests;

/// In bytes: less than this fits into the packet that is sent anyhow.
const WORTH_IT: u64 = 1024;

/// What was done, whatever becomes of the reply.
#[derive(Clone, Copy)]
struct Status(StatusCode);

/// Adds compression to `routes`. Streams stay as they are: each of their events is wanted at once.
pub(super) fn add<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    let worth_it = SizeAbove::new(WORTH_IT).and(NotForContentType::SSE);
    let compression = CompressionLayer::new()
        .gzip(true)
        .quality(CompressionLevel::Fastest)
        .compress_when(worth_it);
    // The library answers 406 to a client that accepts neither gzip nor plain text, after the work was done. A client that was
    // told so would take a change for refused: it gets the reply uncompressed, as the standard allows (RFC 9110, 12.5.3).
    let layers = ServiceBuilder::new()
        .map_response(as_it_was)
        .layer(compression)
        .map_response(noted);
    routes.layer(layers)
}

fn noted<B>(mut response: Response<B>) -> Response<B> {
    let status = Status(response.status());
    response.extensions_mut().insert(status);
    response
}

fn as_it_was<B>(mut response: Response<B>) -> Response<B> {
    if let Some(Status(status)) = response.extensions_mut().remove() {
        *response.status_mut() = status;
    }
    response
}
