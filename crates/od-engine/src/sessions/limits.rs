//! How often a sign-in may be tried.

use std::net::IpAddr;

use od_db::TenantId;

use crate::limits::{LimitOptions, Limiter};

/// Tries in this process. All are counted, those that succeed too: a person signs in once.
pub(crate) struct SignInLimits {
    pub(super) addresses: Limiter<IpAddr>,
    pub(super) tenants: Limiter<TenantId>,
}

impl SignInLimits {
    /// So many a minute, from one address and by one tenant.
    pub(crate) fn new(per_minute: u32) -> Self {
        let options = LimitOptions::a_minute(per_minute);
        Self {
            addresses: Limiter::new(options),
            tenants: Limiter::new(options),
        }
    }
}
