//! Bringing a copy further, by whoever has its turn.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use od_client::{Direction, Order, OrderPage, OrderQuery};
use od_db::MirrorRow;
use od_db::mirror::Tables;
use tokio::time::timeout;
use uuid::Uuid;

use super::super::chunk::{Change, Opening};
use super::super::days::sent;
use super::super::gone::gone;
use super::super::image;
use super::super::kept::{Kept, newest_of_each};
use super::super::opened::Opened;
use super::super::options::MirrorOptions;
use super::super::page_size::Failed;
use super::super::shelf::Shelf;
use crate::cache::Taken;
use crate::clock::millis;
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Subject;
use crate::scope::Scope;
use crate::stores::{Folder, OpenStore};

/// Chunks of changes that may stand behind those of the whole copy before it is stored anew.
const LOOSE_CHUNKS: i64 = 64;
/// Pages of a fill that may stay as they came.
const LOOSE_PAGES: i64 = 8;
/// Changes are asked for from so long before the beginning of a fill: Order Desk's clock may be another one.
const CLOCKS_DIFFER_MILLIS: i64 = 600_000;
/// Order Desk's largest page.
pub(super) const PAGE: u64 = 500;
/// However fresh figures shall be, a count that was left no longer ago goes on: else one of many folders would never be done.
const A_PAUSE: Duration = Duration::from_secs(15);
/// A page that took no longer may be a larger one.
const GOOD_TIME: Duration = Duration::from_secs(5);

/// Why a copy is not whole, and how long the rest takes.
pub(in crate::insight) struct Half {
    pub reason: String,
    pub seconds: Option<u64>,
}

pub(super) struct Work<'a> {
    pub engine: &'a Engine,
    pub scope: &'a Scope,
    pub store: &'a OpenStore,
    pub opened: Arc<Opened>,
    pub tables: Arc<Tables>,
    pub row: MirrorRow,
    pub deadline: Instant,
    pub told: Vec<String>,
    /// Nobody has read any of it before.
    is_new: bool,
    /// More orders were written than are read one by one.
    pub are_unread: bool,
    /// Orders that came from Order Desk meanwhile.
    pub read: HashSet<i64>,
    /// So many orders were not as the copy had them, and no date of change showed it.
    pub differed: usize,
}

impl<'a> Work<'a> {
    /// Opens the copy as it is stored; begins it where there is none, or none that opens.
    pub(super) async fn begin(
        engine: &'a Engine,
        scope: &'a Scope,
        store: &'a OpenStore,
        opened: Arc<Opened>,
        row: Option<MirrorRow>,
        begins: i64,
        deadline: Instant,
    ) -> Result<Self, Error> {
        let db = &engine.inner.db;
        if let Some(row) = row {
            if let Some(tables) = opened
                .caught_up(db, (scope.tenant(), &store.row.id), scope.identity().data_key()?, &row)
                .await?
            {
                return Ok(Self {
                    engine,
                    scope,
                    store,
                    opened,
                    tables,
                    row,
                    deadline,
                    told: Vec::new(),
                    is_new: false,
                    are_unread: false,
                    read: HashSet::new(),
                    differed: 0,
                });
            }
            tracing::warn!(store = %store.row.store_id, "a copy of a store's orders does not open: it is made anew");
        }
        let now = engine.inner.clock.now_millis();
        let row = MirrorRow {
            edition: Uuid::new_v4().to_string(),
            last_chunk: 0,
            begins,
            ends: now,
            reached: 0,
            expected: 0,
            filled_at: None,
            seen: now - CLOCKS_DIFFER_MILLIS,
            refreshed_at: now,
            audited_at: 0,
        };
        let begun = db.mirrors().begin(scope.tenant(), &store.row.id, &row, &[]).await;
        begun.map_err(gone)?;
        let tables = opened
            .caught_up(db, (scope.tenant(), &store.row.id), scope.identity().data_key()?, &row)
            .await?;
        let tables = tables.ok_or(Error::Internal("an empty copy does not open"))?;
        Ok(Self {
            engine,
            scope,
            store,
            opened,
            tables,
            row,
            deadline,
            told: Vec::new(),
            is_new: true,
            are_unread: false,
            read: HashSet::new(),
            differed: 0,
        })
    }

