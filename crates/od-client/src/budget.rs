//! The request budget of one store: Order Desk gives each store a bucket of 20 tokens that refills by 3 a second, one
//! token a request, and answers 429 when it is empty. This is the same bucket on our side, kept a little smaller, with
//! a queue in front: interactive calls before bulk, first come first served within each.
//!
//! The arithmetic is in [`state`], without a clock; here are the queue and the waiting.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::error::{BusyCause, Error};
use crate::mutex::lock;

pub(crate) mod state;

use state::{Limits, Mark, State};

/// Who goes first. The order of the variants is the order of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    Interactive,
    Bulk,
}

/// One store's tokens and the calls that wait for them.
#[derive(Debug)]
pub(crate) struct Budget {
    inner: Mutex<Inner>,
    /// Rung whenever a waiting call may have become the first, or tokens came back.
    changed: Notify,
}

#[derive(Debug)]
struct Inner {
    state: State,
    /// Tokens wanted, in order of service.
    queue: BTreeMap<Ticket, u32>,
    next: u64,
}

/// A place in the queue.
type Ticket = (Priority, u64);

impl Budget {
    pub(crate) fn new(limits: Limits, now: Instant) -> Self {
        let inner = Inner {
            state: State::full(limits, now),
            queue: BTreeMap::new(),
            next: 0,
        };
        Self {
            inner: Mutex::new(inner),
            changed: Notify::new(),
        }
    }

    /// Waits until `tokens` can be spent together and takes them.
    ///
    /// Refused at once with [`Error::Busy`] when the calls ahead make a wait within `limit` impossible, and after
    /// `limit` when later but more urgent calls used it up.
    pub(crate) async fn reserve(
        self: &Arc<Self>,
        tokens: u32,
        priority: Priority,
        limit: Duration,
    ) -> Result<Permit, Error> {
        let place = self.enqueue(tokens, priority, limit)?;
        let served = tokio::time::timeout(limit, self.wait_for_turn(&place, tokens)).await;
        match served {
            Ok(permit) => Ok(permit),
            Err(_elapsed) => Err(busy(self.estimate(place.ticket, tokens))),
        }
    }

    fn enqueue(self: &Arc<Self>, tokens: u32, priority: Priority, limit: Duration) -> Result<Place, Error> {
        let mut inner = lock(&self.inner);
        inner.state.advance(Instant::now());
        let most = inner.state.most_at_once();
        if tokens > most {
            return Err(Error::InvalidArgument(format!(
                "at most {most} requests can be reserved together"
            )));
        }
        let ticket = (priority, inner.next);
        let estimate = inner.estimate(ticket, tokens);
        if estimate > limit {
            return Err(busy(estimate));
        }
        inner.next += 1;
        inner.queue.insert(ticket, tokens);
        Ok(Place {
            budget: Arc::clone(self),
            ticket,
        })
    }

    async fn wait_for_turn(self: &Arc<Self>, place: &Place, tokens: u32) -> Permit {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Registered before looking, so that a change between looking and waiting is not missed.
            changed.as_mut().enable();
            match self.turn(place.ticket, tokens) {
                Turn::Now => {
                    return Permit(Arc::new(Reserved {
                        budget: Arc::clone(self),
                        left: tokens.into(),
                    }));
                }
                Turn::In(pause) => {
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = changed => {}
                    }
                }
                Turn::Behind => changed.await,
            }
        }
    }

    fn turn(&self, ticket: Ticket, tokens: u32) -> Turn {
        let mut inner = lock(&self.inner);
        inner.state.advance(Instant::now());
        if inner.queue.first_key_value().is_some_and(|(first, _)| *first != ticket) {
            return Turn::Behind;
        }
        if !inner.state.reserve(tokens) {
            return Turn::In(inner.state.wait_for(tokens));
        }
        Turn::Now
    }

    fn estimate(&self, ticket: Ticket, tokens: u32) -> Duration {
        let mut inner = lock(&self.inner);
        inner.state.advance(Instant::now());
        inner.estimate(ticket, tokens)
    }

    /// The largest reservation that can ever be served.
    pub(crate) fn most_at_once(&self) -> u32 {
        lock(&self.inner).state.most_at_once()
    }

    /// Tokens that are free at `now`, none when it owes some, and how many calls wait.
    pub(crate) fn at(&self, now: Instant) -> (f64, usize) {
        let mut inner = lock(&self.inner);
        inner.state.advance(now);
        (inner.state.free(), inner.queue.len())
    }

    /// Nothing spent that has not come back: forgetting this budget and starting anew makes no difference.
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        let mut inner = lock(&self.inner);
        inner.state.advance(now);
        inner.queue.is_empty() && inner.state.is_full()
    }

    fn change(&self, act: impl FnOnce(&mut State)) {
        act(&mut lock(&self.inner).state);
        self.changed.notify_waiters();
    }
}

