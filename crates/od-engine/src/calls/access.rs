//! Whether whoever called still has access while the call waits: a key that was revoked, a tenant that was closed or deleted,
//! a store that was removed or got another key, here or by another process, holds for the calls that wait as well.

use std::sync::Arc;
use std::time::Duration;

use super::under_way::Record;
use super::{Work, survive};
use crate::engine::Engine;
use crate::error::Error;
use crate::scope::Scope;

/// How often a call that waits is looked at. Most never wait so long.
const LOOK: Duration = Duration::from_millis(250);
/// How old may be what is known then; together with the pause before it less than a second.
const KNOWN: Duration = Duration::from_millis(500);

impl Engine {
    /// Does a call's work, and ends it when the caller loses access before anything was changed. A change that was begun goes
    /// on: it is told, and ends by itself where it waits.
    pub(super) async fn while_allowed<T>(
        &self,
        scope: &Scope,
        record: &Arc<Record>,
        work: Work<T>,
    ) -> Result<T, Error> {
        tokio::select! {
            biased;
            outcome = survive(work) => outcome,
            why = self.losing(scope, record) => Err(why),
        }
    }

    /// Waits until the caller has lost access and the call can be ended, and says why.
    async fn losing(&self, scope: &Scope, record: &Arc<Record>) -> Error {
        loop {
            tokio::time::sleep(LOOK).await;
            // Boxed: nearly every call is over by now, and would carry the room for this along.
            let Err(why) = Box::pin(self.still_allowed(scope, record)).await else {
                continue;
            };
            if record.lose(why.clone()) {
                return why;
            }
            return std::future::pending().await;
        }
    }

    async fn still_allowed(&self, scope: &Scope, record: &Record) -> Result<(), Error> {
        let mut found = self.stands(scope.identity(), KNOWN).await;
        for store in record.stores() {
            if found.is_ok() {
                found = self.store_stands(&store, KNOWN).await;
            }
            if found.is_err() {
                // The stores of a deleted tenant are gone too. That is not what the caller is to be told.
                found = self.stands(scope.identity(), Duration::ZERO).await.and(found);
                break;
            }
        }
        match found {
            Err(error @ Error::Storage(_)) => {
                // Nobody knows; what the call asks the database next will tell.
                tracing::debug!(%error, "whether a caller still has access could not be looked up");
                Ok(())
            }
            found => found,
        }
    }
}
