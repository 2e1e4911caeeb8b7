//! Whether a response was taken to its end.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use od_engine::Receipt;

/// A response's body. Its answer counts as given when the last piece was handed to the connection, and as lost when the
/// body is dropped before that, as the HTTP library does when the client hangs up.
pub(super) struct Watched<B> {
    body: B,
    receipt: Receipt,
}

impl<B: Body> Watched<B> {
    pub(super) fn new(body: B, receipt: Receipt) -> Self {
        Self { body, receipt }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let is_over = match &polled {
            Poll::Ready(Some(Ok(_))) => self.body.is_end_stream(),
            Poll::Ready(None) => true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => false,
        };
        if is_over {
            self.receipt.delivered();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
