//! Which root key the rows of credentials were made with.

use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, MasterKeyRow, MasterKeys, SealedColumns, SessionRow, Sessions, TenantId, TokenRow, Tokens};

/// A credential that may be used and was made with another root key than the one asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderAnother {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// `master_key`, `session`, or a token's kind.
    pub kind: String,
    /// What listings show of it.
    pub prefix: String,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
}

from_row! { UnderAnother: tenant_id, kind, prefix, last_used_at, expires_at }

impl Db {
    /// The credentials of all tenants that may be used at `now` and were not made with the root key of this id. Codes and refresh
    /// tokens that were used do not count: what replaced them does.
    pub async fn under_another_root(&self, root: &str, now: i64) -> Result<Vec<UnderAnother>, DbError> {
        const SQL: &str = "SELECT tenant_id, 'master_key' AS kind, prefix, last_used_at, expires_at \
             FROM master_key_metadata \
             WHERE root_key <> $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) \
             UNION ALL SELECT t.tenant_id, t.kind, t.prefix, t.last_used_at, t.expires_at \
             FROM tokens t LEFT JOIN oauth_grants g ON g.tenant_id = t.tenant_id AND g.id = t.grant_id \
             WHERE t.root_key <> $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) \
             AND g.revoked_at IS NULL AND (t.kind NOT IN ('code', 'refresh') OR (t.used_at IS NULL AND t.superseded_at IS NULL)) \
             UNION ALL SELECT tenant_id, 'session', prefix, last_activity_at, expires_at FROM sessions \
             WHERE root_key <> $1 AND revoked_at IS NULL AND expires_at > $2 \
             ORDER BY 1, 2, 3";
        Ok(read!(self, conn => sqlx::query_as(SQL).bind(root).bind(now).fetch_all(conn).await?))
    }

    /// Names the root key of rows that do not tell theirs: master keys of releases before.
    pub async fn name_root(&self, root: &str) -> Result<(), DbError> {
        const ANY: &str = "SELECT COUNT(*) FROM master_key_metadata WHERE root_key = ''";
        const NAME: &str = "UPDATE master_key_metadata SET root_key = $1 WHERE root_key = ''";
        let nameless: i64 = read!(self, conn => sqlx::query_scalar(ANY).fetch_one(conn).await?);
        if nameless > 0 {
            write_one!(self, conn => sqlx::query(NAME).bind(root).execute(conn).await.map(drop)?);
        }
        Ok(())
    }
}

/// What a credential's row has from the root key it was made with.
#[derive(Debug, Clone, Copy)]
pub struct MadeWith<'a> {
    /// What it is found by.
    pub digest: &'a str,
    /// Salt of the derivation, base64.
    pub salt: &'a str,
    /// The tenant's data key, sealed.
    pub data_key: &'a SealedColumns,
    /// The root key's id.
    pub root_key: &'a str,
}

/// Binds all of it after the two values that name the row: $3 to $8, and $9 for the digest before.
macro_rules! bind_made {
    ($query:expr, $tenant:expr, $id:expr, $made:expr, $before:expr) => {
        $query
            .bind($tenant)
            .bind($id)
            .bind($made.digest)
            .bind($made.salt)
            .bind(&$made.data_key.ciphertext)
            .bind(&$made.data_key.tag)
            .bind(&$made.data_key.nonce)
            .bind($made.root_key)
            .bind($before)
    };
}

impl MasterKeys<'_> {
    /// Makes a key's row one of another root key, with the hash that goes with it. False when the row is not any more what it
    /// was, `before`: it has ended, or somebody else was quicker.
    pub async fn make_anew(&self, before: &MasterKeyRow, made: MadeWith<'_>, hash: &str) -> Result<bool, DbError> {
        const KEY: &str = "UPDATE master_key_metadata SET lookup_index = $3, salt = $4, data_key_ciphertext = $5, \
             data_key_tag = $6, data_key_nonce = $7, root_key = $8, hash = $10 \
             WHERE tenant_id = $1 AND id = $2 AND lookup_index = $9 AND revoked_at IS NULL AND data_key_ciphertext <> ''";
        // As far as it is the tenant's current key.
        const TENANT: &str = "UPDATE tenants SET master_key_hash = $2, master_key_salt = $3 \
             WHERE id = $1 AND master_key_hash = $4";
        let (tenant, id) = (&before.tenant_id, &before.id);
        Ok(transaction!(self.db, conn => {
            let query = bind_made!(sqlx::query(KEY), tenant, id, made, &before.lookup).bind(hash);
            let done = query.execute(&mut *conn).await?.rows_affected() > 0;
            if done {
                let query = sqlx::query(TENANT).bind(tenant).bind(hash).bind(made.salt).bind(&before.hash);
                query.execute(&mut *conn).await?;
            }
            done
        }))
    }
}

impl Tokens<'_> {
    /// Makes a token's row one of another root key. False when the row is not any more what it was, `before`, and when its copy
    /// of the data key was destroyed meanwhile: what has ended is not given a new one.
    pub async fn make_anew(&self, before: &TokenRow, made: MadeWith<'_>) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE tokens SET digest = $3, salt = $4, data_key_ciphertext = $5, data_key_tag = $6, \
             data_key_nonce = $7, root_key = $8 WHERE tenant_id = $1 AND id = $2 AND digest = $9 AND revoked_at IS NULL \
             AND data_key_ciphertext <> ''";
        Ok(write_one!(self.db, conn => {
            let query = bind_made!(sqlx::query(SQL), &before.tenant_id, &before.id, made, &before.digest);
            query.execute(conn).await?.rows_affected() > 0
        }))
    }
}

impl Sessions<'_> {
    /// Makes a session's row one of another root key. False as for [`Tokens::make_anew`].
    pub async fn make_anew(&self, before: &SessionRow, made: MadeWith<'_>) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE sessions SET token_digest = $3, salt = $4, data_key_ciphertext = $5, data_key_tag = $6, \
             data_key_nonce = $7, root_key = $8 WHERE tenant_id = $1 AND id = $2 AND token_digest = $9 AND revoked_at IS NULL \
             AND data_key_ciphertext <> ''";
        Ok(write_one!(self.db, conn => {
            let query = bind_made!(sqlx::query(SQL), &before.tenant_id, &before.id, made, &before.token_digest);
            query.execute(conn).await?.rows_affected() > 0
        }))
    }
}
