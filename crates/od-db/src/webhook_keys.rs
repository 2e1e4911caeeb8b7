//! What checks the posts of stores whose webhook is switched on.

use std::fmt;

use crate::pool::{read, write_one};
use crate::row::from_row;
use crate::{Backend, Db, DbError, SealedColumns, TenantId};

/// A store's webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookKeyRow {
    /// The row's id; the sealing of the token is bound to it. Another address is another row.
    pub id: String,
    /// The store's owner.
    pub tenant_id: TenantId,
    /// The store's row id; the sealing of the key is bound to it.
    pub store_row_id: String,
    /// Keyed digest of the token in the address: what the store is found by.
    pub token_digest: String,
    /// The token, sealed with the tenant's data key.
    pub token_ciphertext: String,
    /// Its tag.
    pub token_tag: String,
    /// Its nonce.
    pub token_nonce: String,
    /// What checks posts, sealed with the root key.
    pub key: SealedColumns,
    /// Which root key that is.
    pub root_key: String,
    /// When the address was made.
    pub created_at: i64,
}

from_row! {
    WebhookKeyRow:
    id, tenant_id, store_row_id, token_digest, token_ciphertext, token_tag, token_nonce, root_key, created_at; key
}

impl WebhookKeyRow {
    /// The sealed token.
    pub fn token(&self) -> SealedColumns {
        SealedColumns {
            ciphertext: self.token_ciphertext.clone(),
            tag: self.token_tag.clone(),
            nonce: self.token_nonce.clone(),
        }
    }
}

/// Shows neither token nor key.
impl fmt::Debug for WebhookKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookKeyRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("store_row_id", &self.store_row_id)
            .field("key", &self.key)
            .field("root_key", &self.root_key)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// A webhook with the store that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundWebhook {
    /// The webhook.
    pub webhook: WebhookKeyRow,
    /// Order Desk's id of the store.
    pub store_id: String,
}

from_row! { FoundWebhook: store_id; webhook }

macro_rules! columns {
    () => {
        "w.id, w.tenant_id, w.store_row_id, w.token_digest, w.token_ciphertext, w.token_tag, w.token_nonce, \
         w.key_ciphertext AS ciphertext, w.key_tag AS tag, w.key_nonce AS nonce, w.root_key, w.created_at"
    };
}

/// Puts a webhook in place of the one before, made of the key that the store has, whose row is `held`.
macro_rules! put {
    ($held:literal) => {
        concat!(
            "INSERT INTO webhook_keys (id, tenant_id, store_row_id, token_digest, token_ciphertext, token_tag, \
             token_nonce, key_ciphertext, key_tag, key_nonce, root_key, created_at) \
             SELECT $1, s.tenant_id, s.id, $4, $5, $6, $7, $8, $9, $10, $11, CAST($12 AS BIGINT) FROM stores s \
             WHERE s.tenant_id = $2 AND s.id = $3 AND s.api_key_ciphertext = $13 AND s.api_key_nonce = $14 ",
            $held,
            "ON CONFLICT (tenant_id, store_row_id) DO UPDATE SET id = excluded.id, token_digest = excluded.token_digest, \
             token_ciphertext = excluded.token_ciphertext, token_tag = excluded.token_tag, token_nonce = excluded.token_nonce, \
             key_ciphertext = excluded.key_ciphertext, key_tag = excluded.key_tag, key_nonce = excluded.key_nonce, \
             root_key = excluded.root_key, created_at = excluded.created_at WHERE webhook_keys.id = $15"
        )
    };
}

/// The webhooks' methods; see [`Db::webhook_keys`].
#[derive(Debug)]
pub struct WebhookKeys<'a> {
    pub(crate) db: &'a Db,
}

impl WebhookKeys<'_> {
    /// The webhook with this digest, in one indexed query; none of a tenant that is closed.
    pub async fn find(&self, token_digest: &str) -> Result<Option<FoundWebhook>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", s.store_id FROM webhook_keys w JOIN stores s ON s.tenant_id = w.tenant_id AND s.id = w.store_row_id \
             JOIN tenants t ON t.id = w.tenant_id WHERE w.token_digest = $1 AND t.disabled_at IS NULL"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(token_digest).fetch_optional(conn).await?))
    }

    /// The webhook of a store, if it is switched on.
    pub async fn get(&self, tenant: &TenantId, store_row_id: &str) -> Result<Option<WebhookKeyRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM webhook_keys w WHERE w.tenant_id = $1 AND w.store_row_id = $2"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(store_row_id).fetch_optional(conn).await?))
    }

    /// Switches a store's webhook on, in place of the one that it had, whose id is `replaced`. False, and nothing is changed, when
    /// it has another one by now, and when the store is gone or has another API key than the one of which `row` was made.
    pub async fn put(
        &self,
        tenant: &TenantId,
        row: &WebhookKeyRow,
        made_of: &SealedColumns,
        replaced: Option<&str>,
    ) -> Result<bool, DbError> {
        row.tenant_id.must_be(tenant)?;
        let sql = match self.db.backend() {
            Backend::Sqlite => put!(""),
            // Whoever gives the store another key at this moment holds its row: waits for him, and looks at the key again. SQLite
            // has one who writes.
            Backend::Postgres => put!("FOR SHARE OF s "),
        };
        let done = write_one!(self.db, conn => {
            sqlx::query(sql)
                .bind(&row.id)
                .bind(tenant)
                .bind(&row.store_row_id)
                .bind(&row.token_digest)
                .bind(&row.token_ciphertext)
                .bind(&row.token_tag)
                .bind(&row.token_nonce)
                .bind(&row.key.ciphertext)
                .bind(&row.key.tag)
                .bind(&row.key.nonce)
                .bind(&row.root_key)
                .bind(row.created_at)
                .bind(&made_of.ciphertext)
                .bind(&made_of.nonce)
                .bind(replaced.unwrap_or_default())
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }

    /// Switches a store's webhook off. False when it was off.
    pub async fn remove(&self, tenant: &TenantId, store_row_id: &str) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM webhook_keys WHERE tenant_id = $1 AND store_row_id = $2";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(store_row_id).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// The webhooks of all tenants whose keys are sealed with another root key than the one of this id.
    pub async fn under_another_root(&self, root: &str) -> Result<Vec<WebhookKeyRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM webhook_keys w WHERE w.root_key <> $1 ORDER BY w.id"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(root).fetch_all(conn).await?))
    }

    /// Puts the key, sealed with another root key, in the place of what it was in `before`. False when that is not there any
    /// more.
    pub async fn seal_anew(
        &self,
        before: &WebhookKeyRow,
        key: &SealedColumns,
        root_key: &str,
    ) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE webhook_keys SET key_ciphertext = $3, key_tag = $4, key_nonce = $5, root_key = $6 \
             WHERE tenant_id = $1 AND id = $2 AND key_ciphertext = $7 AND key_nonce = $8";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(&before.tenant_id)
                .bind(&before.id)
                .bind(&key.ciphertext)
                .bind(&key.tag)
                .bind(&key.nonce)
                .bind(root_key)
                .bind(&before.key.ciphertext)
                .bind(&before.key.nonce)
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }
}
