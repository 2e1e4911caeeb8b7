//! Chunks: some orders of a copy, compressed and sealed with the tenant's data key, bound to tenant, store and chunk.

use od_db::{MirrorChunk, SealedColumns};
use od_vault::DataKey;
use secrecy::ExposeSecret;

use super::image::Piece;
use super::kept::Kept;
use super::packed::unpacked_bytes;
use super::shelf::Shelf;
use crate::sealed::IntoSealed as _;

/// As long as a chunk may be once it is opened, in bytes: five hundred orders are a hundredth of this.
const LONGEST: u64 = 256 * 1024 * 1024;

/// What a chunk changes: orders that are put in, and orders that are not there any more.
#[derive(Default)]
pub(super) struct Change {
    pub orders: Vec<Kept>,
    pub gone: Vec<i64>,
}

/// What is in a chunk.
pub(super) enum Content {
    Change(Opening),
    Piece(Piece),
}

/// A change as the tables take it: two JSON arrays.
pub(super) struct Opening {
    /// The ids of all orders that it is about.
    pub ids: String,
    pub orders: String,
}

impl Change {
    pub(super) fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.gone.is_empty()
    }

    /// As the tables take it. Nothing when it cannot be written as JSON.
    pub(super) fn opening(&self) -> Option<Opening> {
        let ids: Vec<i64> = self
            .gone
            .iter()
            .copied()
            .chain(self.orders.iter().map(|order| order.id))
            .collect();
        Some(Opening {
            ids: serde_json::to_string(&ids).ok()?,
            orders: serde_json::to_string(&self.orders).ok()?,
        })
    }

    /// The chunk of this number.
    pub(super) fn seal(&self, opening: &Opening, key: &DataKey, kept_at: Shelf<'_>, number: i64) -> MirrorChunk {
        let added = self.orders.iter().map(|order| order.added * 1000);
        MirrorChunk {
            number,
            orders: i64::try_from(self.orders.len()).unwrap_or(i64::MAX),
            oldest: added.clone().min().unwrap_or(0),
            newest: added.max().unwrap_or(0),
            sealed: kept_at.seal(key, number, &[opening.ids.as_bytes(), b"\n", opening.orders.as_bytes()]),
        }
    }
}

impl Content {
    /// Nothing when it is not as it was written.
    pub(super) fn of(sealed: SealedColumns, key: &DataKey, kept_at: Shelf<'_>, number: i64) -> Option<Self> {
        let opened = kept_at.with(number, |place| key.open(&place, &sealed.into_sealed()).ok())?;
        let bytes = unpacked_bytes(opened.expose_secret(), LONGEST)?;
        if bytes.first() != Some(&b'[') {
            return Piece::of(bytes).map(Self::Piece);
        }
        // JSON has no line end but in white space, which is not written.
        let text = String::from_utf8(bytes).ok()?;
        let (ids, orders) = text.split_once('\n')?;
        Some(Self::Change(Opening {
            ids: ids.to_owned(),
            orders: orders.to_owned(),
        }))
    }
}
