//! The row of a token, and how a whole one is written.

use std::fmt;

use crate::row::from_row;
use crate::{SealedColumns, TenantId};

/// A token as far as it may be stored: never its text.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The row's id.
    pub id: String,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// `personal`, `code`, `access` or `refresh`.
    pub kind: String,
    /// What it was handed out for; none for a personal token.
    pub grant_id: Option<String>,
    /// What it was given for: the code, for the first tokens of a grant, or a refresh token.
    pub parent_id: Option<String>,
    /// Its first characters, for listings.
    pub prefix: String,
    /// What people call it.
    pub label: Option<String>,
    /// Keyed digest of the token: what it is found by.
    pub digest: String,
    /// Salt of the token's derivation, base64.
    pub salt: String,
    /// The tenant's data key, sealed with this token. Empty once it has ended.
    pub data_key: SealedColumns,
    /// What it may do: permissions with blanks between them.
    pub scopes: String,
    /// The stores that it may see, as a JSON list of Order Desk's ids; none for all.
    pub stores: Option<String>,
    /// Of a code: where the client waits for it.
    pub redirect_uri: Option<String>,
    /// Of a code: what its verifier has to fit (RFC 7636).
    pub code_challenge: Option<String>,
    /// What it was asked for (RFC 8707).
    pub resource: Option<String>,
    /// Which root key digest and sealed copy were made with.
    pub root_key: String,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// Of a code: when it was exchanged. Of a refresh token: when its present window opened (see
    /// [`OAuthGrants::refresh`](crate::OAuthGrants::refresh)).
    pub used_at: Option<i64>,
    /// Of a refresh token: when something that it gave was first used.
    pub answered_at: Option<i64>,
    /// Of a refresh token: when another one of its grant was used, since it was made.
    pub superseded_at: Option<i64>,
    /// When it was ended.
    pub revoked_at: Option<i64>,
    /// Why it was ended.
    pub reason: Option<String>,
}

from_row! {
    TokenRow:
    id, tenant_id, kind, grant_id, parent_id, prefix, label, digest, salt, scopes, stores, redirect_uri, code_challenge,
    resource, root_key, created_at, last_used_at, expires_at, used_at, answered_at, superseded_at, revoked_at, reason; data_key
}

/// Shows what a listing would.
impl fmt::Debug for TokenRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("kind", &self.kind)
            .field("grant_id", &self.grant_id)
            .field("prefix", &self.prefix)
            .field("label", &self.label)
            .field("data_key", &self.data_key)
            .field("scopes", &self.scopes)
            .field("stores", &self.stores)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("used_at", &self.used_at)
            .field("answered_at", &self.answered_at)
            .field("superseded_at", &self.superseded_at)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}

pub(crate) const INSERT: &str = "INSERT INTO tokens (id, tenant_id, kind, grant_id, parent_id, prefix, label, digest, \
     salt, data_key_ciphertext, data_key_tag, data_key_nonce, scopes, stores, redirect_uri, code_challenge, resource, \
     root_key, created_at, last_used_at, expires_at, used_at, answered_at, superseded_at, revoked_at, reason) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
     $25, $26)";

/// Binds a whole [`TokenRow`] to [`INSERT`].
macro_rules! bind_all {
    ($query:expr, $token:expr) => {
        $query
            .bind(&$token.id)
            .bind(&$token.tenant_id)
            .bind(&$token.kind)
            .bind(&$token.grant_id)
            .bind(&$token.parent_id)
            .bind(&$token.prefix)
            .bind(&$token.label)
            .bind(&$token.digest)
            .bind(&$token.salt)
            .bind(&$token.data_key.ciphertext)
            .bind(&$token.data_key.tag)
            .bind(&$token.data_key.nonce)
            .bind(&$token.scopes)
            .bind(&$token.stores)
            .bind(&$token.redirect_uri)
            .bind(&$token.code_challenge)
            .bind(&$token.resource)
            .bind(&$token.root_key)
            .bind($token.created_at)
            .bind($token.last_used_at)
            .bind($token.expires_at)
            .bind($token.used_at)
            .bind($token.answered_at)
            .bind($token.superseded_at)
            .bind($token.revoked_at)
            .bind(&$token.reason)
    };
}
pub(crate) use bind_all;