    /// Fills the copy, or asks what has changed, and counts where that is due. Why it is not whole, when the time is up before.
    pub(super) async fn run(
        &mut self,
        fresh: bool,
        options: MirrorOptions,
        folders: &[Folder],
    ) -> Result<Option<Half>, Error> {
        let written = self.engine.inner.cache.written();
        let taken = written.take(&self.store.row.id);
        if self.row.filled_at.is_none() {
            let half = self.fill().await?;
            if half.is_some() {
                return Ok(half);
            }
            self.tidy(LOOSE_PAGES).await;
            // What was changed before the fill began is in it.
            let is_young = !fresh && self.age() < millis(options.ttl) && taken.writes().is_none();
            if (self.is_new || is_young) && self.row.audited_at > 0 {
                taken.are_read();
                if written.has_nothing(&self.store.row.id, self.row.refreshed_at) {
                    return Ok(None);
                }
                let since = written.take(&self.store.row.id);
                return self.catch_up(false, options, folders, since).await;
            }
        }
        self.catch_up(fresh, options, folders, taken).await
    }

    /// Asks what has changed, and counts where that is due.
    async fn catch_up(
        &mut self,
        fresh: bool,
        options: MirrorOptions,
        folders: &[Folder],
        taken: Taken<'_>,
    ) -> Result<Option<Half>, Error> {
        let now = self.engine.inner.clock.now_millis();
        let written = self.engine.inner.cache.written();
        let is_missing = taken.writes().is_some() || !written.has_nothing(&self.store.row.id, self.row.refreshed_at);
        let untold = !self.engine.inner.replicas.are_heard();
        let mut is_due = now - self.row.audited_at >= millis(options.audit);
        if fresh || is_missing || untold || self.age() >= millis(options.ttl) {
            let written = taken.writes();
            let half = self.refresh(written.map(|writes| &writes.orders)).await?;
            if half.is_some() {
                return Ok(half);
            }
            is_due |= self.are_unread || written.is_some_and(|writes| writes.and_more);
        }
        if fresh || is_due {
            let half = self.audit(folders, fresh.then_some(options.ttl.max(A_PAUSE))).await?;
            if half.is_some() {
                return Ok(half);
            }
        }
        taken.are_read();
        if !self.is_late() {
            self.tidy(LOOSE_CHUNKS).await;
        }
        Ok(None)
    }

    /// Milliseconds since changes were last asked for.
    fn age(&self) -> i64 {
        self.engine.inner.clock.now_millis() - self.row.refreshed_at
    }

    /// Whether the time is up.
    pub(super) fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// A page of orders that were added at or after a second, oldest first unless the query says otherwise. None when it did
    /// not come in time.
    pub(super) async fn page(&self, from: i64, query: OrderQuery) -> Result<Option<OrderPage>, Error> {
        let upstream = self.store.upstream.bulk();
        let orders = upstream.orders();
        loop {
            let most = self.opened.pages.get();
            let query = OrderQuery {
                search_start_date: Some(sent(from)),
                order: Some(Direction::Asc),
                limit: query.limit.map(|limit| limit.min(most)),
                ..query.clone()
            };
            let began = Instant::now();
            let left = self.deadline.saturating_duration_since(began);
            if left.is_zero() {
                return Ok(None);
            }
            let Ok(page) = timeout(left, orders.list(&query)).await else {
                return Ok(None);
            };
            let is_full_size = query.limit == Some(most);
            let failed = match &page {
                Err(od_client::Error::TooLarge { .. }) => Some(Failed::TooLarge),
                Err(od_client::Error::Timeout { .. }) => Some(Failed::TooLate),
                _ => None,
            };
            if let Some(failed) = failed
                && is_full_size
                && self.opened.pages.halve(most, failed)
            {
                continue;
            }
            let page = page.map_err(Error::Upstream)?;
            if is_full_size && page.returned >= u64::from(most) && began.elapsed() < GOOD_TIME {
                self.opened.pages.double(most);
            }
            return Ok(Some(page));
        }
    }

