//! What a change altered, as it is kept beside its entry: sealed with the tenant's data key, which opens with a live
//! credential of the tenant and with nothing else.
//!
//! It is bound to its tenant and its entry. It stands in the entry's own row, so that one statement writes both and whatever
//! removes the row removes it, and its sealed bytes are part of what the entry's digest signs: `audit verify`, which opens
//! nothing, finds one that was removed or exchanged.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use od_db::SealedColumns;
use od_vault::Place;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::difference::Altered;
use crate::error::Error;
use crate::scope::{Identity, TenantId};
use crate::sealed::{IntoColumns as _, IntoSealed as _};

mod bounds;

#[cfg(test)]
mod tests;

use bounds::Bounds;

/// Of a longer one, in bytes of JSON, values are left out, the longest first. Records that Order Desk sends are a hundredth of this.
const MOST: usize = 2 * 1024 * 1024;
/// As much of it may be stored, in bytes before base64: a tenant that changes much must not fill the host's disk with it.
const MOST_STORED: usize = 256 * 1024;
/// Shorter ones are not deflated. Most are, and would save little.
const DEFLATED_FROM: usize = 1024;

/// The first byte that is sealed says how the others are to be read.
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

/// What a change altered, record by record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The records, with their changes.
    pub records: Vec<Altered>,
    /// How many bytes of JSON were left out in all, when it was too large to be kept whole. Each change tells its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out_bytes: Option<u64>,
}

impl Difference {
    pub(crate) fn of(records: Vec<Altered>) -> Self {
        Self {
            records,
            left_out_bytes: None,
        }
    }

    /// Sealed for this entry. Nothing for no records.
    pub(crate) fn seal(self, identity: &Identity, entry_id: &str) -> SealedColumns {
        // Nobody changes a record without the key to the API's.
        let (false, Ok(data_key)) = (self.records.is_empty(), identity.data_key()) else {
            return SealedColumns::default();
        };
        let stored = self.stored().unwrap_or_else(|_| self.fitted());
        let place = place(identity.tenant(), entry_id);
        data_key.seal(&place, &stored).into_columns()
    }

    /// Opened, when `identity` is of the entry's tenant.
    ///
    /// # Errors
    /// [`Error::Internal`] when it does not open: it is not as it was written.
    pub(super) fn open(sealed: SealedColumns, identity: &Identity, entry_id: &str) -> Result<Self, Error> {
        let damaged = || Error::Internal("a sealed difference does not open: it is not as it was written");
        let place = place(identity.tenant(), entry_id);
        let stored = identity.data_key()?.open(&place, &sealed.into_sealed());
        let stored = stored.map_err(|_| damaged())?;
        let read = match stored.expose_secret().split_first() {
            Some((&PLAIN, json)) => serde_json::from_slice(json).ok(),
            // As long as it may have been, and no longer.
            Some((&DEFLATED, bytes)) => {
                let mut json = Vec::new();
                let mut text = DeflateDecoder::new(bytes).take(MOST as u64);
                let read = text.read_to_end(&mut json).ok();
                read.and_then(|_| serde_json::from_slice(&json).ok())
            }
            _ => None,
        };
        read.ok_or_else(damaged)
    }

    /// As it is sealed.
    fn stored(&self) -> Result<Vec<u8>, TooLarge> {
        let mut stored = vec![PLAIN];
        // Values always serialise: their keys are strings, and a vector takes everything.
        if serde_json::to_writer(&mut stored, self).is_err() {
            return Err(TooLarge);
        }
        let size = stored.len() - 1;
        if (DEFLATED_FROM..=MOST).contains(&size) {
            stored = deflated(&stored[1..]).map_err(|_| TooLarge)?;
        }
        if size > MOST || stored.len() > MOST_STORED {
            return Err(TooLarge);
        }
        Ok(stored)
    }

    /// As it is sealed, without as little as fits. What was before can be read nowhere else, so of that as much is kept as
    /// can be; then as much of what is there now as there is room for. The bounds are few: each costs a copy.
    fn fitted(&self) -> Vec<u8> {
        let fits = |bounds: &Bounds| self.within(bounds).stored().is_ok();
        let before = Bounds::ALL.partition_point(|bounds| !fits(bounds));
        let Some(before) = Bounds::ALL.get(before) else {
            return self.within(&Bounds::NOTHING).stored().unwrap_or_default();
        };
        let with_after: Vec<Bounds> = Bounds::LENGTHS.map(|after| Bounds { after, ..*before }).into();
        let after = with_after.partition_point(|bounds| !fits(bounds));
        let bounds = with_after.get(after).unwrap_or(before);
        self.within(bounds).stored().unwrap_or_default()
    }

    fn within(&self, bounds: &Bounds) -> Self {
        let (records, left_out): (_, Vec<u64>) = self.records.iter().map(|record| bounds.keep(record)).unzip();
        Self {
            records,
            left_out_bytes: Some(left_out.iter().sum()),
        }
    }
}

struct TooLarge;

fn deflated(json: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(vec![DEFLATED], Compression::fast());
    encoder.write_all(json)?;
    encoder.finish()
}

fn place<'a>(tenant: &'a TenantId, entry_id: &'a str) -> Place<'a> {
    Place {
        tenant: tenant.as_str(),
        row: entry_id,
        field: "audit_difference",
    }
}
