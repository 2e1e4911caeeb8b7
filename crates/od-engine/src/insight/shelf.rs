//! Where chunks are stored, and how they are sealed there.

use od_db::SealedColumns;
use od_vault::{DataKey, Place};

use super::packed::packed;
use crate::scope::TenantId;
use crate::sealed::IntoColumns as _;

/// Which form orders have in chunks: one of another form does not open, and the copy is made anew.
const FORMAT: u32 = 5;

/// Where a chunk is stored.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub tenant: &'a TenantId,
    pub store_row: &'a str,
    pub edition: &'a str,
}

impl Shelf<'_> {
    /// Compresses and seals what the chunk of this number holds, part by part.
    pub(super) fn seal(self, key: &DataKey, number: i64, parts: &[&[u8]]) -> SealedColumns {
        self.with(number, |place| key.seal(&place, &packed(parts)).into_columns())
    }

    pub(super) fn with<T>(self, number: i64, act: impl FnOnce(Place<'_>) -> T) -> T {
        act(Place {
            tenant: self.tenant.as_str(),
            row: self.store_row,
            field: &format!("mirror/{FORMAT}/{}/{number}", self.edition),
        })
    }
}