    /// Where the copy begins, in seconds.
    pub(super) fn begins(&self) -> i64 {
        self.row.begins.div_euclid(1000)
    }

    /// Stores how far the copy is now, and what has changed.
    ///
    /// # Errors
    /// [`Error::RecordBusy`] when somebody else has brought it further: the turn was lost.
    pub(super) async fn advance(&mut self, after: MirrorRow, change: &Change) -> Result<(), Error> {
        let inner = &self.engine.inner;
        let (tenant, store_row) = (self.scope.tenant(), &self.store.row.id);
        let mut after = after;
        let mut stored: Option<(Opening, _)> = None;
        if !change.is_empty() {
            after.last_chunk = self.row.last_chunk + 1;
            let kept_at = Shelf {
                tenant,
                store_row,
                edition: &self.row.edition,
            };
            let opening = change
                .opening()
                .ok_or(Error::Internal("orders cannot be written as JSON"))?;
            let chunk = change.seal(&opening, self.scope.identity().data_key()?, kept_at, after.last_chunk);
            stored = Some((opening, chunk));
        }
        let chunk = stored.as_ref().map(|(_, chunk)| chunk);
        let done = inner
            .db
            .mirrors()
            .advance(tenant, store_row, &self.row, &after, chunk)
            .await;
        if !done.map_err(gone)? {
            return Err(Error::RecordBusy { what: Subject::COPY });
        }
        if let Some((opening, chunk)) = &stored {
            let at = (after.edition.as_str(), chunk.number);
            if !self.opened.put(&self.tables, at, opening, change).await? {
                // Somebody has closed these tables meanwhile: what is stored has the change.
                let key = self.scope.identity().data_key()?;
                let again = self
                    .opened
                    .caught_up(&inner.db, (tenant, store_row), key, &after)
                    .await?;
                self.tables = again.ok_or(Error::RecordBusy { what: Subject::COPY })?;
            }
        }
        self.row = after;
        Ok(())
    }

    /// Stores the copy anew when more chunks than so many stand behind its image. No answer hangs on it.
    async fn tidy(&mut self, most: i64) {
        if self.opened.loose(self.row.last_chunk).await <= most {
            return;
        }
        if let Err(error) = self.rewrite().await {
            tracing::warn!(%error, store = %self.store.row.store_id, "a copy of a store's orders could not be stored anew");
        }
    }

    /// Stores the whole copy anew as it stands, so that chunks of old changes go, and that it opens in a moment.
    async fn rewrite(&mut self) -> Result<(), Error> {
        let inner = &self.engine.inner;
        let (tenant, store_row) = (self.scope.tenant(), &self.store.row.id);
        let is_all = self
            .opened
            .is_all_of(&self.tables, &self.row.edition, self.row.last_chunk);
        if !is_all.await {
            return Ok(());
        }
        let edition = Uuid::new_v4().to_string();
        let kept_at = Shelf {
            tenant,
            store_row,
            edition: &edition,
        };
        let image = self.tables.image().await?;
        let chunks = image::chunks(&image, self.scope.identity().data_key()?, kept_at).await;
        drop(image);
        let row = MirrorRow {
            last_chunk: chunks.last().map_or(0, |chunk| chunk.number),
            edition,
            ..self.row.clone()
        };
        let stored = inner
            .db
            .mirrors()
            .replace(tenant, store_row, &self.row, &row, &chunks)
            .await;
        if !stored.map_err(gone)? {
            return Err(Error::RecordBusy { what: Subject::COPY });
        }
        self.opened
            .stored_as(&self.tables, &self.row.edition, (&row.edition, row.last_chunk))
            .await;
        self.row = row;
        Ok(())
    }
}

/// Orders as the copy keeps them, each once, with the newest date of change among them.
pub(super) fn kept(orders: Vec<Order>) -> Vec<Kept> {
    newest_of_each(
        orders
            .into_iter()
            .filter_map(|order| Kept::of(order.into_map()))
            .collect(),
    )
}
