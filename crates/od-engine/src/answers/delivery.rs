//! What became of an answer on its way to the caller.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Why an answer could not be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lost {
    /// The connection ended before the answer was taken.
    HungUp,
    /// The client said that it does not wait any more.
    Cancelled,
    /// This server's own time limit for a call was over, and the caller was told so instead.
    TimedOut,
}

/// What becomes of one call's answer: told by the door that gives it, once. What is told first counts.
#[derive(Clone, Debug)]
pub struct Delivery(Arc<watch::Sender<Option<Told>>>);

#[derive(Clone, Copy, Debug)]
struct Told {
    how: Result<(), Lost>,
    at: Instant,
}

impl Default for Delivery {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Delivery {
    /// The caller has the answer.
    pub fn delivered(&self) {
        self.settle(Ok(()));
    }

    /// The caller will not have the answer.
    pub fn lose(&self, why: Lost) {
        self.settle(Err(why));
    }

    /// Whether it is known what became of the answer.
    pub fn is_settled(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// How long it has been known.
    pub fn settled_since(&self) -> Option<Duration> {
        self.0.borrow().map(|told| told.at.elapsed())
    }

    /// One that was given before it was asked for: of callers that wait without fail.
    pub(crate) fn certain() -> Self {
        let delivery = Self::default();
        delivery.delivered();
        delivery
    }

    /// Counts the answer as lost with its connection unless something else was told by the time the guard is dropped.
    pub fn guard(&self) -> Receipt {
        Receipt(self.clone())
    }

    pub(super) fn lost(&self) -> Option<Lost> {
        self.0.borrow().and_then(|told| told.how.err())
    }

    /// Waits until it is known.
    pub(super) async fn settled(&self) -> Result<(), Lost> {
        let mut told = self.0.subscribe();
        // The sender is ours, so the channel does not close meanwhile.
        match told.wait_for(Option::is_some).await {
            Ok(told) => told.map_or(Ok(()), |told| told.how),
            Err(_) => Ok(()),
        }
    }

    fn settle(&self, how: Result<(), Lost>) {
        self.0.send_if_modified(|told| {
            let first = told.is_none();
            if first {
                let at = Instant::now();
                *told = Some(Told { how, at });
            }
            first
        });
    }
}

/// Held by whatever carries the answer. See [`Delivery::guard`].
#[derive(Debug)]
pub struct Receipt(Delivery);

impl Receipt {
    /// The caller has the answer.
    pub fn delivered(&self) {
        self.0.delivered();
    }

    /// The caller will not have the answer.
    pub fn lose(&self, why: Lost) {
        self.0.lose(why);
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.0.lose(Lost::HungUp);
    }
}
