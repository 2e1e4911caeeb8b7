//! Trying API keys that callers give.
//!
//! Whoever could try as many as a tenant may make calls could guess at the key of somebody else's store from this server's
//! address. So only few may fail: those that Order Desk refused, and those that were kept without being tried. They are
//! counted per tenant and not per store id, by which strangers could keep a store's owner out.

use std::time::{Duration, Instant};

use od_client::Error as Upstream;
use secrecy::SecretString;
use tokio::sync::OwnedMutexGuard;

use super::Stores;
use crate::error::Error;
use crate::scope::Scope;

impl Stores<'_> {
    /// The door of a store whose key Order Desk accepts (`GET /test`).
    ///
    /// # Errors
    /// [`Error::TooManyKeys`] and [`Error::RecordBusy`] before anything is sent; Order Desk's refusal.
    pub(super) async fn tried(
        &self,
        scope: &Scope,
        store_id: &str,
        key: &SecretString,
    ) -> Result<od_client::Store, Error> {
        let failed = &self.0.inner.failed_keys;
        let _turn = self.trial(scope).await?;
        failed.check(scope.tenant(), 1, Instant::now()).map_err(too_many)?;
        let credentials = self.0.credentials(store_id, key.clone());
        let upstream = self.0.inner.client.store(&credentials);
        let upstream = upstream.request_id(&scope.request_id().to_string());
        let outcome = upstream.test().await;
        // Any other failure says nothing about the key.
        if matches!(outcome, Err(Upstream::Unauthorized)) {
            failed.spend(scope.tenant(), 1, Instant::now()).map_err(too_many)?;
        }
        outcome.map_err(Error::Upstream)?;
        Ok(upstream)
    }

    /// Counts a key as failed that is kept without being tried.
    ///
    /// # Errors
    /// [`Error::TooManyKeys`], [`Error::RecordBusy`].
    pub(super) async fn count_untried(&self, scope: &Scope) -> Result<(), Error> {
        let _turn = self.trial(scope).await?;
        let failed = &self.0.inner.failed_keys;
        failed.spend(scope.tenant(), 1, Instant::now()).map_err(too_many)
    }

    /// One trial of a tenant at a time: several at once would all find room for a failure.
    async fn trial(&self, scope: &Scope) -> Result<OwnedMutexGuard<()>, Error> {
        let name = format!("trial:{}", scope.tenant());
        let turn = self.0.inner.locks.turn(&name).await;
        turn.ok_or(Error::RecordBusy {
            what: "tenant's stores",
        })
    }
}

fn too_many(retry_after: Duration) -> Error {
    Error::TooManyKeys { retry_after }
}
