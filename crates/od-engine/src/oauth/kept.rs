//! What the engine keeps of OAuth in memory.

use std::time::Instant;

use od_client::{BuildError, Documents};
use od_db::TenantId;

use super::documents::Known;
use super::options::OAuthOptions;
use super::refusals::Refusals;
use crate::limits::{AddressLimiter, Allowance, LimitOptions, Limiter};

/// Registrations from one address: sixty at once, and sixty an hour from then on. Some programs register at every sign-in,
/// and four times in a row when they are refused.
const REGISTRATIONS: LimitOptions = LimitOptions {
    per_minute: 1,
    burst: 60,
};

/// Registrations from everywhere: a thousand at once, and six hundred an hour from then on. So many people do not connect a
/// program, and twenty thousand that nobody uses are kept: one that a person is about to use is not pushed out for a day.
const ALL_REGISTRATIONS: LimitOptions = LimitOptions {
    per_minute: 10,
    burst: 1_000,
};

/// Tokens given to all clients of one tenant. Each is a row for as long as it lives, and a client that forgets what it is given
/// must not fill the disk; fifty that renew theirs at every request have enough.
const RENEWALS: LimitOptions = LimitOptions {
    per_minute: 300,
    burst: 600,
};

/// Forms of the consent page from one session: far more than a person fills in, and few for a program that a session was stolen for.
const CONSENTS: LimitOptions = LimitOptions {
    per_minute: 30,
    burst: 30,
};

/// Refreshes of one connected client. Those in the field refresh once an hour, a few times at once; one that refreshes before
/// every request is served for a while and then told to wait, which costs it neither its tokens nor its sign-in.
const REFRESHES: LimitOptions = LimitOptions {
    per_minute: 30,
    burst: 30,
};

/// What the engine keeps of OAuth in memory.
pub(crate) struct Kept {
    pub options: OAuthOptions,
    pub registrations: AddressLimiter,
    /// Of all strangers together.
    pub all_registrations: Allowance,
    /// `None` when no documents are fetched.
    pub documents: Option<Known>,
    pub renewals: Limiter<TenantId>,
    /// By the row of a session.
    pub consents: Limiter<String>,
    /// By grant.
    pub refreshes: Limiter<String>,
    pub refusals: Refusals,
}

impl Kept {
    /// # Errors
    /// [`BuildError`] for options that documents cannot be fetched with.
    pub(crate) fn new(options: OAuthOptions) -> Result<Self, BuildError> {
        let fetches = options.enabled && options.client_metadata;
        let documents = fetches.then(|| Documents::new(options.documents.clone())).transpose()?;
        Ok(Self {
            options,
            registrations: AddressLimiter::new(REGISTRATIONS),
            all_registrations: Allowance::new(ALL_REGISTRATIONS, Instant::now()),
            renewals: Limiter::new(RENEWALS),
            consents: Limiter::new(CONSENTS),
            refreshes: Limiter::new(REFRESHES),
            refusals: Refusals::new(),
            documents: documents.map(Known::new),
        })
    }
}
