//! Bodies that nobody read, because the head alone was enough for a refusal.
//!
//! A connection on which a body is still to come cannot take another request. It would end with the answer, without a word of
//! it, and a client that keeps its connections would send its next request into one that is gone: after the 401 that every
//! sign-in by URL begins with, say. So what is left of a small body is read and dropped before the answer, and where more is to
//! come, the answer says that the connection ends (RFC 9112 section 9.6).

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, header},
    response::Response,
};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;

use super::slots::Place;

/// How much of a body is read for nothing, in bytes: more than a message of a client that begins, or a form.
const MOST_BYTES: usize = 64 * 1024;

/// How long what is left of it may take.
const MOST_TIME: Duration = Duration::from_secs(1);

/// Gives a body away, and the place where it comes back if it was left unread.
pub(super) fn lend<B>(body: B) -> (Lent<B>, Unread<B>)
where
    B: HttpBody,
{
    let (back, unread) = if body.is_end_stream() {
        (None, None)
    } else {
        let (back, unread) = oneshot::channel();
        (Some(back), Some(unread))
    };
    let lent = Lent {
        body: Some(body),
        back,
        is_begun: false,
        is_over: false,
    };
    (lent, Unread(unread))
}

/// A body that is given back when it is dropped before its end.
pub(super) struct Lent<B> {
    body: Option<B>,
    back: Option<oneshot::Sender<Left<B>>>,
    is_begun: bool,
    is_over: bool,
}

/// What is left of a body, and whether it is all of it.
struct Left<B> {
    body: B,
    is_whole: bool,
}

impl<B> HttpBody for Lent<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        match frame {
            Some(Ok(_)) => self.is_begun = true,
            _ => self.is_over = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl<B> Drop for Lent<B> {
    fn drop(&mut self) {
        if let (Some(body), Some(back), false) = (self.body.take(), self.back.take(), self.is_over) {
            let is_whole = !self.is_begun;
            // Nobody waits for it any more when the answer went out before it was read.
            let _ = back.send(Left { body, is_whole });
        }
    }
}

/// Where a body comes back, if there is any.
pub(super) struct Unread<B>(Option<oneshot::Receiver<Left<B>>>);

impl<B> Unread<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    /// The answer as it may go out: with what was left of the body read, or with the word that the connection ends. `is_asked_for`
    /// tells that the client sends its body when it is told to go on (`Expect: 100-continue`), which it is not for nothing.
    pub(super) async fn then(self, place: &Arc<Place>, is_asked_for: bool, mut response: Response) -> Response {
        let Some(Ok(Left { body, is_whole })) = self.0.map(|mut unread| unread.try_recv()) else {
            return response;
        };
        if body.is_end_stream() || says_that_it_ends(&response) {
            return response;
        }
        let _awaited = place.awaits_body();
        if (is_whole && is_asked_for) || !is_read(body).await {
            let ends = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, ends);
        }
        response
    }
}

fn says_that_it_ends(response: &Response<Body>) -> bool {
    let connection = response.headers().get(header::CONNECTION);
    connection.is_some_and(|connection| connection.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// Reads the rest of a body, if it is small and comes soon.
async fn is_read<B>(mut body: B) -> bool
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > MOST_BYTES as u64 {
        return false;
    }
    let to_the_end = async {
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            bytes += frame.data_ref().map_or(0, Bytes::len);
            if bytes > MOST_BYTES {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(MOST_TIME, to_the_end).await.unwrap_or(false)
}
