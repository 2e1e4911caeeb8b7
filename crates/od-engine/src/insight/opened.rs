//! A copy in memory.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{Span, Timestamp};
use od_db::mirror::Tables;
use od_db::{Db, DbError, MirrorRow};
use od_vault::DataKey;

use super::chunk::{Change, Content, Opening};
use super::days::Zone;
use super::kept::Kept;
use super::page_size::PageSize;
use super::shelf::Shelf;
use crate::error::Error;
use crate::scope::TenantId;

mod state;
#[cfg(test)]
mod tests;
mod under_way;

use state::{RECENT, State, digest};
pub(super) use under_way::{Counted, Refreshing};

pub(super) struct Opened {
    /// Whose days it has.
    pub zone: String,
    offsets: Vec<(i64, i64)>,
    state: tokio::sync::Mutex<State>,
    used: Mutex<Instant>,
    bytes: AtomicU64,
    is_told: AtomicBool,
    /// The copy as the last answer rested on it that was whole.
    answered: Mutex<Option<MirrorRow>>,
    pub pages: PageSize,
}

impl Opened {
    pub(super) fn new(zone: &Zone, now: Timestamp) -> Self {
        let around = |years: i64| now.saturating_add(Span::new().hours(years * 366 * 24)).unwrap_or(now);
        Self {
            zone: zone.name.clone(),
            offsets: zone.offsets(around(-12), around(2)),
            state: tokio::sync::Mutex::default(),
            used: Mutex::new(Instant::now()),
            bytes: AtomicU64::new(0),
            is_told: AtomicBool::new(false),
            answered: Mutex::default(),
            pages: PageSize::new(),
        }
    }

