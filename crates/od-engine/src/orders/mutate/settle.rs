//! Finding out what became of an upload whose answer was lost.

use od_record::order::verify;
use od_record::untouched;
use serde_json::{Map, Value};

use super::commit::Commit;
use super::done::HINT;
use super::upload::Snapshot;
use crate::error::Error;

impl Commit<'_> {
    /// The order when the upload is in it, nothing when it is not.
    ///
    /// # Errors
    /// [`Error::Uncertain`] when the order cannot be read, or shows neither.
    pub(super) async fn settle(
        &self,
        base: &Map<String, Value>,
        desired: &Map<String, Value>,
        cause: &od_client::Error,
    ) -> Result<Option<Snapshot>, Error> {
        tracing::warn!(error = %cause, "an upload's outcome is unknown; reading the order to find out");
        let order = self
            .store
            .read_order_with_history(self.id)
            .await
            .map(Snapshot::from)
            .map_err(|error| unreadable(&error))?;
        if verify(base, desired, &order.record).stuck {
            return Ok(Some(order));
        }
        if untouched(base, desired, &order.record) {
            return Ok(None);
        }
        let reason = "the upload's answer was lost, and the order has since changed in the same fields.".to_owned();
        Err(Error::uncertain(reason, HINT))
    }
}

fn unreadable(error: &Error) -> Error {
    tracing::warn!(%error, "an order could not be read to find out what became of its upload");
    let reason = "the upload's answer was lost, and the order could not be read afterwards.".to_owned();
    Error::uncertain(reason, HINT)
}
