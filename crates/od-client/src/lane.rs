//! What calls with the same credentials share: the budget, the breaker and the reads in flight.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::breaker::Breaker;
use crate::budget::Budget;
use crate::budget::state::Limits;
use crate::flight::Flights;
use crate::mutex::lock;
use crate::sharing::Sharing;

/// Lanes are looked through for idle ones when there are this many.
const SWEEP_AT: usize = 1024;

/// One store credential's way to Order Desk.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) budget: Arc<Budget>,
    pub(crate) breaker: Breaker,
    pub(crate) flights: Arc<Flights>,
}

/// All lanes of the process by [`budget_key`](crate::Credentials::budget_key).
///
/// Bounded without a cap: a lane that is not in use, has a full bucket and no failures is equal to a new one and is
/// dropped. One that was used becomes so within seconds.
#[derive(Debug)]
pub(crate) struct Lanes {
    limits: Limits,
    sharing: Option<Arc<dyn Sharing>>,
    breaker_threshold: u32,
    breaker_probe: Duration,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    lanes: HashMap<String, Arc<Lane>>,
    sweep_at: usize,
}

/// How all lanes together stand.
pub(crate) struct Standing {
    /// Tokens left to the lane that has the fewest; those of a full bucket when there is none.
    pub(crate) fewest_tokens: f64,
    /// Calls that wait for tokens.
    pub(crate) waiting: usize,
    /// Lanes whose breaker lets nothing through but probes.
    pub(crate) open_breakers: usize,
}

impl Lanes {
    pub(crate) fn new(
        limits: Limits,
        sharing: Option<Arc<dyn Sharing>>,
        breaker_threshold: u32,
        breaker_probe: Duration,
    ) -> Self {
        let known = Mutex::new(Known {
            lanes: HashMap::new(),
            sweep_at: SWEEP_AT,
        });
        Self {
            limits,
            sharing,
            breaker_threshold,
            breaker_probe,
            known,
        }
    }

    pub(crate) fn get(&self, key: &str, now: Instant) -> Arc<Lane> {
        let mut known = lock(&self.known);
        if let Some(lane) = known.lanes.get(key) {
            return Arc::clone(lane);
        }
        if known.lanes.len() >= known.sweep_at {
            known.lanes.retain(|_, lane| !lane.is_idle(now));
            known.sweep_at = SWEEP_AT.max(known.lanes.len() * 2);
        }
        let sharing = self.sharing.as_ref().map(|with| (key, with));
        let lane = Arc::new(Lane {
            budget: Arc::new(Budget::new(self.limits, sharing, now)),
            breaker: Breaker::new(self.breaker_threshold, self.breaker_probe),
            flights: Arc::default(),
        });
        known.lanes.insert(key.to_owned(), Arc::clone(&lane));
        lane
    }

    /// How many processes can each have a share of a budget that is enough for every change.
    pub(crate) fn shares(&self) -> u32 {
        self.limits.shares()
    }

    /// How all of them stand.
    pub(crate) fn at(&self, now: Instant) -> Standing {
        // Not looked at under the lock of all: there may be thousands, and every call takes it.
        let lanes: Vec<_> = lock(&self.known).lanes.values().map(Arc::clone).collect();
        let none = Standing {
            fewest_tokens: self.limits.most(),
            waiting: 0,
            open_breakers: 0,
        };
        lanes.iter().fold(none, |all, lane| {
            let (tokens, waiting) = lane.budget.at(now);
            Standing {
                fewest_tokens: all.fewest_tokens.min(tokens),
                waiting: all.waiting + waiting,
                open_breakers: all.open_breakers + usize::from(lane.breaker.is_open()),
            }
        })
    }
}

impl Lane {
    /// A lane that nobody holds and that a new one would equal. A permit holds only the budget, hence the second count.
    fn is_idle(self: &Arc<Self>, now: Instant) -> bool {
        Arc::strong_count(self) == 1
            && Arc::strong_count(&self.budget) == 1
            && self.breaker.is_untouched()
            && self.budget.is_full(now)
    }
}

#[cfg(test)]
mod tests;
