//! What is counted of the engine's work: a few atomic additions a call, whether anybody looks or not.
//!
//! Every label is a `&'static str`, so that nothing a caller sent can become one: no tenant, no store, no record, no address.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use od_client::Histogram;

use crate::audit::ACTS;
use crate::error::{Error, codes};

/// How many attempts a change took.
const ATTEMPTS: &[u64] = &[1, 2, 3, 4, 5, 6, 8, 11, 16, 21];
/// The outcome of a call that went well.
const SUCCESS: &str = "success";
/// The outcome that is this program's own mistake.
const MISTAKE: &str = "INTERNAL_ERROR";
/// Stands for every name that is no tool of this server.
const UNKNOWN: &str = "unknown";

/// Counters for a closed set of names.
#[derive(Debug)]
pub(crate) struct Counters<const N: usize> {
    names: [&'static str; N],
    counts: [AtomicU64; N],
}

impl<const N: usize> Counters<N> {
    pub(crate) fn of(names: [&'static str; N]) -> Self {
        Self {
            names,
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// Counts one at its place among the names.
    pub(crate) fn add(&self, place: usize) {
        self.counts[place].fetch_add(1, Ordering::Relaxed);
    }

    /// Every name with its count.
    pub(crate) fn read(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        self.names.iter().copied().zip(counts)
    }
}

/// A limit that refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// What a tenant may ask for.
    Tenant,
    /// Calls that a tenant makes by hand.
    Runs,
    /// API keys of a tenant that may fail.
    TenantKeys,
    /// Keys that are checked for the first time at once.
    SignIns,
    /// Unknown keys that are refused at once; the refusals of others are held back.
    UnknownKeys,
    /// Sign-ins at the pages, of an address and of a tenant.
    PageSignIns,
    /// Sign-ups at the pages, of an address.
    SignUps,
    /// Mails, to one e-mail address and at once.
    Mails,
    /// Programs that register themselves, of an address.
    Registrations,
    /// Documents about programs that are fetched, for an address, of a host and at once.
    ClientDocuments,
    /// Tokens given to a tenant's OAuth clients.
    Renewals,
    /// Forms of the consent page, of one session.
    Consents,
    /// Connections, of all callers and of one address.
    Connections,
}

impl Limit {
    const NAMES: [&'static str; 13] = [
        "tenant",
        "runs",
        "tenant_keys",
        "sign_ins",
        "unknown_keys",
        "page_sign_ins",
        "sign_ups",
        "mails",
        "registrations",
        "client_documents",
        "renewals",
        "consents",
        "connections",
    ];
}

/// Why a credential was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthReason {
    /// None was sent. Clients ask without one, to be told how.
    Missing,
    /// No key that this server could have made, or not sent as one.
    Malformed,
    /// In place of the key stands the name of a variable.
    Unfilled,
    /// Nobody's, or not anybody's any more.
    Unknown,
    /// Another tenant's than the one already proven.
    OtherTenant,
    /// A kind of credential that is not taken here.
    NotTaken,
    /// Not the token of the operator's pages.
    Operator,
}

impl AuthReason {
    const NAMES: [&'static str; 7] = [
        "missing",
        "malformed",
        "unfilled",
        "unknown",
        "other_tenant",
        "not_taken",
        "operator",
    ];
}

/// What became of a change to an order, its items or its shipments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeOutcome {
    /// Reading back showed it.
    Verified,
    /// Made, and not seen when it was read back, or not looked for.
    Unverified,
    /// It was so already.
    Unchanged,
    /// Somebody else kept changing the record.
    Conflict,
    /// Nobody knows.
    Uncertain,
    /// Not made, for any other reason.
    Failed,
}

impl ChangeOutcome {
    const NAMES: [&'static str; 6] = ["verified", "unverified", "unchanged", "conflict", "uncertain", "failed"];

    /// Of a change that is done.
    pub(crate) fn done(is_empty: bool, verified: bool) -> Self {
        match (is_empty, verified) {
            (true, _) => Self::Unchanged,
            (false, true) => Self::Verified,
            (false, false) => Self::Unverified,
        }
    }

    /// Of one that is not, or perhaps not.
    pub(crate) fn not_done(error: &Error) -> Self {
        match error {
            Error::Conflict { .. } | Error::Upstream(od_client::Error::Conflict { .. }) => Self::Conflict,
            Error::Uncertain { .. } => Self::Uncertain,
            _ => Self::Failed,
        }
    }
}

/// How a read of the cache ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheResult {
    /// Answered from memory.
    Hit,
    /// Order Desk was asked.
    Miss,
    /// Answered by what somebody else was asking already.
    Shared,
    /// The caller wanted it fresh.
    Fresh,
}

impl CacheResult {
    pub(crate) const NAMES: [&'static str; 4] = ["hit", "miss", "shared", "fresh"];
}

/// The counts of one engine.
pub(crate) struct Meter {
    /// Those of the door, once it has told its tools.
    tools: OnceLock<Calls>,
    /// Acts, and names that are no tool.
    others: Calls,
    pub(crate) call_seconds: Histogram,
    changes: Counters<6>,
    pub(crate) change_attempts: Histogram,
    conflicts: AtomicU64,
    limits: Counters<13>,
    auth_failures: Counters<7>,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            tools: OnceLock::new(),
            others: Calls::of(ACTS.into_iter().chain([UNKNOWN])),
            call_seconds: Histogram::of_durations(),
            changes: Counters::of(ChangeOutcome::NAMES),
            change_attempts: Histogram::of_numbers(ATTEMPTS),
            conflicts: AtomicU64::new(0),
            limits: Counters::of(Limit::NAMES),
            auth_failures: Counters::of(AuthReason::NAMES),
        }
    }

