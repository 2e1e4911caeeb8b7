//! What a copy remembers between calls: how far work had come whose time was up, and which orders are none of its own.

use std::collections::BTreeSet;

use super::Opened;
use super::state::RECENT;

/// How far a refresh has come. It goes on there as long as nobody else has brought the copy further.
#[derive(Clone, Copy, Debug)]
pub(in crate::insight) struct Refreshing {
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
pub(in crate::insight) struct Counted {
    pub began: i64,
    /// When the newest of it was counted.
    pub left: i64,
    /// What was found right, or was mended.
    pub folders: BTreeSet<Option<i64>>,
    /// So many orders were not as the copy had them.
    pub differed: usize,
}

impl Opened {
    /// Where the refresh goes on whose time was up when the copy had so many chunks.
    pub(in crate::insight) async fn refreshing(&self, chunk: i64) -> Option<Refreshing> {
        let state = self.state.lock().await;
        state
            .refreshing
            .filter(|(at, _)| *at == chunk)
            .map(|(_, refreshing)| refreshing)
    }

    /// How far a refresh is, now that the copy has so many chunks; nothing when it is done.
    pub(in crate::insight) async fn refreshed_to(&self, chunk: i64, refreshing: Option<Refreshing>) {
        self.state.lock().await.refreshing = refreshing.map(|refreshing| (chunk, refreshing));
    }

    /// How far a count had come that was not done.
    pub(in crate::insight) async fn counted(&self) -> Option<Counted> {
        self.state.lock().await.counted.clone()
    }

    /// A count is so far; nothing when it is done.
    pub(in crate::insight) async fn counted_to(&self, counted: Option<Counted>) {
        self.state.lock().await.counted = counted;
    }

    /// Those of these orders that may be in the copy.
    pub(in crate::insight) async fn not_older(&self, orders: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let state = self.state.lock().await;
        orders
            .into_iter()
            .filter(|order| !state.older.contains(order))
            .collect()
    }

    /// This order was added before the copy begins.
    pub(in crate::insight) async fn is_older(&self, order: i64) {
        let mut state = self.state.lock().await;
        if state.older.len() < RECENT {
            state.older.insert(order);
        }
    }
}
