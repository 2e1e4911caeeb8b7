//! Trying API keys that callers give.
//!
//! Whoever could try as many as a tenant may make calls could guess at the key of somebody else's store from this server's
//! address. So only few may fail: those that Order Desk refused, and those that were kept without being tried. They are
//! counted per tenant and not per store id, by which strangers could keep a store's owner out.

use std::time::Instant;

use od_client::Error as Upstream;
use secrecy::SecretString;

use super::Stores;
use crate::error::Error;
use crate::limits::LimitOptions;
use crate::scope::Scope;

/// The keys of a tenant that may fail: five at once, then one a minute.
pub(crate) const FAILED_KEYS: LimitOptions = LimitOptions {
    per_minute: 1,
    burst: 5,
};

impl Stores<'_> {
    /// The door of a store whose key Order Desk accepts (`GET /test`).
    ///
    /// # Errors
    /// [`Error::TooManyKeys`] before anything is sent; Order Desk's refusal.
    pub(super) async fn tried(
        &self,
        scope: &Scope,
        store_id: &str,
        key: &SecretString,
    ) -> Result<od_client::Store, Error> {
        // Counted before and given back after: several tries at once must not all find room.
        self.count_key(scope)?;
        let credentials = self.0.credentials(store_id, key.clone());
        let upstream = self.0.inner.client.store(&credentials);
        let upstream = upstream.request_id(&scope.request_id().to_string());
        let outcome = upstream.test().await;
        if !matches!(outcome, Err(Upstream::Unauthorized | Upstream::Rejected { .. })) {
            self.0.inner.failed_keys.give_back(scope.tenant(), 1, Instant::now());
        }
        outcome.map_err(Error::Upstream)?;
        Ok(upstream)
    }

    /// Counts a key as failed.
    ///
    /// # Errors
    /// [`Error::TooManyKeys`].
    pub(super) fn count_key(&self, scope: &Scope) -> Result<(), Error> {
        let failed = &self.0.inner.failed_keys;
        failed
            .spend(scope.tenant(), 1, Instant::now())
            .map_err(|retry_after| Error::TooManyKeys { retry_after })
    }
}
