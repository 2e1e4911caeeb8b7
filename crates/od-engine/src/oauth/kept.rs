//! What the engine keeps of OAuth in memory.

use std::net::IpAddr;

use super::options::OAuthOptions;
use crate::limits::{LimitOptions, Limiter};

/// Registrations from one address: sixty at once, and sixty an hour from then on. Some programs register at every sign-in,
/// and four times in a row when they are refused.
const REGISTRATIONS: LimitOptions = LimitOptions {
    per_minute: 1,
    burst: 60,
};

/// What the engine keeps of OAuth in memory.
pub(crate) struct Kept {
    pub options: OAuthOptions,
    pub registrations: Limiter<IpAddr>,
}

impl Kept {
    pub(crate) fn new(options: OAuthOptions) -> Self {
        Self {
            options,
            registrations: Limiter::new(REGISTRATIONS),
        }
    }
}
