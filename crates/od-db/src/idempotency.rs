//! Creates that their caller named, so that naming one twice makes one record.

use std::fmt;

use crate::error::refuse_nul;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

/// One named create in one store.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyRow {
    /// The row's id.
    pub id: String,
    /// The store's owner.
    pub tenant_id: TenantId,
    /// The store's row id.
    pub store_row_id: String,
    /// The caller's name for the create. Unique per store.
    pub client_request_id: String,
    /// A keyed digest of what was to be created.
    pub body_digest: String,
    /// What the caller was answered, sealed; empty while the create is not known to be done.
    pub result: SealedColumns,
    /// When the create was named first.
    pub created_at: i64,
    /// When the record was last about to be sent; before that, it certainly does not exist.
    pub attempted_at: Option<i64>,
    /// When the record was known to exist.
    pub done_at: Option<i64>,
}

from_row! {
    IdempotencyRow:
    id, tenant_id, store_row_id, client_request_id, body_digest, created_at, attempted_at, done_at; result
}

/// Leaves the digest out.
impl fmt::Debug for IdempotencyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("store_row_id", &self.store_row_id)
            .field("client_request_id", &self.client_request_id)
            .field("result", &self.result)
            .field("created_at", &self.created_at)
            .field("attempted_at", &self.attempted_at)
            .field("done_at", &self.done_at)
            .finish_non_exhaustive()
    }
}

/// The named creates' methods; see [`Db::idempotency`].
#[derive(Debug)]
pub struct Idempotency<'a> {
    pub(crate) db: &'a Db,
}

const FIND: &str = "SELECT id, tenant_id, store_row_id, client_request_id, body_digest, \
     result_ciphertext AS ciphertext, result_tag AS tag, result_nonce AS nonce, created_at, attempted_at, done_at \
     FROM idempotency WHERE tenant_id = $1 AND store_row_id = $2 AND client_request_id = $3";

impl Idempotency<'_> {
    /// The create of that name in a store.
    pub async fn find(
        &self,
        tenant: &TenantId,
        store_row: &str,
        name: &str,
    ) -> Result<Option<IdempotencyRow>, DbError> {
        refuse_nul([Some(name)])?;
        Ok(read!(self.db, conn => {
            sqlx::query_as(FIND).bind(tenant).bind(store_row).bind(name).fetch_optional(conn).await?
        }))
    }

    /// Takes a name for a create. `None` when `row` was stored: the name is new. Otherwise the row that has the name
    /// already, and nothing was stored.
    ///
    /// Rows of all tenants that were made before `expired_before` are removed first. [`DbError::MissingParent`] when the
    /// tenant has no such store.
    pub async fn begin(
        &self,
        tenant: &TenantId,
        row: &IdempotencyRow,
        expired_before: i64,
    ) -> Result<Option<IdempotencyRow>, DbError> {
        const EXPIRE: &str = "DELETE FROM idempotency WHERE created_at < $1";
        const INSERT: &str = "INSERT INTO idempotency (id, tenant_id, store_row_id, client_request_id, body_digest, \
             result_ciphertext, result_tag, result_nonce, created_at, attempted_at, done_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (tenant_id, store_row_id, client_request_id) DO NOTHING";
        row.tenant_id.must_be(tenant)?;
        refuse_nul([Some(row.client_request_id.as_str())])?;
        Ok(transaction!(self.db, conn => {
            sqlx::query(EXPIRE).bind(expired_before).execute(&mut *conn).await?;
            let stored = sqlx::query(INSERT)
                .bind(&row.id)
                .bind(tenant)
                .bind(&row.store_row_id)
                .bind(&row.client_request_id)
                .bind(&row.body_digest)
                .bind(&row.result.ciphertext)
                .bind(&row.result.tag)
                .bind(&row.result.nonce)
                .bind(row.created_at)
                .bind(row.attempted_at)
                .bind(row.done_at)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            if stored > 0 {
                None
            } else {
                let found = sqlx::query_as(FIND)
                    .bind(tenant)
                    .bind(&row.store_row_id)
                    .bind(&row.client_request_id)
                    .fetch_one(&mut *conn)
                    .await?;
                Some(found)
            }
        }))
    }

    /// Notes that the record is about to be sent. False when the row is not as it was `seen` any more, because the create
    /// is done or gone or somebody else is sending it: then it must not be sent.
    pub async fn attempt(&self, tenant: &TenantId, id: &str, seen: Option<i64>, now: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE idempotency SET attempted_at = $4 \
             WHERE tenant_id = $1 AND id = $2 AND attempted_at IS NOT DISTINCT FROM $3 AND done_at IS NULL";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(seen).bind(now).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Keeps what the caller is answered; of two results the first one stays. False when there is no such row without one.
    pub async fn finish(&self, tenant: &TenantId, id: &str, result: &SealedColumns, now: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE idempotency SET result_ciphertext = $3, result_tag = $4, result_nonce = $5, \
             done_at = $6 WHERE tenant_id = $1 AND id = $2 AND done_at IS NULL";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(tenant)
                .bind(id)
                .bind(&result.ciphertext)
                .bind(&result.tag)
                .bind(&result.nonce)
                .bind(now)
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }

    /// Frees the name of a create that certainly made nothing. A create that is done keeps its name, and so does one that
    /// somebody else has sent since it was `seen`. False when nothing was freed.
    pub async fn abandon(&self, tenant: &TenantId, id: &str, seen: Option<i64>) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM idempotency \
             WHERE tenant_id = $1 AND id = $2 AND attempted_at IS NOT DISTINCT FROM $3 AND done_at IS NULL";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(seen).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Frees the name of a create that was done at `done_at`, for another record. False when somebody else has freed it.
    pub async fn release(&self, tenant: &TenantId, id: &str, done_at: i64) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM idempotency WHERE tenant_id = $1 AND id = $2 AND done_at = $3";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(done_at).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Removes rows of all tenants that were made before `before`, and says how many.
    pub async fn remove_expired(&self, before: i64) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM idempotency WHERE created_at < $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(before).execute(conn).await?.rows_affected()))
    }
}
