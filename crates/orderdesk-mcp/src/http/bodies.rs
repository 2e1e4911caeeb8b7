//! Bodies that are long in coming: whoever sends half of one keeps neither a place nor a handler.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    BoxError, Json, Router,
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use serde_json::json;
use tokio::time::{Instant, Sleep};

use super::slots::Place;

/// How long the body of a form or of a few parameters may take.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Gives every request of these routes so long for its body; one that is not whole by then is answered with 408, and its
/// connection ends. For all routes that have no such bound of their own.
pub fn in_time(routes: Router, timeout: Duration) -> Router {
    routes.layer(middleware::from_fn_with_state(timeout, apply))
}

async fn apply(State(timeout): State<Duration>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let is_late = Arc::new(AtomicBool::new(false));
    let end = Instant::now() + timeout;
    let request = request.map(|body| {
        Body::new(Timed {
            body,
            end: Box::pin(tokio::time::sleep_until(end)),
            is_late: is_late.clone(),
        })
    });
    let response = next.run(request).await;
    // Whatever the route made of half a body.
    if is_late.load(Ordering::Relaxed) {
        let what = json!({ "error": "the body of the request did not come in time; nothing was done" });
        return (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")], Json(what)).into_response();
    }
    response
}

/// A body that ends in an error when it is not whole in time.
struct Timed {
    body: Body,
    end: Pin<Box<Sleep>>,
    is_late: Arc<AtomicBool>,
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        // What is there is taken, also by a handler that came late to it.
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(self.end.as_mut().poll(cx));
        self.is_late.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err("the body did not come in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a request on a place that can be taken back until the body was read, or dropped unread.
pub(super) fn awaited<B>(body: B, place: &Arc<Place>) -> Body
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    if body.is_end_stream() {
        return Body::new(body);
    }
    let awaited = place.awaits_body();
    Body::new(body.map_frame(move |frame| {
        let _until_read = &awaited;
        frame
    }))
}