    /// The tools that there are. Whoever tells them first is right: all doors of a process have the same ones.
    pub(crate) fn know_tools(&self, names: impl IntoIterator<Item = &'static str>) {
        self.tools.get_or_init(|| Calls::of(names));
    }

    /// The name as it may be told: one of a tool or an act, else "unknown".
    pub(crate) fn tool(&self, name: &str) -> &'static str {
        let tools = self.tools.get();
        let known = tools.and_then(|tools| tools.name(name));
        known.or_else(|| self.others.name(name)).unwrap_or(UNKNOWN)
    }

    /// A call or an act has ended.
    pub(crate) fn called<T>(&self, tool: &str, outcome: &Result<T, Error>, time: Duration) {
        let code = outcome.as_ref().err().map(Error::code);
        let is_counted = self.tools.get().is_some_and(|tools| tools.add(tool, code));
        if !is_counted && !self.others.add(tool, code) {
            self.others.add(UNKNOWN, code);
        }
        self.call_seconds.observe(time);
        match outcome {
            Err(Error::RateLimited { .. }) => self.refused(Limit::Tenant),
            Err(Error::TooManyRuns { .. }) => self.refused(Limit::Runs),
            Err(Error::TooManyKeys { .. }) => self.refused(Limit::TenantKeys),
            _ => {}
        }
    }

    /// A change has ended, after so many attempts where that is known.
    pub(crate) fn changed(&self, change: ChangeOutcome, attempts: Option<u32>) {
        self.changes.add(change as usize);
        if let Some(attempts) = attempts {
            self.change_attempts.count(attempts.into());
        }
    }

    /// An attempt found that somebody else had changed the record.
    pub(crate) fn conflicted(&self) {
        self.conflicts.fetch_add(1, Ordering::Relaxed);
    }

    /// A limit refused something.
    pub(crate) fn refused(&self, limit: Limit) {
        self.limits.add(limit as usize);
    }

    /// A credential was not taken.
    pub(crate) fn not_signed_in(&self, reason: AuthReason) {
        self.auth_failures.add(reason as usize);
    }

    /// Calls by tool and outcome: those that there were, and from the start the successes of every tool and all mistakes: what
    /// appears with its first event is no increase to whoever watches.
    pub(crate) fn calls(&self) -> Vec<([&'static str; 2], u64)> {
        let tools = self
            .tools
            .get()
            .into_iter()
            .flat_map(|tools| tools.read(&[SUCCESS, MISTAKE]));
        tools.chain(self.others.read(&[MISTAKE])).collect()
    }

    pub(crate) fn changes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.changes.read()
    }

    pub(crate) fn conflicts(&self) -> u64 {
        self.conflicts.load(Ordering::Relaxed)
    }

    pub(crate) fn limits(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.limits.read()
    }

    pub(crate) fn auth_failures(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.auth_failures.read()
    }
}

/// Counts of calls by name and by outcome.
struct Calls {
    places: HashMap<&'static str, usize>,
    names: Vec<&'static str>,
    outcomes: Vec<&'static str>,
    /// As many for each name as there are outcomes.
    counts: Vec<AtomicU64>,
}

impl Calls {
    fn of(names: impl IntoIterator<Item = &'static str>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        let outcomes: Vec<_> = std::iter::once(SUCCESS).chain(codes()).collect();
        Self {
            places: names.iter().enumerate().map(|(place, name)| (*name, place)).collect(),
            counts: (0..names.len() * outcomes.len()).map(|_| AtomicU64::new(0)).collect(),
            names,
            outcomes,
        }
    }

    fn name(&self, name: &str) -> Option<&'static str> {
        self.places.get(name).map(|place| self.names[*place])
    }

    /// Counts a call that ended with this code, none for success. False when there is no such name.
    fn add(&self, name: &str, code: Option<&str>) -> bool {
        let Some(place) = self.places.get(name) else {
            return false;
        };
        let outcome = match code {
            None => Some(0),
            Some(code) => self.outcomes.iter().position(|outcome| *outcome == code),
        };
        if let Some(outcome) = outcome {
            self.counts[place * self.outcomes.len() + outcome].fetch_add(1, Ordering::Relaxed);
        }
        outcome.is_some()
    }

    /// What was counted, and these outcomes also where they did not happen yet.
    fn read(&self, always: &'static [&'static str]) -> impl Iterator<Item = ([&'static str; 2], u64)> {
        let counts = self.counts.iter().enumerate().map(|(place, count)| {
            let (name, outcome) = (place / self.outcomes.len(), place % self.outcomes.len());
            let labels = [self.names[name], self.outcomes[outcome]];
            (labels, count.load(Ordering::Relaxed))
        });
        counts.filter(move |(labels, count)| *count > 0 || always.contains(&labels[1]))
    }
}

#[cfg(test)]
mod tests;
