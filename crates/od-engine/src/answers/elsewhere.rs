//! Writes that no client's call did, and that none repeats by mistake: a person's at a terminal.

use super::{record_digest, records};
use crate::engine::Engine;
use crate::scope::Scope;

impl Engine {
    /// Ends the keeping of answers about a tenant's registrations, once these were changed outside of [`Engine::once`]: what
    /// the answers tell of is past, and the same call again is a new wish.
    pub async fn stores_were_changed(&self, scope: &Scope) {
        let inner = &self.inner;
        let tenant = scope.tenant();
        let about = record_digest(&inner.lasting, tenant, "", records::STORES);
        inner.flights.aloft.overtake("", &about, i64::MAX);
        if let Err(error) = inner.db.answers().overtake(tenant, "", &about, i64::MAX).await {
            tracing::warn!(%error, "answers that were overtaken could not be removed");
        }
    }
}
