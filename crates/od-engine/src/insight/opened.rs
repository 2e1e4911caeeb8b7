//! A copy in memory.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{Span, Timestamp};
use od_db::mirror::Tables;
use od_db::{Db, DbError, MirrorRow};

use od_vault::DataKey;

use super::chunk::{Change, Content, Opening};
use super::days::Zone;
use super::image::Pieces;
use super::kept::Kept;
use super::page_size::PageSize;
use super::shelf::Shelf;
use crate::error::Error;
use crate::scope::TenantId;

#[cfg(test)]
mod tests;

/// Of so many orders it is known what they were when they came last.
const RECENT: usize = 10_000;

pub(super) struct Opened {
    /// Whose days it has.
    pub zone: String,
    offsets: Vec<(i64, i64)>,
    state: tokio::sync::Mutex<State>,
    used: Mutex<Instant>,
    bytes: AtomicU64,
    is_told: AtomicBool,
    pub pages: PageSize,
}

#[derive(Default)]
struct State {
    tables: Option<Arc<Tables>>,
    edition: String,
    chunk: i64,
    /// The last chunk of the image that the edition begins with.
    image: i64,
    pieces: Pieces,
    /// Digests of orders as they were put in last: they come again as long as none that is newer does.
    recent: HashMap<i64, u64>,
    /// Orders that were written and are older than the copy: no question shows them.
    older: HashSet<i64>,
    /// How far a refresh had come whose time was up.
    refreshing: Option<(i64, Refreshing)>,
    /// How far a count had come.
    counted: Option<Counted>,
}

/// How far a refresh has come. It goes on there as long as nobody else has brought the copy further.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refreshing {
    /// Seconds: orders that changed from then on are asked for.
    pub from: i64,
    /// So many of them are read.
    pub offset: u64,
    /// The newest change that was seen, in seconds.
    pub newest: i64,
    /// Orders that were read.
    pub read: u64,
}

/// How far a count has come. Times are milliseconds since the epoch.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub began: i64,
    /// When the newest of it was counted.
    pub left: i64,
    /// What was found right, or was mended.
    pub folders: BTreeSet<Option<i64>>,
    /// So many orders were not as the copy had them.
    pub differed: usize,
}

impl State {
    /// Tables of an edition of which no chunk is in them.
    fn begun(edition: &str, tables: Tables) -> Self {
        Self {
            tables: Some(Arc::new(tables)),
            edition: edition.to_owned(),
            ..Self::default()
        }
    }

    fn is_of(&self, edition: &str, tables: &Arc<Tables>) -> bool {
        self.edition == edition && self.tables.as_ref().is_some_and(|open| Arc::ptr_eq(open, tables))
    }

    async fn take_in(&mut self, number: i64, content: Content, offsets: &[(i64, i64)]) -> Result<(), DbError> {
        match content {
            Content::Change(opening) => {
                if let Some(tables) = self.tables.clone() {
                    tables.put(&opening.ids, &opening.orders).await?;
                }
            }
            Content::Piece(piece) => {
                if let Some(whole) = self.pieces.add(piece) {
                    // As long as it is being opened there is nothing: whoever comes after a call that was dropped begins anew.
                    let edition = std::mem::take(self).edition;
                    *self = Self::begun(&edition, whole.open(offsets).await?);
                    self.image = number;
                }
            }
        }
        self.chunk = number;
        Ok(())
    }

    /// Remembers what orders are, now that they are put in.
    fn remember(&mut self, change: &Change) {
        if self.recent.len() + change.orders.len() > RECENT {
            self.recent.clear();
        }
        for id in &change.gone {
            self.recent.remove(id);
        }
        let digests = change.orders.iter().map(|order| (order.id, digest(order)));
        self.recent.extend(digests);
    }
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

fn digest(order: &Kept) -> u64 {
    let mut digest = DefaultHasher::new();
    order.hash(&mut digest);
    digest.finish()
}

/// Whether what was stored is not what can be put into tables: only another copy helps.
fn is_damage(error: &DbError) -> bool {
    matches!(error, DbError::Corrupt(_) | DbError::Duplicate(_))
}
