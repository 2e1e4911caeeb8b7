//! The row of a master key, and how a whole one is written.

use std::fmt;

use crate::row::from_row;
use crate::{SealedColumns, TenantId};

/// A master key as far as it may be stored: never the key itself.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKeyRow {
    /// The credential's id.
    pub id: String,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// The key's first characters, for listings.
    pub prefix: String,
    /// What people call it.
    pub label: Option<String>,
    /// Keyed digest of the key: what it is found by.
    pub lookup: String,
    /// bcrypt hash.
    pub hash: String,
    /// Salt of the key's derivation, base64.
    pub salt: String,
    /// The tenant's data key, sealed with this key. Empty once the key is revoked.
    pub data_key: SealedColumns,
    /// When it was made.
    pub created_at: i64,
    /// When it last signed in.
    pub last_used_at: Option<i64>,
    /// When it stops working by itself.
    pub expires_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// Why it was revoked.
    pub reason: Option<String>,
    /// Which root key digest, hash and sealed copy were made with; empty in a row that nobody named it for yet.
    pub root_key: String,
}

from_row! {
    MasterKeyRow:
    id, tenant_id, prefix, label, lookup, hash, salt, created_at, last_used_at, expires_at, revoked_at, reason,
    root_key; data_key
}

/// Shows what a listing would.
impl fmt::Debug for MasterKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKeyRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("prefix", &self.prefix)
            .field("label", &self.label)
            .field("data_key", &self.data_key)
            .field("created_at", &self.created_at)
            .field("last_used_at", &self.last_used_at)
            .field("expires_at", &self.expires_at)
            .field("revoked_at", &self.revoked_at)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

pub(crate) const INSERT: &str = "INSERT INTO master_key_metadata (id, tenant_id, prefix, label, lookup_index, hash, \
     salt, data_key_ciphertext, data_key_tag, data_key_nonce, created_at, last_used_at, expires_at, revoked_at, reason, root_key) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// Binds a whole [`MasterKeyRow`] to [`INSERT`].
macro_rules! bind_all {
    ($query:expr, $key:expr) => {
        $query
            .bind(&$key.id)
            .bind(&$key.tenant_id)
            .bind(&$key.prefix)
            .bind(&$key.label)
            .bind(&$key.lookup)
            .bind(&$key.hash)
            .bind(&$key.salt)
            .bind(&$key.data_key.ciphertext)
            .bind(&$key.data_key.tag)
            .bind(&$key.data_key.nonce)
            .bind($key.created_at)
            .bind($key.last_used_at)
            .bind($key.expires_at)
            .bind($key.revoked_at)
            .bind(&$key.reason)
            .bind(&$key.root_key)
    };
}
pub(crate) use bind_all;
