//! Which store each credential works on.

use crate::pool::{read, write_one};
use crate::{Db, DbError, TenantId};

/// Run by whatever ends a credential.
pub(crate) const FORGET_CREDENTIAL: &str = "DELETE FROM active_stores WHERE tenant_id = $1 AND credential_id = $2";

/// The active stores' methods; see [`Db::active_stores`].
///
/// A row goes with its store (and so with its tenant) and with its credential.
#[derive(Debug)]
pub struct ActiveStores<'a> {
    pub(crate) db: &'a Db,
}

impl ActiveStores<'_> {
    /// Makes the store with row id `store_row_id` the credential's active one. [`DbError::MissingParent`] when the
    /// tenant has no such store.
    pub async fn set(&self, tenant: &TenantId, credential: &str, store_row_id: &str, now: i64) -> Result<(), DbError> {
        const SQL: &str = "INSERT INTO active_stores (tenant_id, credential_id, store_row_id, set_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, credential_id) \
             DO UPDATE SET store_row_id = excluded.store_row_id, set_at = excluded.set_at";
        write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(credential).bind(store_row_id).bind(now).execute(conn).await.map(drop)?;
        });
        Ok(())
    }

    /// The row id of the credential's active store.
    pub async fn get(&self, tenant: &TenantId, credential: &str) -> Result<Option<String>, DbError> {
        const SQL: &str = "SELECT store_row_id FROM active_stores WHERE tenant_id = $1 AND credential_id = $2";
        Ok(read!(self.db, conn => sqlx::query_scalar(SQL).bind(tenant).bind(credential).fetch_optional(conn).await?))
    }

    /// Forgets the credential's active store.
    pub async fn clear(&self, tenant: &TenantId, credential: &str) -> Result<(), DbError> {
        write_one!(self.db, conn => {
            sqlx::query(FORGET_CREDENTIAL).bind(tenant).bind(credential).execute(conn).await.map(drop)?;
        });
        Ok(())
    }
}
