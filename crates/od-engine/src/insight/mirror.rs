//! Copies of stores' orders that keep themselves fresh.
//!
//! At rest a copy is a row of sealed chunks; in use it is an SQLite in memory. One call at a time brings a copy further, of all
//! processes that share the database; the others wait for it, or read what there is when it is fresh.

use std::sync::Weak;
use std::time::{Duration, Instant};

use od_db::mirror::Span;
use tokio::time::timeout;

use super::Insight;
use crate::engine::Inner;
use crate::error::Error;
use crate::scope::Scope;
use crate::stores::Purpose;

mod audit;
mod fill;
mod refresh;
mod turn;
mod visits;
mod wanted;
mod work;

pub(crate) use visits::Visit;
pub(super) use visits::visits;
pub(super) use wanted::Ready;
use wanted::Wanted;
pub(super) use work::Half;

/// How often open copies are looked through for idle ones.
const LOOK: Duration = Duration::from_mins(1);
/// So long a copy's turn is waited for when the time of the call is up already: nobody may have it.
const A_MOMENT: Duration = Duration::from_millis(250);

/// All orders that were added from a second on.
pub(super) fn everything(from: i64) -> Span {
    audit::everything(from, None)
}

/// Closes copies that nobody uses, until the engine shuts down.
pub(crate) async fn close_idle(engine: Weak<Inner>) {
    let Some(stop) = engine.upgrade().map(|inner| inner.stop.clone()) else {
        return;
    };
    while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        let Some(inner) = engine.upgrade() else { return };
        inner.mirrors.close_idle();
    }
}

impl Insight<'_> {
    /// Until when a call that begins now works on a copy.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.0.inner.mirrors.options().patience
    }

    /// A store's copy, filled and brought up to date as far as that is done by the deadline.
    ///
    /// # Errors
    /// [`Error::Invalid`] when copies are switched off; [`Error::Upstream`], [`Error::Storage`].
    pub(super) async fn copy(
        &self,
        scope: &Scope,
        store: Option<&str>,
        fresh: bool,
        deadline: Instant,
    ) -> Result<Ready, Error> {
        if self.0.inner.mirrors.options().days == 0 {
            return Err(Error::invalid(
                "",
                "cannot be answered: this server keeps no copies of orders (MIRROR_DAYS=0); orders_list reads them page by page",
            ));
        }
        let store = self.0.stores().open(scope, store, Purpose::Read).await?;
        let wanted = Wanted::of(self, scope, store).await?;
        if !fresh && let Some((row, tables)) = wanted.at_rest().await? {
            return Ok(wanted.ready(tables, row, None));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        match timeout(left.max(A_MOMENT), self.turn(scope, &wanted.store)).await {
            Ok(Ok(held)) => wanted.brought_further(held, fresh, deadline).await,
            Err(_) | Ok(Err(Error::RecordBusy { .. })) => wanted.half_way().await,
            Ok(Err(error)) => Err(error),
        }
    }

    /// A store's copy as it stands, where it has all of its days. Order Desk is asked for nothing but the store's settings, which are
    /// mostly remembered.
    ///
    /// # Errors
    /// [`Error::Upstream`], [`Error::Storage`].
    pub(super) async fn copy_at_hand(&self, scope: &Scope, store: &str) -> Result<Option<Ready>, Error> {
        if self.0.inner.mirrors.options().days == 0 {
            return Ok(None);
        }
        let store = self.0.stores().open(scope, Some(store), Purpose::Read).await?;
        let row = self.0.inner.db.mirrors().get(scope.tenant(), &store.row.id).await?;
        let Some(row) = row.filter(|row| row.filled_at.is_some()) else {
            return Ok(None);
        };
        let wanted = Wanted::of(self, scope, store).await?;
        let tables = wanted.tables(&row).await?;
        Ok(tables.map(|tables| wanted.ready(tables, row, None)))
    }
}
