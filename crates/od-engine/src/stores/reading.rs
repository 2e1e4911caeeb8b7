//! Reading to find out what became of a write.

use od_client::{Order, OrderId};

use super::OpenStore;
use crate::attempts::{Attempts, Failed, SETTLING_READS};
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
        let mut attempts = Attempts::of(SETTLING_READS);
        loop {
            let outcome = match self.upstream.reserve(1).await {
                Ok(permit) => read(self.upstream.with(&permit)).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(value) => return Ok(value),
                Err(error) => attempts.again(Failed::unchanged(error, Error::Upstream)).await?,
            }
        }
    }

    /// One order as it stands now; see [`OpenStore::read_anew`].
    pub(crate) async fn read_order(&self, id: &OrderId) -> Result<Order, Error> {
        self.read_anew(|upstream| async move { upstream.orders().get(id).await })
            .await
    }
}
