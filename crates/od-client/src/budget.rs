//! The request budget of one store: Order Desk gives each store a bucket of 20 tokens that refills by 3 a second, one
//! token a request, and answers 429 when it is empty. This is the same bucket on our side, kept a little smaller, with
//! a queue in front: interactive calls before bulk, first come first served within each.
//!
//! The arithmetic is in [`state`], without a clock; here are the queue and the waiting. Where several processes spend one
//! store's budget, the tokens are in a bucket that is kept elsewhere ([`joint`]), and the queue is this process's own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::error::{BusyCause, Error};
use crate::mutex::lock;
use crate::sharing::{Sharing, Standing};

mod joint;
mod permit;
pub(crate) mod state;

use joint::{Asked, BEAT, Joint, News};
use permit::Way;
use state::{Limits, State};

pub use permit::Permit;

/// Who goes first. The order of the variants is the order of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    Interactive,
    Bulk,
}

/// One store's tokens and the calls that wait for them.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    joint: Option<Joint>,
    inner: Mutex<Inner>,
    /// Rung whenever a waiting call may have become the first, or tokens came back.
    changed: Notify,
}

#[derive(Debug)]
struct Inner {
    /// Where tokens are kept elsewhere: what was told of them last, and what became of those that were taken.
    state: State,
    standing: Standing,
    /// Goes up when it is not known any more what was spent: tokens from before do not come back.
    period: u64,
    news: News,
    /// Tokens wanted, in order of service.
    queue: BTreeMap<Ticket, u32>,
    next: u64,
}

/// A place in the queue.
type Ticket = (Priority, u64);

impl Budget {
    /// The budget of one store; `sharing` says with whom it is spent, and by which name they know it.
    pub(crate) fn new(limits: Limits, sharing: Option<(&str, &Arc<dyn Sharing>)>, now: Instant) -> Self {
        let joint = sharing.map(|(store, with)| Joint::new(store, Arc::clone(with)));
        let standing = joint.as_ref().map_or(Standing::ALONE, Joint::standing);
        let inner = Inner {
            state: State::since(limits.of(standing), standing.since, now),
            standing,
            period: 0,
            news: News {
                begin_empty: is_young(standing, limits, now),
                ..News::default()
            },
            queue: BTreeMap::new(),
            next: 0,
        };
        Self {
            limits,
            joint,
            inner: Mutex::new(inner),
            changed: Notify::new(),
        }
    }

    /// Where this budget stands now.
    fn now(&self) -> MutexGuard<'_, Inner> {
        let mut inner = lock(&self.inner);
        self.advance(&mut inner, Instant::now());
        inner
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
        let mut inner = self.now();
        let most = self.limits.most_at_once();
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
                Turn::Now(period) => {
                    return Permit::new(self, tokens, Way { period, mark: None });
                }
                Turn::Ask => {
                    let pause = match self.take(tokens).await {
                        Asked::Granted(permit) => return permit,
                        Asked::Wait(pause) => pause,
                        Asked::Alone => joint::PAUSE,
                    };
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = changed => {}
                    }
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
        let mut inner = self.now();
        if inner.queue.first_key_value().is_some_and(|(first, _)| *first != ticket) {
            return Turn::Behind;
        }
        if inner.standing.together {
            return Turn::Ask;
        }
        if !inner.state.reserve(tokens) {
            // How much a process may spend can change while it waits.
            let most = if self.joint.is_some() { BEAT } else { Duration::MAX };
            return Turn::In(inner.state.wait_for(tokens).min(most));
        }
        Turn::Now(inner.period)
    }

    fn estimate(&self, ticket: Ticket, tokens: u32) -> Duration {
        self.now().estimate(ticket, tokens)
    }

    /// The largest reservation that can be served as things are.
    pub(crate) fn most_at_once(&self) -> u32 {
        self.now().state.most_at_once()
    }

    /// Tokens that are free at `now`, none when it owes some, and how many calls wait.
    pub(crate) fn at(&self, now: Instant) -> (f64, usize) {
        let mut inner = lock(&self.inner);
        self.advance(&mut inner, now);
        (inner.state.free(), inner.queue.len())
    }

    /// Nothing spent that has not come back: forgetting this budget and starting anew makes no difference.
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        let mut inner = lock(&self.inner);
        self.advance(&mut inner, now);
        inner.queue.is_empty() && inner.state.is_full()
    }

    /// Brings this up to `now`, and begins anew when what is shared went or came, or how many share it changed.
    fn advance(&self, inner: &mut Inner, now: Instant) {
        inner.state.advance(now);
        // After what was refilled: nobody waited longer than that.
        let next = inner.queue.first_key_value().map_or(0, |(_, wanted)| *wanted);
        inner.state.save_for(next);
        let Some(joint) = &self.joint else { return };
        let standing = joint.standing();
        if standing == inner.standing {
            return;
        }
        let before = std::mem::replace(&mut inner.standing, standing);
        inner.state.share(self.limits.of(standing));
        if before.together || standing.together {
            inner.state.forget();
            inner.period += 1;
            inner.news = News {
                begin_empty: is_young(standing, self.limits, now),
                is_told: inner.news.is_told,
                ..News::default()
            };
        }
    }

    /// Something happened to tokens. Advanced first: what was in flight must not be refilled for the time that it was.
    fn change(self: &Arc<Self>, act: impl FnOnce(&mut Inner)) {
        act(&mut self.now());
        self.changed.notify_waiters();
        self.tell();
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
    /// The tokens were taken, in this period.
    Now(u64),
    /// First in the queue, tokens missing.
    In(Duration),
    /// First in the queue; the tokens are elsewhere.
    Ask,
    Behind,
}

/// Leaves the queue when served, refused or cancelled.
struct Place {
    budget: Arc<Budget>,
    ticket: Ticket,
}

impl Drop for Place {
    fn drop(&mut self) {
        {
            let mut inner = lock(&self.budget.inner);
            inner.queue.remove(&self.ticket);
            // The others may be waiting for this one.
            inner.news.landed |= inner.standing.together && inner.queue.is_empty();
        }
        self.budget.changed.notify_waiters();
        self.budget.tell();
    }
}

/// Whether the bucket that is spent together came so lately that others may have spent without it what is not back yet.
fn is_young(standing: Standing, limits: Limits, now: Instant) -> bool {
    let age = standing.since.map(|since| now.saturating_duration_since(since));
    standing.together && age.is_some_and(|age| age < limits.fills_in())
}

fn busy(retry_after: Duration) -> Error {
    Error::Busy {
        retry_after,
        cause: BusyCause::Budget,
    }
}

#[cfg(test)]
mod tests;
