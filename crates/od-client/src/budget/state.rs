//! The arithmetic of a budget: a function of values and instants.
//!
//! The law that makes 429 impossible while we are the store's only caller: **tokens here + tokens held by permits +
//! requests in flight never exceed our capacity**. A request in flight may not have been counted by Order Desk yet, so
//! as long as it is unanswered its token must not be refilled here; otherwise a burst that was delayed on the way and
//! a burst from the refilled bucket could arrive together. By induction over sends, arrivals and refills, Order Desk's
//! bucket then always holds at least what we think we may spend, plus the headroom.

use std::time::{Duration, Instant};

use crate::sharing::{Bucket, Standing};

/// Float dust: 0.1 s at 3 a second, ten times, is not quite 3.
const DUST: f64 = 1e-6;

/// The smallest bucket we keep whatever the headroom: a change of one order takes four requests.
const SMALLEST: f64 = 4.0;
/// The smallest share of one that several processes keep, where there is room for it: a change of a shipment takes five.
const SMALLEST_SHARE: f64 = 5.0;

/// What Order Desk grants and what of it we use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Tokens that we ever use at once.
    capacity: f64,
    /// Tokens in a full bucket at Order Desk that we, all processes together, never use.
    headroom: f64,
    /// Tokens a second.
    refill: f64,
}

impl Limits {
    /// None for numbers that make no budget.
    pub(crate) fn new(bucket_size: u32, refill_per_second: f64, headroom: f64) -> Option<Self> {
        let sound = bucket_size >= 1
            && refill_per_second.is_finite()
            && refill_per_second > 0.0
            && headroom > 0.0
            && headroom <= 1.0;
        let bucket = f64::from(bucket_size);
        let capacity = (bucket * headroom + DUST).floor().max(SMALLEST).min(bucket);
        sound.then_some(Self {
            capacity,
            headroom: bucket - capacity,
            refill: refill_per_second,
        })
    }

    /// Tokens of a full bucket of ours.
    pub(crate) fn most(self) -> f64 {
        self.capacity
    }

    /// The largest reservation that can ever be served.
    pub(crate) fn most_at_once(self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 1 to u32::MAX"
        )]
        let most = self.capacity as u32;
        most
    }

    /// How long an empty bucket takes to be full.
    pub(crate) fn fills_in(self) -> Duration {
        Duration::try_from_secs_f64(self.capacity / self.refill).unwrap_or(Duration::MAX)
    }

    /// What one process may spend: everything, or its share. All shares together are at most what Order Desk's bucket holds,
    /// as long as that has a token for each.
    pub(crate) fn of(self, standing: Standing) -> Self {
        if standing.together || standing.among <= 1 {
            return self;
        }
        let among = f64::from(standing.among);
        let even = (self.capacity / among).floor();
        let enough = SMALLEST_SHARE.min((self.bucket_size() / among).floor());
        Self {
            capacity: even.max(enough).max(1.0).min(self.capacity),
            refill: self.refill / among,
            ..self
        }
    }

    /// How many processes can each have a share that is enough for every change. With more of them some changes have to
    /// save up for longer than their share is.
    pub(crate) fn shares(self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 0 to u32::MAX"
        )]
        let shares = (self.bucket_size() / SMALLEST_SHARE) as u32;
        shares.max(1)
    }

    /// Tokens of a full bucket at Order Desk.
    fn bucket_size(self) -> f64 {
        self.capacity + self.headroom
    }

    /// The bucket that all processes spend together.
    pub(crate) fn bucket(self) -> Bucket {
        Bucket {
            capacity: self.capacity,
            refill: self.refill,
        }
    }
}

/// Where a budget stands at the instant of its last [`advance`](Self::advance).
#[derive(Debug, Clone)]
pub(crate) struct State {
    limits: Limits,
    /// Free to reserve. Below zero after a correction.
    tokens: f64,
    /// Reserved by permits and not yet spent.
    held: u32,
    /// Sent and unanswered.
    in_flight: u32,
    /// Everything ever spent, by us or, as far as we noticed, by others. Only differences mean anything.
    spent: f64,
    /// Wanted together by whoever is next: more than a share is saved up for that one and nobody else.
    wanted: f64,
    at: Instant,
}

/// What we believed when a request was sent; compared with what its reply says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    unspent: f64,
    spent: f64,
}

impl State {
    /// A bucket that was empty at some moment, or, if there is none, a full one.
    pub(crate) fn since(limits: Limits, empty: Option<Instant>, now: Instant) -> Self {
        let filled = |since| now.saturating_duration_since(since).as_secs_f64() * limits.refill;
        Self {
            limits,
            tokens: empty.map_or(limits.capacity, filled).min(limits.capacity),
            held: 0,
            in_flight: 0,
            spent: 0.0,
            wanted: 0.0,
            at: now,
        }
    }

    /// Refills up to `now`. An earlier instant changes nothing.
    pub(crate) fn advance(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = self.at.max(now);
        let most = self.limits.capacity.max(self.wanted);
        let ceiling = most - f64::from(self.held) - f64::from(self.in_flight);
        let refilled = self.tokens + elapsed * self.limits.refill;
        self.tokens = refilled.min(ceiling.max(self.tokens));
    }