    pub(super) fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(super) fn used(&self) -> Instant {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Whether nobody has been told yet of how large it is.
    pub(super) fn is_first_told(&self) -> bool {
        !self.is_told.swap(true, Ordering::Relaxed)
    }

    /// An answer rests on the copy as it is now, and is whole.
    pub(super) fn has_answered(&self, row: &MirrorRow) {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = Some(row.clone());
    }

    /// The copy as the last such answer rested on it.
    pub(super) fn answered(&self) -> Option<MirrorRow> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The tables as they are.
    pub(super) async fn tables(&self) -> Option<Arc<Tables>> {
        self.state.lock().await.tables.clone()
    }

    /// The tables with every chunk up to the row's last. Nothing when a chunk is not there or does not open: the copy was begun
    /// anew meanwhile, or is damaged.
    pub(super) async fn caught_up(
        &self,
        db: &Db,
        (tenant, store_row): (&TenantId, &str),
        key: &DataKey,
        row: &MirrorRow,
    ) -> Result<Option<Arc<Tables>>, Error> {
        let mut state = self.state.lock().await;
        let kept_at = Shelf {
            tenant,
            store_row,
            edition: &row.edition,
        };
        let mut is_begun = state.edition == row.edition && state.tables.is_some();
        let mut at = if is_begun { state.chunk } else { 0 };
        let behind = at < row.last_chunk;
        while at < row.last_chunk {
            let Some(chunk) = db.mirrors().next_chunk(tenant, store_row, at).await? else {
                return Ok(None);
            };
            let number = chunk.number;
            let Some(content) = Content::of(chunk.sealed, key, kept_at, number) else {
                return Ok(None);
            };
            if !is_begun {
                // Not before a chunk has opened: whoever comes with a row that is replaced takes nothing from others.
                *state = State::begun(&row.edition, Tables::open(&self.offsets).await?);
                is_begun = true;
            }
            if let Err(error) = state.take_in(number, content, &self.offsets).await {
                *state = State::default();
                return if is_damage(&error) { Ok(None) } else { Err(error.into()) };
            }
            at = number;
        }
        if !is_begun {
            *state = State::begun(&row.edition, Tables::open(&self.offsets).await?);
        }
        let tables = state.tables.clone();
        if let (Some(tables), true) = (&tables, behind) {
            // What others put in may be another state of an order that came here last.
            state.recent.clear();
            self.weigh(tables).await?;
        }
        Ok(tables)
    }

    /// Puts the change of the chunk of this number, which was just stored, into these tables. False when they are not those that
    /// are open any more, or do not have what was stored before.
    pub(super) async fn put(
        &self,
        tables: &Arc<Tables>,
        (edition, number): (&str, i64),
        opening: &Opening,
        change: &Change,
    ) -> Result<bool, Error> {
        let mut state = self.state.lock().await;
        if !state.is_of(edition, tables) || state.chunk + 1 < number {
            return Ok(false);
        }
        // Else somebody who looked has put it in already.
        if state.chunk < number {
            if let Err(error) = tables.put(&opening.ids, &opening.orders).await {
                *state = State::default();
                return Err(error.into());
            }
            state.chunk = number;
            state.remember(change);
            self.weigh(tables).await?;
        }
        Ok(true)
    }

    /// Whether these tables are what is open, and all of an edition of so many chunks.
    pub(super) async fn is_all_of(&self, tables: &Arc<Tables>, edition: &str, chunk: i64) -> bool {
        let state = self.state.lock().await;
        state.is_of(edition, tables) && state.chunk == chunk
    }

    /// These tables, which were all of an edition, were stored anew: as another one of so many chunks.
    pub(super) async fn stored_as(&self, tables: &Arc<Tables>, before: &str, (edition, chunk): (&str, i64)) {
        let mut state = self.state.lock().await;
        if state.is_of(before, tables) {
            edition.clone_into(&mut state.edition);
            (state.chunk, state.image) = (chunk, chunk);
        }
    }

    /// How many of so many chunks stand behind those of the image.
    pub(super) async fn loose(&self, last_chunk: i64) -> i64 {
        last_chunk - self.state.lock().await.image
    }

    /// The orders that are not as they were put in last.
    pub(super) async fn changed(&self, orders: Vec<Kept>) -> Vec<Kept> {
        let state = self.state.lock().await;
        let is_new = |order: &Kept| state.recent.get(&order.id) != Some(&digest(order));
        orders.into_iter().filter(is_new).collect()
    }

    /// Where the refresh goes on whose time was up when the copy had so many chunks.
    pub(super) async fn refreshing(&self, chunk: i64) -> Option<Refreshing> {
        let state = self.state.lock().await;
        state
            .refreshing
            .filter(|(at, _)| *at == chunk)
            .map(|(_, refreshing)| refreshing)
    }

    /// How far a refresh is, now that the copy has so many chunks; nothing when it is done.
    pub(super) async fn refreshed_to(&self, chunk: i64, refreshing: Option<Refreshing>) {
        self.state.lock().await.refreshing = refreshing.map(|refreshing| (chunk, refreshing));
    }

    /// How far a count had come that was not done.
    pub(super) async fn counted(&self) -> Option<Counted> {
        self.state.lock().await.counted.clone()
    }

    /// A count is so far; nothing when it is done.
    pub(super) async fn counted_to(&self, counted: Option<Counted>) {
        self.state.lock().await.counted = counted;
    }

    /// Those of these orders that may be in the copy.
    pub(super) async fn not_older(&self, orders: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let state = self.state.lock().await;
        orders
            .into_iter()
            .filter(|order| !state.older.contains(order))
            .collect()
    }

    /// This order was added before the copy begins.
    pub(super) async fn is_older(&self, order: i64) {
        let mut state = self.state.lock().await;
        if state.older.len() < RECENT {
            state.older.insert(order);
        }
    }

    async fn weigh(&self, tables: &Tables) -> Result<(), Error> {
        self.bytes.store(tables.bytes().await?, Ordering::Relaxed);
        Ok(())
    }
}

/// Whether what was stored is not what can be put into tables: only another copy helps.
fn is_damage(error: &DbError) -> bool {
    matches!(error, DbError::Corrupt(_) | DbError::Duplicate(_))
}
