//! What is in memory of a copy.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use od_db::DbError;
use od_db::mirror::Tables;

use super::super::chunk::{Change, Content};
use super::super::image::Pieces;
use super::super::kept::Kept;
use super::under_way::{Counted, Refreshing};

/// Of so many orders it is known what they were when they came last.
pub(super) const RECENT: usize = 10_000;

#[derive(Default)]
pub(super) struct State {
    pub tables: Option<Arc<Tables>>,
    pub edition: String,
    pub chunk: i64,
    /// The last chunk of the image that the edition begins with.
    pub image: i64,
    pieces: Pieces,
    /// Digests of orders as they were put in last: they come again as long as none that is newer does.
    pub recent: HashMap<i64, u64>,
    /// Orders that were written and are older than the copy: no question shows them.
    pub older: HashSet<i64>,
    /// How far a refresh had come whose time was up.
    pub refreshing: Option<(i64, Refreshing)>,
    /// How far a count had come.
    pub counted: Option<Counted>,
}

impl State {
    /// Tables of an edition of which no chunk is in them.
    pub(super) fn begun(edition: &str, tables: Tables) -> Self {
        Self {
            tables: Some(Arc::new(tables)),
            edition: edition.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn is_of(&self, edition: &str, tables: &Arc<Tables>) -> bool {
        self.edition == edition && self.tables.as_ref().is_some_and(|open| Arc::ptr_eq(open, tables))
    }

    pub(super) async fn take_in(
        &mut self,
        number: i64,
        content: Content,
        offsets: &[(i64, i64)],
    ) -> Result<(), DbError> {
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
    pub(super) fn remember(&mut self, change: &Change) {
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

pub(super) fn digest(order: &Kept) -> u64 {
    let mut digest = DefaultHasher::new();
    order.hash(&mut digest);
    digest.finish()
}
