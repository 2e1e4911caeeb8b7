//! What is kept of webhooks in memory.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::address::Address;
use super::options::WebhookOptions;
use super::refused::OUTCOMES;
use crate::limits::{AddressLimiter, LimitOptions, Limiter};
use crate::meter::Counters;

/// How long an address that was found is taken for one. Another process may end it meanwhile.
const REMEMBERED: Duration = Duration::from_secs(1);
/// How long it is known that an address was one, for which looking again costs nobody's limit.
const SEEN: Duration = Duration::from_hours(24);
/// The most addresses of which that is known.
const MOST_SEEN: u64 = 100_000;
/// Addresses that are looked for and were never seen, of one sender: each costs an indexed query.
const STRANGERS: LimitOptions = LimitOptions {
    per_minute: 120,
    burst: 240,
};

/// Posts of one store that are taken: a burst as large as a merchant's import, and ten a second after that. Whoever knows a store's
/// API key can sign as many as he likes, and each costs a row.
const POSTS: LimitOptions = LimitOptions {
    per_minute: 600,
    burst: 3000,
};

/// What is kept of webhooks in memory.
pub(crate) struct Kept {
    pub(crate) options: WebhookOptions,
    /// By the digest of the token.
    pub(super) known: moka::sync::Cache<String, Arc<Address>>,
    /// Likewise.
    pub(super) seen: moka::sync::Cache<String, ()>,
    pub(super) strangers: AddressLimiter,
    /// By the store's row.
    pub(super) posts: Limiter<String>,
    /// As many unknown addresses may be looked for at once.
    pub(super) lookups: Semaphore,
    pub(super) outcomes: Counters<{ OUTCOMES.len() }>,
}

impl Kept {
    /// `connections` is how many the database lends: strangers get half of them.
    pub(crate) fn new(options: WebhookOptions, connections: u32) -> Self {
        let lookups = usize::try_from(connections / 2).unwrap_or(1).max(1);
        Self {
            options,
            known: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED)
                .build(),
            seen: moka::sync::Cache::builder()
                .max_capacity(MOST_SEEN)
                .time_to_live(SEEN)
                .build(),
            strangers: AddressLimiter::new(STRANGERS),
            posts: Limiter::new(POSTS),
            lookups: Semaphore::new(lookups),
            outcomes: Counters::of(OUTCOMES),
        }
    }

    /// Has every address looked for again: one was ended, or has another key.
    pub(crate) fn forget(&self) {
        self.known.invalidate_all();
    }

    /// How many posts there were, by what came of them.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.outcomes.read()
    }
}