    /// Tokens that can be reserved now.
    pub(crate) fn free(&self) -> f64 {
        self.tokens.max(0.0)
    }

    /// The largest reservation that can be served under these limits.
    pub(crate) fn most_at_once(&self) -> u32 {
        self.limits.most_at_once()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.held == 0 && self.in_flight == 0 && self.tokens + DUST >= self.limits.capacity
    }

    /// The time until `tokens` are free if nothing else happens.
    pub(crate) fn wait_for(&self, tokens: u32) -> Duration {
        let missing = f64::from(tokens) - self.tokens - DUST;
        if missing <= 0.0 {
            return Duration::ZERO;
        }
        let seconds = (missing + 2.0 * DUST) / self.limits.refill;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    /// Takes `tokens` together, or nothing.
    pub(crate) fn reserve(&mut self, tokens: u32) -> bool {
        let enough = self.tokens + DUST >= f64::from(tokens);
        if enough {
            self.tokens -= f64::from(tokens);
            self.held += tokens;
        }
        enough
    }

    /// From now on it is saved up for whoever wants so many together; nobody when 0. What was saved for one who went is gone.
    pub(crate) fn save_for(&mut self, wanted: u32) {
        let wanted = f64::from(wanted);
        if wanted < self.wanted {
            self.tokens = self.tokens.min(self.limits.capacity.max(wanted));
        }
        self.wanted = wanted;
    }

    /// What one process may spend changed.
    pub(crate) fn share(&mut self, limits: Limits) {
        self.limits = limits;
        self.tokens = self.tokens.min(limits.capacity);
    }

    /// Nobody knows any more what was spent.
    pub(crate) fn forget(&mut self) {
        self.tokens = self.tokens.min(0.0);
    }

    /// The tokens are kept elsewhere, and so many are there now.
    pub(crate) fn told(&mut self, tokens: f64) {
        self.tokens = tokens;
    }

    /// Tokens that were taken elsewhere.
    pub(crate) fn hold(&mut self, tokens: u32) {
        self.held += tokens;
    }

    /// Tokens that are reserved, and requests in flight.
    pub(crate) fn out(&self) -> u32 {
        self.held + self.in_flight
    }

    /// Reserved tokens are reserved no longer.
    pub(crate) fn let_go(&mut self, tokens: u32) {
        self.held = self.held.saturating_sub(tokens);
    }

    /// Tokens that were not needed. What was saved up beyond a share is not kept.
    pub(crate) fn give_back(&mut self, tokens: u32) {
        let most = self.limits.capacity.max(self.wanted);
        self.tokens = (self.tokens + f64::from(tokens)).min(most);
    }

    /// A reserved token pays for a request that is being sent.
    pub(crate) fn spend(&mut self) -> Mark {
        self.held = self.held.saturating_sub(1);
        self.in_flight += 1;
        self.spent += 1.0;
        Mark {
            unspent: self.tokens + f64::from(self.held),
            spent: self.spent,
        }
    }

    /// A request in flight has ended.
    pub(crate) fn landed(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// A request in flight turned out never to have left.
    pub(crate) fn unspend(&mut self) {
        self.spent -= 1.0;
    }

    /// Corrects downwards by the `X-Tokens-Remaining` of the reply to the request of `mark`.
    ///
    /// Order Desk counted that request at some moment between sending and now. The least it can have had then, were we
    /// alone, is what we had after sending, less all we spent since, plus the headroom. (The header is a whole number:
    /// up to one token more than it says.) What is missing beyond that was spent by other integrations of the store.
    pub(crate) fn observe(&mut self, mark: &Mark, remaining: f64) {
        let least = mark.unspent - (self.spent - mark.spent) + self.limits.headroom;
        self.lose(least - at_most(remaining));
    }

    /// The same for a bucket that others spend too, which was at `mark` (tokens and everything ever spent, together) when the
    /// request's token was taken: what must have been spent by now.
    pub(crate) fn spent_by_all(&self, mark: f64, remaining: f64) -> f64 {
        mark + self.limits.headroom - at_most(remaining)
    }

    /// Order Desk refused: there will be one token after `pause`, and none before one token's refill.
    pub(crate) fn park(&mut self, pause: Duration) {
        let pause = pause.as_secs_f64().max(1.0 / self.limits.refill);
        let tokens = 1.0 - pause * self.limits.refill;
        self.lose(self.tokens - tokens);
    }

    /// Tokens that we took for ours and that are gone; none when below zero.
    fn lose(&mut self, tokens: f64) {
        let lost = tokens.max(0.0);
        self.tokens -= lost;
        self.spent += lost;
    }
}

/// What was left when Order Desk said `remaining`: a whole number, and up to one token more.
fn at_most(remaining: f64) -> f64 {
    remaining.max(0.0) + 1.0
}

#[cfg(test)]
mod tests;
