//! How often a sign-in may be tried.

use od_db::TenantId;

use crate::limits::{AddressLimiter, LimitOptions, Limiter};

/// Tries in this process. All are counted, those that succeed too: a person signs in once.
pub(crate) struct SignInLimits {
    pub(super) addresses: AddressLimiter,
    pub(super) tenants: Limiter<TenantId>,
}

impl SignInLimits {
    /// So many a minute, from one address and by one tenant.
    pub(crate) fn new(per_minute: u32) -> Self {
        let options = LimitOptions::a_minute(per_minute);
        Self {
            addresses: AddressLimiter::new(options),
            tenants: Limiter::new(options),
        }
    }
}
