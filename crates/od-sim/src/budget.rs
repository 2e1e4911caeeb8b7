//! The rate limit: one token bucket per store, 20 tokens, 3 a second, one per request (help article 914).

#[cfg(test)]
mod tests;

use std::time::Duration;

/// Arithmetic only: times are given, as durations since any fixed start.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    size: f64,
    per_second: f64,
    tokens: f64,
    at: Duration,
    enforced: bool,
}

impl Bucket {
    pub(crate) fn new(size: u32, per_second: f64, enforced: bool) -> Self {
        let size = f64::from(size);
        Self {
            size,
            per_second,
            tokens: size,
            at: Duration::ZERO,
            enforced,
        }
    }

    /// Takes one token, or says how long until there is one. A refused call costs nothing.
    pub(crate) fn spend(&mut self, now: Duration) -> Result<(), Duration> {
        if !self.enforced {
            return Ok(());
        }
        self.refill(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(self.until_next())
    }

    /// Takes a token for a call that was refused, as far as there is a part of one, and says how long until there is one.
    pub(crate) fn charge_refused(&mut self) -> Duration {
        self.tokens = (self.tokens - 1.0).max(0.0);
        self.until_next()
    }

    fn until_next(&self) -> Duration {
        let seconds = (1.0 - self.tokens) / self.per_second;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    /// Whole tokens left, as told in `X-Tokens-Remaining`.
    pub(crate) fn remaining(&mut self, now: Duration) -> f64 {
        self.refill(now);
        self.tokens.floor()
    }

    fn refill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at);
        self.tokens = (self.tokens + passed.as_secs_f64() * self.per_second).min(self.size);
        self.at = self.at.max(now);
    }
}
