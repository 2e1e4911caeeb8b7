//! A copy in memory.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{Span, Timestamp};
use od_client::OrderQuery;
use od_db::mirror::Tables;
use od_db::{Db, MirrorRow};

use od_vault::DataKey;

use super::chunk::{Content, Opening};
use super::days::Zone;
use super::image::Pieces;
use super::kept::Kept;
use super::shelf::Shelf;
use crate::error::Error;
use crate::scope::TenantId;

/// Of so many orders it is known what they were when they came last.
const RECENT: usize = 10_000;
/// A count that was left so long ago begins anew.
const COUNTED: Duration = Duration::from_mins(5);
/// Pages are never smaller than this.
const SMALLEST_PAGE: u32 = 25;

pub(super) struct Opened {
    /// Whose days it has.
    pub zone: String,
    offsets: Vec<(i64, i64)>,
    state: tokio::sync::Mutex<State>,
    used: Mutex<Instant>,
    bytes: AtomicU64,
    page_size: AtomicU32,
}

#[derive(Default)]
struct State {
    tables: Option<Arc<Tables>>,
    edition: String,
    chunk: i64,
    pieces: Pieces,
    /// Digests of orders that came with the last changes: they come again as long as none that is newer does.
    recent: HashMap<i64, u64>,
    /// Orders that were written and are older than the copy: no question shows them.
    older: HashSet<i64>,
    /// How far a refresh had come whose time was up.
    refreshing: Option<(i64, Refreshing)>,
    /// What a count had found right when its time was up.
    counted: Option<(Instant, BTreeSet<Option<i64>>)>,
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

impl Opened {
    pub(super) fn new(zone: &Zone, now: Timestamp) -> Self {
        let around = |years: i64| now.saturating_add(Span::new().hours(years * 366 * 24)).unwrap_or(now);
        Self {
            zone: zone.name.clone(),
            offsets: zone.offsets(around(-12), around(2)),
            state: tokio::sync::Mutex::default(),
            used: Mutex::new(Instant::now()),
            bytes: AtomicU64::new(0),
            page_size: AtomicU32::new(OrderQuery::MAX_LIMIT),
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
        if state.edition != row.edition || state.tables.is_none() {
            *state = State {
                tables: Some(Arc::new(Tables::open(&self.offsets).await?)),
                edition: row.edition.clone(),
                ..State::default()
            };
        }
        let Some(mut tables) = state.tables.clone() else {
            return Ok(None);
        };
        let kept_at = Shelf {
            tenant,
            store_row,
            edition: &row.edition,
        };
        let behind = state.chunk < row.last_chunk;
        while state.chunk < row.last_chunk {
            let Some(chunk) = db.mirrors().next_chunk(tenant, store_row, state.chunk).await? else {
                return Ok(None);
            };
            let number = chunk.number;
            match Content::of(chunk.sealed, key, kept_at, number) {
                None => return Ok(None),
                Some(Content::Change(opening)) => tables.put(&opening.ids, &opening.orders).await?,
                Some(Content::Piece(piece)) => {
                    if let Some(whole) = state.pieces.add(piece, &self.offsets).await? {
                        tables = Arc::new(whole);
                        state.tables = Some(tables.clone());
                    }
                }
            }
            state.chunk = number;
        }
        if behind {
            // What others put in may be another state of an order that came here last.
            state.recent.clear();
            self.weigh(&tables).await?;
        }
        Ok(Some(tables))
    }

    /// Puts in what the chunk of this number changes, which was just stored.
    pub(super) async fn put(&self, edition: &str, number: i64, opening: &Opening) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        let next = state.edition == edition && state.chunk + 1 == number;
        // Else somebody who looked has put it in already, or will.
        if let (Some(tables), true) = (state.tables.clone(), next) {
            tables.put(&opening.ids, &opening.orders).await?;
            state.chunk = number;
            self.weigh(&tables).await?;
        }
        Ok(())
    }

    /// Whether what is open is all of an edition of so many chunks.
    pub(super) async fn is_all_of(&self, edition: &str, chunk: i64) -> bool {
        let state = self.state.lock().await;
        state.edition == edition && state.chunk == chunk
    }

    /// What is open was stored anew, as an edition of so many chunks.
    pub(super) async fn stored_as(&self, edition: &str, chunk: i64) {
        let mut state = self.state.lock().await;
        edition.clone_into(&mut state.edition);
        state.chunk = chunk;
    }

    /// The orders that are not as they came last.
    pub(super) async fn changed(&self, orders: Vec<Kept>) -> Vec<Kept> {
        let mut state = self.state.lock().await;
        if state.recent.len() > RECENT {
            state.recent.clear();
        }
        let mut is_new = |order: &Kept| {
            let mut digest = DefaultHasher::new();
            order.hash(&mut digest);
            let digest = digest.finish();
            state.recent.insert(order.id, digest) != Some(digest)
        };
        orders.into_iter().filter(|order| is_new(order)).collect()
    }

    /// Forgets what orders were when they came last: it may not be what is stored.
    pub(super) async fn forget_recent(&self) {
        self.state.lock().await.recent.clear();
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

    /// What was counted and found right by a count whose time was up a moment ago.
    pub(super) async fn counted(&self) -> BTreeSet<Option<i64>> {
        let counted = self.state.lock().await.counted.take();
        let young = counted.filter(|(at, _)| at.elapsed() < COUNTED);
        young.map(|(_, folders)| folders).unwrap_or_default()
    }

    /// A count goes on behind these folders, or behind all.
    pub(super) async fn counted_to(&self, folders: BTreeSet<Option<i64>>) {
        self.state.lock().await.counted = Some((Instant::now(), folders));
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

    /// As many orders are asked for in one request.
    pub(super) fn page_size(&self) -> u32 {
        self.page_size.load(Ordering::Relaxed)
    }

    /// So many orders at once were more than came through: half of them from now on. False when that is too few already.
    pub(super) fn halve_pages(&self, of: u32) -> bool {
        let is_more = of > SMALLEST_PAGE;
        if is_more {
            self.page_size.store((of / 2).max(SMALLEST_PAGE), Ordering::Relaxed);
        }
        is_more
    }

    async fn weigh(&self, tables: &Tables) -> Result<(), Error> {
        self.bytes.store(tables.bytes().await?, Ordering::Relaxed);
        Ok(())
    }
}
