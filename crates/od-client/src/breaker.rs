//! A circuit breaker per store: stops calling an Order Desk that does not answer, and notices quickly when it is back.
//!
//! Only network errors and 5xx count; a 4xx is an answer. While open, one call per probe interval is let through,
//! whether or not the previous probe has returned: a probe that hangs until its timeout must not keep the breaker open
//! after Order Desk has recovered. Any answer closes it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::mutex::lock;

/// Where a breaker stands. Time is an argument.
#[derive(Debug)]
struct State {
    /// Failures since the last answer.
    failures: u32,
    /// When the next probe may go out; none while closed.
    next_probe: Option<Instant>,
}

/// The breaker of one store credential.
#[derive(Debug)]
pub(crate) struct Breaker {
    threshold: u32,
    probe_every: Duration,
    state: Mutex<State>,
}

impl Breaker {
    pub(crate) fn new(threshold: u32, probe_every: Duration) -> Self {
        let state = Mutex::new(State {
            failures: 0,
            next_probe: None,
        });
        Self {
            threshold: threshold.max(1),
            probe_every,
            state,
        }
    }

    /// Would a call be let through at `now`? Otherwise the time until the next probe. Claims nothing.
    pub(crate) fn check(&self, now: Instant) -> Result<(), Duration> {
        lock(&self.state).remaining(now)
    }

    /// Lets a call through, or says how long until the next probe. While open this claims the probe.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = lock(&self.state);
        state.remaining(now)?;
        if state.next_probe.is_some() {
            state.next_probe = Some(now + self.probe_every);
        }
        Ok(())
    }

    /// An answer came.
    pub(crate) fn answered(&self) {
        *lock(&self.state) = State {
            failures: 0,
            next_probe: None,
        };
    }

    /// A network error or a 5xx.
    pub(crate) fn failed(&self, now: Instant) {
        let mut state = lock(&self.state);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.threshold && state.next_probe.is_none() {
            state.next_probe = Some(now + self.probe_every);
        }
    }

    /// Lets nothing through but probes.
    pub(crate) fn is_open(&self) -> bool {
        lock(&self.state).next_probe.is_some()
    }

    /// As good as new.
    pub(crate) fn is_untouched(&self) -> bool {
        lock(&self.state).failures == 0
    }
}

impl State {
    fn remaining(&self, now: Instant) -> Result<(), Duration> {
        match self.next_probe {
            Some(at) if now < at => Err(at - now),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
