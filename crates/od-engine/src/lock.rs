//! One change at a time per record: in this process by a fair queue, between processes by a lease in the database, which
//! lives as long as its process shows that it is alive (`pulse`).
//!
//! The turn comes first, the request tokens of the change second, although a store whose budget is used up then keeps
//! the record held while the change waits for them (at most the `max_wait` of the client's options; the lease lives
//! on meanwhile). The other way round would be worse. Changes that wait for one record would each keep tokens that
//! they cannot spend yet: five of them have the whole bucket, and the one whose turn it is, needing more to try again
//! or to find out what became of its write, would wait for them while they wait for it. Giving the turn back instead
//! would lose the change its place in the queue, and those behind it wait for the same tokens anyway. Meanwhile changes
//! to an order gather to be uploaded together, which spends fewer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use od_db::Db;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::clock::Clock;
use crate::error::Error;

mod claim;
mod pulse;
#[cfg(test)]
mod tests;

use claim::Claim;
use pulse::Pulse;

pub(crate) use pulse::{LIFE, Life};

/// How long a change waits for its turn.
const PATIENCE: Duration = Duration::from_mins(1);

/// The queues of this process.
#[derive(Default)]
pub(crate) struct Locks {
    queues: Mutex<HashMap<String, Weak<Turn<()>>>>,
    pulse: Arc<Pulse>,
}

/// What is held. Order Desk replaces an order with all its parts, and an inventory item, as a whole; so whoever changes a
/// part holds the whole.
///
/// Records are named by the shop's credentials, not by tenant: two tenants may share a shop. Not by its id alone either:
/// anybody can claim an id, and would hold up the changes of those whose key is right. `shop` is the keyed digest of store
/// id and API key that the upstream budget goes by as well.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// An order, its items, shipments, notes and folder.
    Order { shop: &'a str, id: &'a str },
    /// An order that does not exist yet, by a digest of what it will be found by.
    NewOrder { shop: &'a str, source: &'a str },
    /// The copy of a store's orders, whose row of the tenant this is.
    Mirror { store_row: &'a str },
    /// An inventory item.
    Product { shop: &'a str, id: &'a str },
    /// A code that a new inventory item is to have.
    ProductCode { shop: &'a str, code: &'a str },
}

impl Subject<'_> {
    /// What a copy of a store's orders is called.
    pub(crate) const COPY: &'static str = "copy of the store's orders";

    /// What the record's queue and lease are called.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Order { shop, id } => format!("order:{shop}:{id}"),
            Self::NewOrder { shop, source } => format!("new-order:{shop}:{source}"),
            Self::Mirror { store_row } => format!("mirror:{store_row}"),
            Self::Product { shop, id } => format!("product:{shop}:{id}"),
            Self::ProductCode { shop, code } => format!("product-code:{shop}:{code}"),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Order { .. } | Self::NewOrder { .. } => "order",
            Self::Mirror { .. } => Self::COPY,
            Self::Product { .. } | Self::ProductCode { .. } => "inventory item",
        }
    }
}

/// A record that nobody else changes through this server. Give it back with [`Held::release`].
pub(crate) struct Held {
    claim: Claim,
    what: &'static str,
    turn: OwnedMutexGuard<()>,
}

