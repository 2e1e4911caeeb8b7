//! The other processes of this service: who is there, and what is kept together with them.
//!
//! What must hold for a merchant (an order changed once, a credential that ended, an answer that was not given) is in the
//! database. What makes it quick and keeps within limits is in Redis, where there is one: what makes cached replies stale,
//! the replies, limits and the request budgets of stores. Without Redis each process keeps to what it may assume alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use od_shared::{Generation, Limit, OpenError, Shared, Spent, Trouble};
use secrecy::SecretString;
use tokio::sync::Mutex as Turn;
use uuid::Uuid;

use crate::clock::Clock;
use crate::limits::LimitOptions;
use crate::lock::Life;
use crate::roots::{DigestOf, Lasting};

mod alive;
mod budgets;
mod heart;
mod news;
mod shown;
#[cfg(test)]
mod tests;
mod used;

pub(crate) use alive::Alive;
pub(crate) use budgets::Budgets;
pub(crate) use heart::noticed;
use shown::Shown;
use used::Used;

/// How often whoever waits for Redis looks whether it is back.
const LOOK: Duration = Duration::from_millis(20);

/// Whether this process has others beside it.
#[derive(Clone, Debug, Default)]
pub struct ReplicaOptions {
    /// The Redis that they share, such as `redis://host:6379/0`.
    pub redis: Option<SecretString>,
}

/// What this process knows of the others.
pub(crate) struct Replicas {
    /// What this process is called.
    me: String,
    shared: Option<Shared>,
    lasting: Arc<Lasting>,
    alive: Alive,
    used: Used,
    /// Whose turn it is to look and to show.
    beats: Turn<()>,
    shown: Mutex<Option<Shown>>,
}

/// What is known of the other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaHealth {
    /// Processes that serve, this one included.
    pub alive: u32,
    /// Whether Redis can be relied on; nothing when there is none.
    pub redis: Option<bool>,
    /// Whether there are more of them than a store's request budget can be shared out to, with no Redis that keeps it for all:
    /// changes then wait until their tokens were saved up.
    pub are_too_many: bool,
}

/// Which of the replies that are kept may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Current {
    /// Those that this process kept: there is nobody else, as long as this number stays.
    Own(u64),
    /// Those that anybody kept under this generation, which changes when Redis came back to anybody.
    Shared(Generation),
    /// None: somebody may have changed what they are about, and nobody would say so.
    Unknown,
}

/// A kind of limit, as its buckets are called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SharedLimit {
    Tenant,
    Runs,
    SignInAddress,
    SignInTenant,
    /// Who asks for sign-ups.
    SignUpAddress,
    /// Who asks for links.
    LinkAddress,
    /// Who tries links.
    LinkUse,
    /// Who is sent mails.
    Mailbox,
}

impl SharedLimit {
    fn name(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Runs => "runs",
            Self::SignInAddress => "sign-in address",
            Self::SignInTenant => "sign-in tenant",
            Self::SignUpAddress => "sign-up address",
            Self::LinkAddress => "link address",
            Self::LinkUse => "link use",
            Self::Mailbox => "mailbox",
        }
    }
}

impl ReplicaOptions {
    /// # Errors
    /// An address that no Redis can have. A Redis that cannot be reached is none.
    pub(crate) async fn open(&self) -> Result<Option<Shared>, OpenError> {
        match &self.redis {
            Some(url) => Ok(Some(Shared::open(url).await?)),
            None => Ok(None),
        }
    }
}

impl Replicas {
    /// Those on one database call things by the same names, whatever root keys they have.
    pub(crate) fn new(shared: Option<Shared>, lasting: Arc<Lasting>) -> Arc<Self> {
        Arc::new(Self {
            me: Uuid::new_v4().to_string(),
            shared,
            lasting,
            alive: Alive::default(),
            used: Used::default(),
            beats: Turn::default(),
            shown: Mutex::default(),
        })
    }

    /// Which replies about a subject may be given, to somebody who asks now.
    pub(crate) async fn current(&self, subject: &str) -> Current {
        self.used.now();
        if let Some(shared) = &self.shared
            && self.alive.can_all_tell()
            && let Some(generation) = shared.generation(&self.name("subject", subject)).await
        {
            return Current::Shared(generation);
        }
        let epoch = self.shared.as_ref().map_or(0, |shared| shared.standing().epoch);
        match self.alive.alone() {
            Some(changes) => Current::Own(changes + epoch),
            None => Current::Unknown,
        }
    }

