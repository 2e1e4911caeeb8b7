//! Registered Order Desk stores and their sealed API keys.

use std::fmt;

use crate::error::refuse_nul;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId, fold_name};

/// What to change about a store. What is `None` is not written: it stays whatever it is by then.
#[derive(Debug, Clone, Copy, Default)]
pub struct StoreChange<'a> {
    /// Another name.
    pub store_name: Option<&'a str>,
    /// Another remark, or none.
    pub label: Option<Option<&'a str>>,
    /// Another API key.
    pub api_key: Option<NewApiKey<'a>>,
}

/// An API key that takes the place of another one.
#[derive(Debug, Clone, Copy)]
pub struct NewApiKey<'a> {
    /// The key, sealed.
    pub sealed: &'a SealedColumns,
    /// What checks posts that are signed with it, sealed: for the store's webhook, if it has one.
    pub webhook_key: &'a SealedColumns,
    /// The id of the root key that `webhook_key` is sealed with.
    pub root_key: &'a str,
}

/// A store a tenant has registered.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreRow {
    /// The row's id; the sealing of the API key is bound to it.
    pub id: String,
    /// The owner.
    pub tenant_id: TenantId,
    /// Order Desk's id of the store. Unique per tenant.
    pub store_id: String,
    /// What the tenant calls it. Unique per tenant, compared without case.
    pub store_name: String,
    /// A remark.
    pub label: Option<String>,
    /// The API key, sealed with the tenant's data key.
    pub api_key: SealedColumns,
    /// The store's settings as JSON, as last fetched.
    pub settings: Option<String>,
    /// When they were asked for.
    pub settings_at: Option<i64>,
    /// When the store was registered.
    pub created_at: i64,
    /// When this row last changed, cached settings apart.
    pub updated_at: i64,
}

from_row! {
    StoreRow:
    id, tenant_id, store_id, store_name, label, settings, settings_at, created_at, updated_at; api_key
}

/// Shows what a listing would.
impl fmt::Debug for StoreRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("store_id", &self.store_id)
            .field("store_name", &self.store_name)
            .field("label", &self.label)
            .field("settings_at", &self.settings_at)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, store_id, store_name, label, api_key_ciphertext AS ciphertext, api_key_tag AS tag, \
         api_key_nonce AS nonce, settings, settings_at, created_at, updated_at"
    };
}

/// The stores' methods; see [`Db::stores`].
#[derive(Debug)]
pub struct Stores<'a> {
    pub(crate) db: &'a Db,
}

