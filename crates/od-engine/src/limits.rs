//! Limits: a token bucket per tenant, or per address.
//!
//! The capacity is the burst, the refill a steady rate. A call that does not fit is refused and costs nothing.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use od_db::TenantId;

use crate::networks::{Network, WIDER, whose, wider};

#[cfg(test)]
mod tests;

/// How much a tenant may ask for.
#[derive(Clone, Copy, Debug)]
pub struct LimitOptions {
    /// Tokens that come back per minute.
    pub per_minute: u32,
    /// Tokens that a rested tenant may spend at once.
    pub burst: u32,
}

impl LimitOptions {
    /// So many a minute, all of them at once if need be.
    pub fn a_minute(count: u32) -> Self {
        Self {
            per_minute: count,
            burst: count,
        }
    }
}

/// The keys of a tenant that may fail: five at once, then one a minute.
pub(crate) const FAILED_KEYS: LimitOptions = LimitOptions {
    per_minute: 1,
    burst: 5,
};

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            per_minute: 120,
            burst: 240,
        }
    }
}

/// Missing parts of a token that nobody waits for: a wait is told in whole nanoseconds, and who comes back after exactly
/// that long is not refused for what was rounded off.
const DUST: f64 = 1e-6;

/// Completions that cost nothing: as many as a person types.
pub(crate) const COMPLETIONS: LimitOptions = LimitOptions {
    per_minute: 60,
    burst: 120,
};

/// A bucket's state: a value, so that its arithmetic needs no clock.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl LimitOptions {
    fn full(self, now: Instant) -> Bucket {
        Bucket {
            tokens: f64::from(self.burst),
            at: now,
        }
    }

    fn per_second(self) -> f64 {
        f64::from(self.per_minute) / 60.0
    }

    /// The bucket as it stands at `now`.
    fn refilled(self, bucket: Bucket, now: Instant) -> Bucket {
        let earned = now.saturating_duration_since(bucket.at).as_secs_f64() * self.per_second();
        Bucket {
            tokens: (bucket.tokens + earned).min(f64::from(self.burst)),
            at: now.max(bucket.at),
        }
    }

    /// Spends `cost`, or says how long until it fits. A cost above the burst is charged as the burst, so that it can be paid at all.
    fn spend(self, bucket: Bucket, cost: u32, now: Instant) -> Result<Bucket, (Bucket, Duration)> {
        let bucket = self.refilled(bucket, now);
        let cost = f64::from(cost.min(self.burst));
        if bucket.tokens + DUST >= cost {
            return Ok(Bucket {
                tokens: (bucket.tokens - cost).max(0.0),
                ..bucket
            });
        }
        let wait = (cost - bucket.tokens) / self.per_second();
        Err((bucket, Duration::from_secs_f64(wait)))
    }
}

/// Above this many buckets, those that are full again are forgotten: a full bucket and no bucket are the same.
const PRUNE_ABOVE: usize = 10_000;
/// How often that is looked for at most: it walks all buckets, and everybody who spends waits for it.
const PRUNE_EVERY: Duration = Duration::from_secs(1);
/// The most buckets that there are.
const MOST: usize = 50_000;
/// So many are kept when so many spend at once that the bound is reached.
const KEPT: usize = MOST / 4 * 3;

/// The buckets of one process: of its tenants, say.
///
/// Whoever sends them chooses the keys, so the buckets have a bound. When it is reached the fullest quarter is forgotten, which
/// are those who asked for least: a flood of addresses that ask once each never takes the place of those who ask often and are
/// held to their rate. That happens once a second at most. Who comes for the first time in between is let through, as
/// everybody is who comes for the first time, and is not remembered: nobody is refused because others are many.
#[derive(Debug)]
pub(crate) struct Limiter<K = TenantId> {
    options: LimitOptions,
    buckets: Mutex<Buckets<K>>,
}

#[derive(Debug)]
struct Buckets<K> {
    of: HashMap<K, Bucket>,
    pruned: Option<Instant>,
}

impl<K: Eq + Hash> Buckets<K> {
    fn prune(&mut self, options: LimitOptions, now: Instant) {
        let is_due = |at: Instant| now.saturating_duration_since(at) >= PRUNE_EVERY;
        if self.of.len() <= PRUNE_ABOVE || !self.pruned.is_none_or(is_due) {
            return;
        }
        self.pruned = Some(now);
        let full = f64::from(options.burst);
        self.of.retain(|_, bucket| {
            *bucket = options.refilled(*bucket, now);
            bucket.tokens < full
        });
        if self.of.len() < MOST {
            return;
        }
        let mut tokens: Vec<f64> = self.of.values().map(|bucket| bucket.tokens).collect();
        let (_, fullest, _) = tokens.select_nth_unstable_by(KEPT, f64::total_cmp);
        let mut too_many = self.of.len() - KEPT;
        self.of.retain(|_, bucket| {
            let goes = too_many > 0 && bucket.tokens >= *fullest;
            too_many -= usize::from(goes);
            !goes
        });
    }
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    pub(crate) fn new(options: LimitOptions) -> Self {
        let options = LimitOptions {
            per_minute: options.per_minute.max(1),
            burst: options.burst.max(1),
        };
        let buckets = Buckets {
            of: HashMap::new(),
            pruned: None,
        };
        Self {
            options,
            buckets: Mutex::new(buckets),
        }
    }

