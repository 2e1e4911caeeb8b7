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

#[cfg(test)]
mod tests;

/// Of a longer one, in bytes of JSON, the values are left out. Records that Order Desk sends are a hundredth of this.
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
    /// Whether it is unknown that this took place: the changes are those that were sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_uncertain: bool,
    /// How many bytes of JSON it was when it was too large to be kept. The records are then named without their changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out_bytes: Option<u64>,
}

impl Difference {
    pub(crate) fn of(records: Vec<Altered>, is_uncertain: bool) -> Self {
        Self {
            records,
            is_uncertain,
            left_out_bytes: None,
        }
    }

    /// Sealed for this entry. Nothing for no records.
    pub(crate) fn seal(self, identity: &Identity, entry_id: &str) -> SealedColumns {
        if self.records.is_empty() {
            return SealedColumns::default();
        }
        let bytes = self.stored();
        let stored = match bytes {
            Ok(stored) => stored,
            Err(TooLarge(size)) => self.without_values(size).stored().unwrap_or_default(),
        };
        let place = place(identity.tenant(), entry_id);
        identity.data_key().seal(&place, &stored).into_columns()
    }

    /// Opened, when `identity` is of the entry's tenant.
    ///
    /// # Errors
    /// [`Error::Internal`] when it does not open: it is not as it was written.
    pub(super) fn open(sealed: SealedColumns, identity: &Identity, entry_id: &str) -> Result<Self, Error> {
        let damaged = || Error::Internal("a sealed difference does not open: it is not as it was written");
        let place = place(identity.tenant(), entry_id);
        let stored = identity.data_key().open(&place, &sealed.into_sealed());
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
            return Err(TooLarge(0));
        }
        let size = stored.len() - 1;
        if (DEFLATED_FROM..=MOST).contains(&size) {
            stored = deflated(&stored[1..]).map_err(|_| TooLarge(size))?;
        }
        if size > MOST || stored.len() > MOST_STORED {
            return Err(TooLarge(size));
        }
        Ok(stored)
    }

    fn without_values(mut self, size: usize) -> Self {
        for record in &mut self.records {
            record.changes.clear();
        }
        self.left_out_bytes = Some(size as u64);
        self
    }
}

/// So many bytes of JSON.
struct TooLarge(usize);

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