impl Locks {
    /// This process's sign of life; it lasts as long as it is held.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub(crate) async fn live(&self, db: &Db, clock: &Clock) -> Result<Arc<Life>, Error> {
        self.pulse.life(db, clock).await
    }

    /// Waits for the record's turn.
    ///
    /// # Errors
    /// [`Error::RecordBusy`] when the turn did not come in time; [`Error::Storage`].
    pub(crate) async fn hold(&self, db: &Db, clock: &Clock, subject: Subject<'_>) -> Result<Held, Error> {
        let (name, what) = (subject.name(), subject.what());
        let began = Instant::now();
        let turn = self.turn(&name).await.ok_or(Error::RecordBusy { what })?;
        let claim = Claim::new(&self.pulse, db, clock, name);
        if claim.win(PATIENCE.saturating_sub(began.elapsed())).await? {
            Ok(Held { claim, what, turn })
        } else {
            Err(Error::RecordBusy { what })
        }
    }

    /// Waits for the turns of several records. They are taken in one order everywhere, so that two such changes never
    /// wait for each other.
    ///
    /// # Errors
    /// As [`Locks::hold`]; nothing is held then.
    pub(crate) async fn hold_all(
        &self,
        db: &Db,
        clock: &Clock,
        mut subjects: Vec<Subject<'_>>,
    ) -> Result<AllHeld, Error> {
        subjects.sort_by_cached_key(|subject| subject.name());
        subjects.dedup_by_key(|subject| subject.name());
        let mut all = AllHeld(Vec::with_capacity(subjects.len()));
        for subject in subjects {
            match self.hold(db, clock, subject).await {
                Ok(held) => all.0.push(held),
                Err(error) => {
                    all.release().await;
                    return Err(error);
                }
            }
        }
        Ok(all)
    }

    /// Waits for a turn among the changes of this process alone: enough for what is kept in its memory. None when it did
    /// not come in time.
    pub(crate) async fn turn(&self, name: &str) -> Option<OwnedMutexGuard<()>> {
        tokio::time::timeout(PATIENCE, self.queue(name).lock_owned()).await.ok()
    }

    fn queue(&self, name: &str) -> Arc<Turn<()>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(name).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::new(Turn::new(()));
        queues.insert(name.to_owned(), Arc::downgrade(&queue));
        queue
    }
}

impl Held {
    /// Whether the lease is still this change's own. A process that was suspended may have lost it.
    pub(crate) fn is_still_ours(&self) -> bool {
        self.claim.holds()
    }

    /// Passes while the lease is still this change's own: asked right before a request that is not read again for.
    ///
    /// # Errors
    /// [`Error::RecordBusy`].
    pub(crate) fn must_be_ours(&self) -> Result<(), Error> {
        if self.is_still_ours() {
            Ok(())
        } else {
            Err(Error::RecordBusy { what: self.what })
        }
    }

    /// Makes sure of the lease before another attempt. Where it was lost, it is waited for again.
    ///
    /// # Errors
    /// As [`Locks::hold`].
    pub(crate) async fn regain(&self) -> Result<(), Error> {
        if self.is_still_ours() {
            return Ok(());
        }
        tracing::warn!(
            "a record's lease may be lost, because this process did not live on in time; asking for it again"
        );
        if self.claim.win(PATIENCE).await? {
            Ok(())
        } else {
            Err(Error::RecordBusy { what: self.what })
        }
    }

    /// Lets the next change in.
    pub(crate) async fn release(self) {
        self.claim.give_back().await;
        drop(self.turn);
    }
}

/// Several held records.
pub(crate) struct AllHeld(Vec<Held>);

impl AllHeld {
    /// Whether every lease is still this change's own.
    pub(crate) fn are_still_ours(&self) -> bool {
        self.0.iter().all(Held::is_still_ours)
    }

    /// Passes while every lease is; see [`Held::must_be_ours`].
    ///
    /// # Errors
    /// [`Error::RecordBusy`].
    pub(crate) fn must_be_ours(&self) -> Result<(), Error> {
        self.0.iter().try_for_each(Held::must_be_ours)
    }

    /// Makes sure of every lease before another attempt; see [`Held::regain`]. All hang on one process: when one is lost,
    /// all are, and they are waited for in the order they are taken in everywhere.
    ///
    /// # Errors
    /// As [`Locks::hold`].
    pub(crate) async fn regain(&self) -> Result<(), Error> {
        for held in &self.0 {
            held.regain().await?;
        }
        Ok(())
    }

    /// Lets the next changes in.
    pub(crate) async fn release(self) {
        for held in self.0 {
            held.release().await;
        }
    }
}
