//! The whole of a copy as chunks: pieces of the bytes that its tables are, which open in a moment, where orders that are put in one
//! by one take seconds.

use od_db::mirror::{Image, Tables};
use od_db::{DbError, MirrorChunk};
use od_vault::DataKey;

use super::shelf::Shelf;

/// Bytes of a piece.
const PIECE: usize = 1024 * 1024;

const TABLES: u8 = b't';
const FACTS: u8 = b'f';

/// Some bytes of an image.
pub(super) struct Piece {
    part: u8,
    /// How many pieces come after it.
    left: u32,
    bytes: Vec<u8>,
}

/// An image of which not all pieces are there yet.
#[derive(Default)]
pub(super) struct Pieces {
    tables: Vec<u8>,
    facts: Vec<u8>,
}

/// An image of which all pieces are there.
pub(super) struct Whole {
    tables: Vec<u8>,
    facts: Vec<u8>,
}

/// The chunks of an image, numbered from 1.
pub(super) async fn chunks(image: &Image, key: &DataKey, kept_at: Shelf<'_>) -> Vec<MirrorChunk> {
    let of = |part: u8, bytes| <[u8]>::chunks(bytes, PIECE).map(move |piece| (part, piece));
    let pieces: Vec<_> = of(TABLES, image.tables.as_ref())
        .chain(of(FACTS, &image.facts))
        .collect();
    let mut chunks = Vec::with_capacity(pieces.len());
    let mut left = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
    for (number, (part, bytes)) in (1..).zip(pieces) {
        left = left.saturating_sub(1);
        chunks.push(MirrorChunk {
            number,
            orders: 0,
            oldest: 0,
            newest: 0,
            sealed: kept_at.seal(key, number, &[&[part], &left.to_le_bytes(), bytes]),
        });
        // Each takes milliseconds, in which nobody else gets on.
        tokio::task::yield_now().await;
    }
    chunks
}

impl Piece {
    /// Nothing when it is not as it was written.
    pub(super) fn of(mut bytes: Vec<u8>) -> Option<Self> {
        let (part, rest) = bytes.split_first()?;
        let (left, rest) = rest.split_first_chunk()?;
        let (part, left, head) = (*part, u32::from_le_bytes(*left), bytes.len() - rest.len());
        bytes.drain(..head);
        Some(Self { part, left, bytes })
    }
}

impl Pieces {
    /// Adds the next piece. All of them when it was the last.
    pub(super) fn add(&mut self, piece: Piece) -> Option<Whole> {
        let Piece { part, left, bytes } = piece;
        let part = if part == FACTS {
            &mut self.facts
        } else {
            &mut self.tables
        };
        part.extend(bytes);
        if left > 0 {
            return None;
        }
        let Self { tables, facts } = std::mem::take(self);
        Some(Whole { tables, facts })
    }
}

impl Whole {
    /// The tables, with the days of these offsets.
    ///
    /// # Errors
    /// [`DbError::Corrupt`] when the bytes are not those of an image.
    pub(super) async fn open(&self, offsets: &[(i64, i64)]) -> Result<Tables, DbError> {
        Tables::restore(&self.tables, &self.facts, offsets).await
    }
}