impl Stores<'_> {
    /// Registers a store. [`DbError::Duplicate`] tells a taken store id from a taken name.
    pub async fn insert(&self, tenant: &TenantId, store: &StoreRow) -> Result<(), DbError> {
        const SQL: &str = "INSERT INTO stores (id, tenant_id, store_id, store_name, store_name_folded, label, \
             api_key_ciphertext, api_key_tag, api_key_nonce, settings, settings_at, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        store.check(tenant)?;
        write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(&store.id)
                .bind(tenant)
                .bind(&store.store_id)
                .bind(&store.store_name)
                .bind(fold_name(&store.store_name))
                .bind(&store.label)
                .bind(&store.api_key.ciphertext)
                .bind(&store.api_key.tag)
                .bind(&store.api_key.nonce)
                .bind(&store.settings)
                .bind(store.settings_at)
                .bind(store.created_at)
                .bind(store.updated_at)
                .execute(conn)
                .await?;
        });
        Ok(())
    }

    /// The tenant's stores in the order of their registration.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<StoreRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM stores WHERE tenant_id = $1 ORDER BY created_at, id"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).fetch_all(conn).await?))
    }

    /// The store with this row id.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<Option<StoreRow>, DbError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM stores WHERE tenant_id = $1 AND id = $2");
        self.find(SQL, tenant, id).await
    }

    /// The store with this Order Desk store id.
    pub async fn find_by_store_id(&self, tenant: &TenantId, store_id: &str) -> Result<Option<StoreRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM stores WHERE tenant_id = $1 AND store_id = $2"
        );
        self.find(SQL, tenant, store_id).await
    }

    /// The store with this name, compared without case.
    pub async fn find_by_name(&self, tenant: &TenantId, store_name: &str) -> Result<Option<StoreRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM stores WHERE tenant_id = $1 AND store_name_folded = $2"
        );
        self.find(SQL, tenant, &fold_name(store_name)).await
    }

    async fn find(&self, sql: &'static str, tenant: &TenantId, by: &str) -> Result<Option<StoreRow>, DbError> {
        if by.contains('\0') {
            return Ok(None);
        }
        Ok(read!(self.db, conn => sqlx::query_as(sql).bind(tenant).bind(by).fetch_optional(conn).await?))
    }

    /// How many stores the tenant has.
    pub async fn count(&self, tenant: &TenantId) -> Result<u64, DbError> {
        const SQL: &str = "SELECT COUNT(*) FROM stores WHERE tenant_id = $1";
        let count: i64 = read!(self.db, conn => sqlx::query_scalar(SQL).bind(tenant).fetch_one(conn).await?);
        Ok(count.unsigned_abs())
    }

    /// Changes a store, and with another API key its webhook, and answers the store as it is then; `None` when there is no such
    /// row. Two changes at once are both made, where they are not about the same column.
    pub async fn update(
        &self,
        tenant: &TenantId,
        id: &str,
        change: StoreChange<'_>,
        now: i64,
    ) -> Result<Option<StoreRow>, DbError> {
        const SQL: &str = concat!(
            "UPDATE stores SET store_name = COALESCE($3, store_name), store_name_folded = COALESCE($4, store_name_folded), \
             label = CASE WHEN $5 THEN $6 ELSE label END, api_key_ciphertext = COALESCE($7, api_key_ciphertext), \
             api_key_tag = COALESCE($8, api_key_tag), api_key_nonce = COALESCE($9, api_key_nonce), \
             updated_at = CASE WHEN updated_at < $10 THEN $10 ELSE updated_at END WHERE tenant_id = $1 AND id = $2 RETURNING ",
            columns!()
        );
        const FOLLOW: &str = "UPDATE webhook_keys SET key_ciphertext = $3, key_tag = $4, key_nonce = $5, root_key = $6 \
             WHERE tenant_id = $1 AND store_row_id = $2";
        let StoreChange {
            store_name,
            label,
            api_key,
        } = change;
        refuse_nul([store_name, label.flatten()])?;
        let sealed = api_key.map(|key| key.sealed);
        Ok(transaction!(self.db, conn => {
            let changed = sqlx::query_as(SQL)
                .bind(tenant)
                .bind(id)
                .bind(store_name)
                .bind(store_name.map(fold_name))
                .bind(label.is_some())
                .bind(label.flatten())
                .bind(sealed.map(|key| &key.ciphertext))
                .bind(sealed.map(|key| &key.tag))
                .bind(sealed.map(|key| &key.nonce))
                .bind(now)
                .fetch_optional(&mut *conn)
                .await?;
            if let Some(NewApiKey { webhook_key, root_key, .. }) = api_key {
                sqlx::query(FOLLOW)
                    .bind(tenant)
                    .bind(id)
                    .bind(&webhook_key.ciphertext)
                    .bind(&webhook_key.tag)
                    .bind(&webhook_key.nonce)
                    .bind(root_key)
                    .execute(&mut *conn)
                    .await?;
            }
            changed
        }))
    }

    /// Remembers the settings (JSON text) that were asked for at `asked_at`. False when there is no such row, or it has
    /// settings that were asked for later.
    pub async fn set_settings(
        &self,
        tenant: &TenantId,
        id: &str,
        settings: &str,
        asked_at: i64,
    ) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE stores SET settings = $3, settings_at = $4 \
             WHERE tenant_id = $1 AND id = $2 AND (settings_at IS NULL OR settings_at <= $4)";
        refuse_nul([Some(settings)])?;
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(settings).bind(asked_at).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Removes the store, its webhook with all that was posted to it, reports that were made from it, and its place as anybody's
    /// active store. False when there is no such row.
    pub async fn delete(&self, tenant: &TenantId, id: &str) -> Result<bool, DbError> {
        const REPORTS: &str = "DELETE FROM reports WHERE tenant_id = $1 AND id IN \
             (SELECT report_id FROM report_stores WHERE tenant_id = $1 AND store_row_id = $2)";
        const SQL: &str = "DELETE FROM stores WHERE tenant_id = $1 AND id = $2";
        let done = transaction!(self.db, conn => {
            sqlx::query(REPORTS).bind(tenant).bind(id).execute(&mut *conn).await?;
            sqlx::query(SQL).bind(tenant).bind(id).execute(&mut *conn).await?.rows_affected()
        });
        Ok(done > 0)
    }
}

impl StoreRow {
    fn check(&self, tenant: &TenantId) -> Result<(), DbError> {
        self.tenant_id.must_be(tenant)?;
        refuse_nul([
            Some(self.store_id.as_str()),
            Some(&self.store_name),
            self.label.as_deref(),
            self.settings.as_deref(),
        ])
    }
}
