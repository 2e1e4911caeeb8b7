//! Reading to find out what became of a write.

use od_client::{Order, OrderId};

use super::OpenStore;
use crate::attempts::{ask_on, ask_until_answered};
use crate::error::Error;

impl OpenStore {
    /// Reads what stands at Order Desk now, again and again while the reason of a failure may pass. Each attempt has a
    /// token of its own and shares no answer with others: one that set out before the write would mislead.
    ///
    /// # Errors
    /// [`Error::Upstream`] of the last attempt.
    pub(crate) async fn read_anew<T, R>(&self, read: impl Fn(od_client::Store) -> R) -> Result<T, Error>
    where
        R: Future<Output = Result<T, od_client::Error>>,
    {
        ask_until_answered(&self.upstream, read, Error::Upstream).await
    }

    /// One order as it stands now; see [`OpenStore::read_anew`].
    pub(crate) async fn read_order(&self, id: &OrderId) -> Result<Order, Error> {
        self.read_anew(|upstream| async move { upstream.orders().get(id).await })
            .await
    }

    /// One order as it stands now, with its history where Order Desk gives it; see [`OpenStore::read_anew`].
    pub(crate) async fn read_order_with_history(&self, id: &OrderId) -> Result<Order, Error> {
        self.read_anew(|upstream| async move { upstream.orders().get_with_history(id).await })
            .await
    }

    /// The order that was uploaded, with its history, asked for on when the `first` reading failed for a reason that may pass.
    ///
    /// # Errors
    /// [`Error::Upstream`] of the last attempt.
    pub(crate) async fn read_order_back(
        &self,
        id: &OrderId,
        first: Result<Order, od_client::Error>,
    ) -> Result<Order, Error> {
        let read = |upstream: od_client::Store| async move { upstream.orders().get_with_history(id).await };
        ask_on(first, &self.upstream, read, Error::Upstream).await
    }
}
