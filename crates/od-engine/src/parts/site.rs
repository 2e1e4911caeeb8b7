//! A change to a part while its order is held: the attempts, and what they have in common.

use std::time::Instant;

use od_client::{OrderId, Store};
use od_record::FieldChange;

use super::Record;
use super::done::{Done, altered};
use super::kind::Part;
use crate::attempts::{Attempts, Failed, Reads, ask_on, ask_until_answered, is_fresh, not_seen};
use crate::difference::Altered;
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::meter::ChangeOutcome;
use crate::orders;
use crate::stores::OpenStore;

/// An order whose parts are worked on.
#[derive(Clone, Copy)]
pub(super) struct Site<'a, P> {
    pub(super) engine: &'a Engine,
    pub(super) store: &'a OpenStore,
    pub(super) order: &'a OrderId,
    pub(super) part: P,
}

/// What is to be done.
pub(super) trait Act<P: Part> {
    /// One attempt at it, on an order that is held. What is read goes into `reads`, where others' changes matter.
    fn attempt(
        &self,
        site: &Site<'_, P>,
        held: &Held,
        reads: &mut Reads,
    ) -> impl Future<Output = Result<Done, Failed>> + Send;
}

/// The end of all attempts.
pub(super) struct GaveUp {
    error: Error,
    attempts: Attempts,
    reads: Reads,
}

impl GaveUp {
    /// As the caller of a change is told, who laid it over what others kept changing.
    pub(super) fn naming_conflicts(self) -> Error {
        self.reads.conflict(self.error, &self.attempts)
    }
}

impl From<GaveUp> for Error {
    fn from(gave_up: GaveUp) -> Self {
        gave_up.error
    }
}

impl<P: Part> Site<'_, P> {
    /// Holds the order and makes attempts until it is done, or cannot be.
    pub(super) async fn carry_out(&self, act: &impl Act<P>) -> Result<Done, GaveUp> {
        let inner = &self.engine.inner;
        let mut attempts = Attempts::of(inner.mutation.max_retries + 1, &self.store.upstream);
        let mut reads = Reads::default();
        let held = self
            .store
            .hold(self.engine, self.store.order(self.order.as_str()))
            .await;
        let held = match held {
            Ok(held) => held,
            Err(error) => return Err(GaveUp { error, attempts, reads }),
        };
        let outcome = loop {
            let made = match held.regain().await {
                Ok(()) => act.attempt(self, &held, &mut reads).await,
                Err(error) => Err(Failed::Final(error)),
            };
            let failed = match made {
                Ok(done) => break Ok(done.after(attempts.made())),
                Err(failed) => failed,
            };
            if failed.is_conflict() {
                inner.meter.conflicted();
            }
            if let Err(error) = attempts.again(failed).await {
                break Err(GaveUp { error, attempts, reads });
            }
        };
        // After a failure too: what is not known to have happened may have. And before anybody is told, so that nobody
        // reads what was before.
        self.forget().await;
        held.release().await;
        let (change, made) = match &outcome {
            Ok(done) => (done.outcome(), done.attempts()),
            Err(gave_up) => (ChangeOutcome::not_done(&gave_up.error), gave_up.attempts.made()),
        };
        inner.meter.changed(change, Some(made));
        outcome
    }

    /// Nobody shall read any more what was before.
    pub(super) async fn forget(&self) {
        let inner = &self.engine.inner;
        inner.order_changed(self.store.owner(), self.order.as_str()).await;
    }

    /// A door that has paid for a whole attempt, so that nothing waits between its requests.
    pub(super) async fn reserve(&self, tokens: u32) -> Result<Store, Failed> {
        let permit = self.store.reserve(tokens).await.map_err(Failed::Final)?;
        Ok(self.store.upstream.with(&permit))
    }

    /// All parts of the order.
    pub(super) async fn list(&self, upstream: &Store) -> Result<Vec<Record>, od_client::Error> {
        self.part.list(upstream, self.order).await
    }

    /// Reads the list after a write that was accepted: on what was paid for the write, and on when that fails for a reason
    /// that may pass.
    ///
    /// # Errors
    /// [`Error::Upstream`] of the last attempt.
    pub(super) async fn list_back(&self, paid: Store) -> Result<Vec<Record>, Error> {
        self.forget().await;
        let first = self.list(&paid).await;
        drop(paid);
        let ask = |upstream: Store| async move { self.list(&upstream).await };
        ask_on(first, &self.store.upstream, ask, Error::Upstream).await
    }

    /// Reads the list until an answer comes, to find out what became of a write.
    ///
    /// # Errors
    /// [`Error::Uncertain`] when it cannot be read.
    pub(super) async fn list_again(&self) -> Result<Vec<Record>, Error> {
        let ask = |upstream: Store| async move { self.list(&upstream).await };
        let listed = ask_until_answered(&self.store.upstream, ask, Error::Upstream).await;
        listed.map_err(|error| self.unreadable(&error))
    }

    /// A write whose answer was lost, of which nothing could be found out.
    pub(super) fn unreadable(&self, error: &Error) -> Error {
        tracing::warn!(%error, "an order's parts could not be read to find out what became of a write");
        self.uncertain("the answer was lost, and the order could not be read afterwards.")
    }

    /// A create or a delete that reading does not show.
    pub(super) fn not_seen(&self, cause: od_client::Error) -> Error {
        not_seen(cause, self.part.names().how_to_find_out)
    }

    /// What is altered of a part, for the audit log.
    pub(super) fn altered(&self, record: &Record, changes: Vec<FieldChange>) -> Altered {
        altered(self.part, self.order, record, changes)
    }

    pub(super) fn uncertain(&self, reason: &str) -> Error {
        Error::uncertain(reason.to_owned(), self.part.names().how_to_find_out)
    }

    /// A request on the order's list that failed without having changed anything.
    pub(super) fn failed(&self, error: od_client::Error) -> Failed {
        Failed::unchanged(error, |error| orders::missing(error, self.order.as_str()))
    }

    /// A create or a delete that certainly did not happen. Only what Order Desk never took up is tried again; a conflict
    /// it did take up.
    pub(super) fn refused(&self, error: od_client::Error) -> Failed {
        match error {
            od_client::Error::Conflict { .. } => Failed::Final(Error::Upstream(error)),
            error => self.failed(error),
        }
    }
}

/// Whether a write may be sent on what was read at `read_at`.
pub(super) fn may_write(held: &Held, read_at: Instant) -> Result<(), Failed> {
    if held.is_still_ours() && is_fresh(read_at) {
        Ok(())
    } else {
        Err(Failed::Again(Error::RecordBusy { what: "order" }))
    }
}
