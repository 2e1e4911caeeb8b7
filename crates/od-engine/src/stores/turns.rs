//! What a change waits for: the record's turn, and the store's request tokens. Nobody waits on who has lost access meanwhile.

use od_client::Permit;

use super::OpenStore;
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::{AllHeld, Held, Subject};

impl OpenStore {
    /// Waits for a record's turn.
    ///
    /// # Errors
    /// As for the lock's own, and why the caller has lost access.
    pub(crate) async fn hold(&self, engine: &Engine, subject: Subject<'_>) -> Result<Held, Error> {
        let inner = &engine.inner;
        let held = inner.locks.hold(&inner.db, &inner.clock, subject);
        self.asker.while_allowed(held).await?
    }

    /// Waits for the turns of several records.
    ///
    /// # Errors
    /// As for the lock's own, and why the caller has lost access.
    pub(crate) async fn hold_all(&self, engine: &Engine, subjects: Vec<Subject<'_>>) -> Result<AllHeld, Error> {
        let inner = &engine.inner;
        let held = inner.locks.hold_all(&inner.db, &inner.clock, subjects);
        self.asker.while_allowed(held).await?
    }

    /// Takes the tokens of several requests together ([`od_client::Store::reserve`]), for a change that is not begun yet.
    ///
    /// # Errors
    /// [`Error::Upstream`], and why the caller has lost access.
    pub(crate) async fn reserve(&self, tokens: u32) -> Result<Permit, Error> {
        let permit = self.asker.while_allowed(self.upstream.reserve(tokens)).await?;
        permit.map_err(Error::Upstream)
    }
}
