//! One change to one inventory item: read, change, upload the whole item, read back.

use std::time::Instant;

use od_client::{InventoryItemId, Store};
use od_record::product::{Change, LENIENCY};
use od_record::{FieldChange, ReadBack, diff, untouched, verify};
use serde_json::{Map, Value};

use super::{LOOK_AGAIN, missing, read_again, read_back};
use crate::attempts::{Attempts, Failed, Reads, is_fresh};
use crate::difference::Altered;
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::stores::OpenStore;

/// What became of a change.
pub(super) struct Done {
    /// The item as it is now.
    pub product: Map<String, Value>,
    /// What the change made of it; nothing when it was so already.
    pub changes: Vec<FieldChange>,
    /// How often the item was read for it.
    pub attempts: u32,
    /// Whether reading back showed the change.
    pub verified: bool,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

pub(super) const SETTLED: &str =
    "The answer to the upload was lost; reading the inventory item shows that the change was stored.";

/// A change under way.
pub(super) struct Replacement<'a> {
    engine: &'a Engine,
    store: &'a OpenStore,
    id: &'a InventoryItemId,
    held: &'a Held,
    attempts: Attempts,
    reads: Reads,
}

impl<'a> Replacement<'a> {
    pub(super) fn new(engine: &'a Engine, store: &'a OpenStore, id: &'a InventoryItemId, held: &'a Held) -> Self {
        Self {
            engine,
            store,
            id,
            held,
            attempts: Attempts::of(engine.inner.mutation.max_retries + 1, &store.upstream),
            reads: Reads::default(),
        }
    }

    pub(super) async fn run(mut self, change: &Change) -> Result<Done, Error> {
        loop {
            let failed = match self.attempt(change).await {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            let again = self.attempts.again(failed).await;
            again.map_err(|error| self.reads.conflict(error, &self.attempts))?;
        }
    }

    async fn attempt(&mut self, change: &Change) -> Result<Done, Failed> {
        self.held.regain().await.map_err(Failed::Final)?;
        let verifies = self.engine.inner.mutation.verify;
        let permit = self.store.reserve(if verifies { 3 } else { 2 }).await;
        // The store made with the permit keeps it: what is not spent goes back when it is dropped.
        let upstream = self.store.upstream.with(&permit.map_err(Failed::Final)?);
        let base = upstream.inventory().get(self.id).await;
        let base = base.map_err(|error| self.failed(error))?.into_map();
        let read_at = Instant::now();
        self.reads.compare(&base);
        let desired = change.lay(&base).map_err(|refused| Failed::Final(refused.into()))?;
        if desired == base {
            let changes = self.reads.arrived();
            let settled = !changes.is_empty();
            let mut done = self.done(changes, base, &ReadBack::NotNeeded);
            done.warnings.extend(settled.then(|| SETTLED.to_owned()));
            return Ok(done);
        }
        if !self.held.is_still_ours() || !is_fresh(read_at) {
            self.reads.keep(base);
            return Err(Failed::Again(Error::RecordBusy { what: "inventory item" }));
        }
        let uploaded = upstream.inventory().update(self.id, &desired).await;
        // Whatever became of it, and before that is found out, so that nobody reads what was before.
        let inner = &self.engine.inner;
        inner.products_changed(self.store.owner(), [self.id.as_str()]).await;
        let outcome = match uploaded {
            Ok(()) if verifies => Ok(self.read_back(upstream, &base, &desired).await),
            Ok(()) => Ok(self.done(diff(&base, &desired), desired.clone(), &ReadBack::Skipped)),
            Err(error) if error.is_uncertain() => {
                drop(upstream);
                let settled = self.settle(&base, &desired, error).await;
                let id = self.id.to_string();
                let altered = || Altered::inventory_item(Some(id), diff(&base, &desired));
                settled.map_err(|failed| failed.having_attempted(altered))
            }
            Err(error) => Err(self.failed(error)),
        };
        // And again before anybody is told.
        inner.products_changed(self.store.owner(), [self.id.as_str()]).await;
        match outcome {
            Ok(mut done) => {
                done.changes.extend(self.reads.arrived_beside(&done.changes, &base));
                Ok(done)
            }
            Err(failed) => {
                self.reads.expect(&failed, diff(&base, &desired));
                self.reads.keep(base);
                Err(failed)
            }
        }
    }

    async fn read_back(&self, paid: Store, base: &Map<String, Value>, desired: &Map<String, Value>) -> Done {
        match read_back(&self.store.upstream, paid, self.id).await {
            Ok(item) => {
                let seen = ReadBack::Seen(verify(base, desired, &item, LENIENCY));
                self.done(diff(base, desired), item, &seen)
            }
            Err(error) => {
                tracing::warn!(%error, "an inventory item could not be read back after its upload");
                self.done(diff(base, desired), desired.clone(), &ReadBack::Failed)
            }
        }
    }

    /// Finds out what became of an upload whose answer was lost.
    async fn settle(
        &self,
        base: &Map<String, Value>,
        desired: &Map<String, Value>,
        cause: od_client::Error,
    ) -> Result<Done, Failed> {
        tracing::warn!(error = %cause, "an upload's outcome is unknown; reading the inventory item to find out");
        let item = read_again(&self.store.upstream, self.id).await.map_err(|error| {
            tracing::warn!(%error, "the inventory item could not be read");
            uncertain("the upload's answer was lost, and the inventory item could not be read afterwards.")
        })?;
        let verification = verify(base, desired, &item, LENIENCY);
        if verification.stuck {
            let mut done = self.done(diff(base, desired), item, &ReadBack::Seen(verification));
            done.warnings.insert(0, SETTLED.to_owned());
            Ok(done)
        } else if untouched(base, desired, &item) {
            Err(Failed::unseen(cause, LOOK_AGAIN))
        } else {
            Err(uncertain(
                "the upload's answer was lost, and the inventory item has since changed in the same fields.",
            ))
        }
    }

    fn done(&self, changes: Vec<FieldChange>, product: Map<String, Value>, read_back: &ReadBack) -> Done {
        Done {
            product,
            attempts: self.attempts.made(),
            verified: read_back.confirms(&changes),
            warnings: read_back.remarks(&changes),
            changes,
        }
    }

    fn failed(&self, error: od_client::Error) -> Failed {
        Failed::unchanged(error, |error| missing(error, self.id))
    }
}

fn uncertain(reason: &str) -> Failed {
    Failed::Final(Error::uncertain(reason.to_owned(), LOOK_AGAIN))
}