impl Inner {
    /// The time until `ticket` is served if nobody more urgent comes.
    fn estimate(&self, ticket: Ticket, tokens: u32) -> Duration {
        let ahead: u32 = self.queue.range(..ticket).map(|(_, wanted)| wanted).sum();
        self.state.wait_for(ahead.saturating_add(tokens))
    }
}

enum Turn {
    Now,
    /// First in the queue, tokens missing.
    In(Duration),
    Behind,
}

/// Leaves the queue when served, refused or cancelled.
struct Place {
    budget: Arc<Budget>,
    ticket: Ticket,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.budget.inner).queue.remove(&self.ticket);
        self.budget.changed.notify_waiters();
    }
}

/// Tokens that were reserved together, so that the requests of one change need not wait between each other
/// ([`Store::reserve`](crate::Store::reserve)). What is not spent goes back when the permit and every
/// [`Store`](crate::Store) made with it are dropped.
#[derive(Debug, Clone)]
pub struct Permit(Arc<Reserved>);

#[derive(Debug)]
struct Reserved {
    budget: Arc<Budget>,
    left: AtomicU32,
}

impl Permit {
    /// Requests that this permit still pays for.
    pub fn remaining(&self) -> u32 {
        self.0.left.load(Ordering::Acquire)
    }

    pub(crate) fn belongs_to(&self, budget: &Arc<Budget>) -> bool {
        Arc::ptr_eq(&self.0.budget, budget)
    }

    /// Pays for one request that is about to be sent.
    pub(crate) fn spend(&self) -> Result<Spent, Error> {
        let taken = self
            .0
            .left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        let budget = &self.0.budget;
        if taken.is_err() {
            // The caller's plan was one request short. Nothing was sent, and reserving again is the way on.
            let mut inner = lock(&budget.inner);
            inner.state.advance(Instant::now());
            return Err(busy(inner.state.wait_for(1)));
        }
        let mark = lock(&budget.inner).state.spend();
        Ok(Spent {
            budget: Arc::clone(budget),
            mark,
        })
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let left = *self.left.get_mut();
        if left != 0 {
            self.budget.change(|state| state.give_back(left));
        }
    }
}

/// One request on its way. Dropping it says that its reply, if any, has been dealt with.
#[derive(Debug)]
pub(crate) struct Spent {
    budget: Arc<Budget>,
    mark: Mark,
}

impl Spent {
    /// Order Desk said how many tokens are left.
    pub(crate) fn observed(&self, remaining: f64) {
        lock(&self.budget.inner).state.observe(&self.mark, remaining);
    }

    /// Order Desk refused with 429.
    pub(crate) fn refused(&self, retry_after: Duration) {
        let mut inner = lock(&self.budget.inner);
        inner.state.advance(Instant::now());
        inner.state.park(retry_after);
    }

    /// The request never left: its token was not used.
    pub(crate) fn unsent(&self) {
        lock(&self.budget.inner).state.refund();
    }
}

impl Drop for Spent {
    fn drop(&mut self) {
        self.budget.change(State::landed);
    }
}

fn busy(retry_after: Duration) -> Error {
    Error::Busy {
        retry_after,
        cause: BusyCause::Budget,
    }
}

#[cfg(test)]
mod tests;