    /// Puts everything that is kept about some subjects out of everybody's reach, where Redis is there to say so.
    pub(crate) async fn changed(&self, subjects: &[String], longest: Duration) {
        let Some(shared) = &self.shared else { return };
        let names: Vec<String> = subjects.iter().map(|subject| self.name("subject", subject)).collect();
        shared.renew(&names, longest).await;
    }

    /// Puts everything that is kept out of everybody's reach: a process is gone that may have changed something and told nobody.
    async fn somebody_left(&self) {
        if let Some(shared) = &self.shared {
            shared.renew_all().await;
        }
    }

    /// What somebody kept under a key, and for how much longer it is good.
    pub(crate) async fn reply(&self, key: &str) -> Option<(Vec<u8>, Duration)> {
        self.shared.as_ref()?.reply(&self.name("reply", key)).await
    }

    /// Keeps for others what was sealed.
    pub(crate) async fn keep_reply(&self, key: &str, sealed: &[u8], life: Duration) {
        if let Some(shared) = &self.shared {
            shared.keep_reply(&self.name("reply", key), sealed, life).await;
        }
    }

    /// Spends `cost` of each of these buckets, or of none. Nothing when each process keeps its limits itself.
    pub(crate) async fn spend(
        &self,
        kind: SharedLimit,
        whose: impl IntoIterator<Item = (String, LimitOptions)>,
        cost: u32,
    ) -> Option<Spent> {
        let shared = self.shared.as_ref().filter(|shared| shared.standing().is_up)?;
        let limits: Vec<Limit> = whose
            .into_iter()
            .map(|(whose, options)| Limit {
                name: self.name(kind.name(), &whose),
                per_minute: options.per_minute,
                burst: options.burst,
            })
            .collect();
        shared.spend(&limits, cost).await
    }

    /// When the others had noticed this process as it is now, or will have; nothing while they do not count it.
    fn shown_at(&self, clock: &Clock) -> Option<Instant> {
        let shown = self.shown();
        let is_so =
            |shown: &&Shown| shown.is_cut_off == self.is_cut_off() && !shown.has_lapsed() && shown.life.lasts(clock);
        shown.as_ref().filter(is_so).map(|shown| shown.at)
    }

    /// Whether the others are shown by this row that this process is cut off; nothing when they are shown nothing by it.
    fn mark_of(&self, life: &Arc<Life>) -> Option<bool> {
        let shown = self.shown();
        let is_of = |shown: &&Shown| Arc::ptr_eq(&shown.life, life) && !shown.has_lapsed();
        let shown = shown.as_ref().filter(is_of);
        shown.map(|shown| shown.is_cut_off)
    }

    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, shown: Shown) {
        *self.shown() = Some(shown);
    }

    fn hide(&self) {
        *self.shown() = None;
    }

    /// Whether nobody else serves, as far as is known.
    pub(crate) fn is_alone(&self) -> bool {
        self.alive.count() <= 1
    }

    /// Whether what others change is noticed: they tell, or there are none.
    pub(crate) fn are_heard(&self) -> bool {
        (self.are_told() && self.alive.can_all_tell()) || self.alive.alone().is_some()
    }

    /// Whether this process tells nobody what it changes: it has lost Redis, perhaps for itself alone, or knows of none that others
    /// may share.
    fn is_cut_off(&self) -> bool {
        !self.are_told()
    }

    /// Waits until the others are told at once what this process changes.
    async fn are_told_again(&self) {
        while !self.are_told() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether what others change is told at once.
    fn are_told(&self) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.standing().is_up)
    }

    pub(crate) fn redis_trouble(&self) -> Option<Trouble> {
        self.shared.as_ref()?.trouble()
    }

    /// How the others are. A store's request budget has so many `shares` that are enough for every change.
    pub(crate) fn health(&self, shares: u32) -> ReplicaHealth {
        let alive = self.alive.count();
        ReplicaHealth {
            alive,
            redis: self.shared.as_ref().map(|shared| shared.standing().is_up),
            are_too_many: !self.are_told() && alive > shares,
        }
    }

    /// Who reads what is kept in Redis learns neither whose it is nor what it is about.
    fn name(&self, kind: &str, of: &str) -> String {
        self.lasting
            .digest(DigestOf::SharedName, &[kind.as_bytes(), of.as_bytes()])
    }
}
