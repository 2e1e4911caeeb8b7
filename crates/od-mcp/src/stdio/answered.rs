//! Which calls were answered over a pipe, and which cannot be any more.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use od_engine::{Delivery, Lost, Receipt};
use rmcp::RoleServer;
use rmcp::model::{ClientNotification, ClientRequest, GetExtensions as _, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio_util::sync::CancellationToken;

/// How often is looked whether all calls were answered.
const LOOK: Duration = Duration::from_millis(20);

/// A transport that gives each tool call a [`Delivery`] and tells it what becomes of the answer: given when it was
/// written, lost when the client cancelled the call or the connection ended before.
pub(super) struct Answered<T> {
    inner: T,
    waiting: Waiting,
    /// From then on nothing new is taken.
    stop: CancellationToken,
}

/// The calls that are not answered yet.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<HashMap<RequestId, Receipt>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, Receipt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all were answered.
    pub(super) async fn answered(&self) {
        while !self.lock().is_empty() {
            tokio::time::sleep(LOOK).await;
        }
    }

    fn expect(&self, id: RequestId) -> Delivery {
        let delivery = Delivery::default();
        if let Some(earlier) = self.lock().insert(id, delivery.guard()) {
            // Two calls under one id: which of them an answer is to, nobody can tell. Rather done again than swallowed.
            earlier.delivered();
        }
        delivery
    }
}

impl<T> Answered<T> {
    pub(super) fn new(inner: T, stop: CancellationToken) -> Self {
        Self {
            inner,
            waiting: Waiting::default(),
            stop,
        }
    }

    pub(super) fn waiting(&self) -> Waiting {
        self.waiting.clone()
    }

    fn look_at(&self, message: &mut RxJsonRpcMessage<RoleServer>) {
        match message {
            JsonRpcMessage::Request(request) => {
                if let ClientRequest::CallToolRequest(call) = &mut request.request {
                    let delivery = self.waiting.expect(request.id.clone());
                    call.extensions_mut().insert(delivery);
                }
            }
            JsonRpcMessage::Notification(notification) => {
                // The protocol library drops the answer to a call that was cancelled.
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                    && let Some(receipt) = self.waiting.lock().remove(id)
                {
                    receipt.lose(Lost::Cancelled);
                }
            }
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {}
        }
    }
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Answered<T> {
    type Error = T::Error;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let answered = match &item {
            JsonRpcMessage::Response(response) => Some(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref(),
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
        };
        let receipt = answered.and_then(|id| self.waiting.lock().remove(id));
        let sent = self.inner.send(item);
        async move {
            sent.await?;
            if let Some(receipt) = receipt {
                receipt.delivered();
            }
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let mut message = self.inner.receive().await?;
            let is_answer = matches!(message, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_));
            if is_answer || !self.stop.is_cancelled() {
                self.look_at(&mut message);
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        // Whoever was not answered by now is not answered any more.
        self.waiting.lock().clear();
        self.inner.close().await
    }
}