    /// Spends `cost` of somebody's tokens.
    ///
    /// # Errors
    /// The time until the same call would fit; nothing is spent then.
    pub(crate) fn spend(&self, who: &K, cost: u32, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.prune(self.options, now);
        let known = buckets.of.get(who).copied();
        let bucket = known.unwrap_or_else(|| self.options.full(now));
        let (bucket, outcome) = match self.options.spend(bucket, cost, now) {
            Ok(bucket) => (bucket, Ok(())),
            Err((bucket, wait)) => (bucket, Err(wait)),
        };
        if known.is_some() || buckets.of.len() < MOST {
            buckets.of.insert(who.clone(), bucket);
        }
        outcome
    }

    /// So many tokens somebody has now, as those know who keep the limit for all.
    pub(crate) fn set(&self, who: &K, tokens: f64, now: Instant) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.prune(self.options, now);
        if buckets.of.len() < MOST || buckets.of.contains_key(who) {
            buckets.of.insert(who.clone(), Bucket { tokens, at: now });
        }
    }

    /// Whole tokens that somebody has now.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the burst"
    )]
    pub(crate) fn left(&self, who: &K, now: Instant) -> u32 {
        self.options.refilled(self.of(who, now), now).tokens as u32
    }

    pub(crate) fn options(&self) -> LimitOptions {
        self.options
    }

    /// Whether a call of this cost would fit. Nothing is spent.
    ///
    /// # Errors
    /// The time until it would fit.
    pub(crate) fn check(&self, who: &K, cost: u32, now: Instant) -> Result<(), Duration> {
        self.options
            .spend(self.of(who, now), cost, now)
            .map(drop)
            .map_err(|(_, wait)| wait)
    }

    fn of(&self, who: &K, now: Instant) -> Bucket {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.of.get(who).copied().unwrap_or_else(|| self.options.full(now))
    }
}

/// Buckets of those who are not signed in, by their addresses. What an address of IPv6 spends, the wider networks that it is in
/// spend too.
#[derive(Debug)]
pub(crate) struct AddressLimiter {
    addresses: Limiter<IpAddr>,
    wider: [Limiter<Network>; WIDER.len()],
}

impl AddressLimiter {
    /// What one address may spend.
    pub(crate) fn new(options: LimitOptions) -> Self {
        let of = |shares: u32| LimitOptions {
            per_minute: options.per_minute.max(1).saturating_mul(shares),
            burst: options.burst.max(1).saturating_mul(shares),
        };
        Self {
            addresses: Limiter::new(options),
            wider: WIDER.map(|(_, shares)| Limiter::new(of(shares))),
        }
    }

    /// The buckets that one token of whoever stands behind an address is spent from, by name.
    pub(crate) fn buckets(&self, from: Option<IpAddr>) -> Vec<(String, LimitOptions)> {
        let address = whose(from);
        let wider = self.wider.iter().zip(wider(address));
        let wider = wider.map(|(limiter, (network, _))| (format!("{network:?}"), limiter.options()));
        [(address.to_string(), self.addresses.options())]
            .into_iter()
            .chain(wider)
            .collect()
    }

    /// Spends one token of whoever stands behind an address.
    ///
    /// # Errors
    /// The time until the same would fit; nothing is spent then.
    pub(crate) fn spend(&self, from: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        let address = whose(from);
        let wider = || self.wider.iter().zip(wider(address));
        let waits = wider().filter_map(|(limiter, (network, _))| limiter.check(&network, 1, now).err());
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        self.addresses.spend(&address, 1, now)?;
        for (limiter, (network, _)) in wider() {
            // It fitted a moment ago. Whoever was quicker since then is one too many for nobody.
            let _ = limiter.spend(&network, 1, now);
        }
        Ok(())
    }
}

/// One bucket, for what no tenant can be charged with.
#[derive(Debug)]
pub(crate) struct Allowance {
    options: LimitOptions,
    bucket: Mutex<Bucket>,
}

impl Allowance {
    pub(crate) fn new(options: LimitOptions, now: Instant) -> Self {
        Self {
            options,
            bucket: Mutex::new(options.full(now)),
        }
    }

    /// Spends one token.
    ///
    /// # Errors
    /// The time until there is one.
    pub(crate) fn spend(&self, now: Instant) -> Result<(), Duration> {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, spent) = match self.options.spend(*bucket, 1, now) {
            Ok(left) => (left, Ok(())),
            Err((left, wait)) => (left, Err(wait)),
        };
        *bucket = left;
        spent
    }

    /// Whole tokens that were left when one was last spent.
    #[cfg(test)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the burst"
    )]
    pub(crate) fn left(&self) -> u32 {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).tokens as u32
    }
}
