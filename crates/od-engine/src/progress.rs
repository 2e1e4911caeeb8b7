//! How far a call is whose answer waits for something long, for whoever wants to hear of it meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

#[cfg(test)]
mod tests;

/// How far a call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many orders are read: more with each step.
    pub done: u64,
    /// How many there are, as far as that is known by now.
    pub total: u64,
    /// The same in words, with the name of the store.
    pub words: String,
}

/// Where a call tells how far it is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Progress {
    newest: watch::Sender<Option<Step>>,
    /// What was read for stores that came before the one that is read now.
    before: Arc<AtomicU64>,
}

/// What a call tells of itself: each time the newest step, without those that nobody came to ask for.
#[derive(Debug)]
pub struct Steps(watch::Receiver<Option<Step>>);

impl Progress {
    /// A place to tell it, and one to hear of it.
    pub fn new() -> (Self, Steps) {
        let (newest, steps) = watch::channel(None);
        let before = Arc::default();
        (Self { newest, before }, Steps(steps))
    }

    /// Tells how many orders of a store's are read. What is no more than was told before is not told: orders that were deleted
    /// meanwhile set a reader back.
    pub(crate) fn tell(&self, store: &str, done: u64, total: u64) {
        let before = self.before.load(Ordering::Relaxed);
        let step = Step {
            done: before + done,
            total: before + total.max(done),
            words: format!("{store}: {done} of {} orders are read", total.max(done)),
        };
        self.newest.send_if_modified(|newest| {
            let is_further = newest.as_ref().map_or(0, |told| told.done) < step.done;
            if is_further {
                *newest = Some(step);
            }
            is_further
        });
    }

    /// What is told from now on is about another store.
    pub(crate) fn turn_to_next(&self) {
        let done = self.newest.borrow().as_ref().map_or(0, |told| told.done);
        self.before.store(done, Ordering::Relaxed);
    }
}

impl Steps {
    /// The next step. It does not come when there is none any more.
    pub async fn next(&mut self) -> Step {
        while self.0.changed().await.is_ok() {
            if let Some(step) = self.0.borrow_and_update().clone() {
                return step;
            }
        }
        std::future::pending().await
    }
}
