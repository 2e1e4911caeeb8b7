//! Which store each credential works on, through each kind of connection.

use crate::forget;
use crate::pool::{read, write_one};
use crate::{Db, DbError, TenantId};

/// The active stores' methods; see [`Db::active_stores`].
///
/// A row goes with its store (and so with its tenant) and with its credential. A connection's narrowing is the canonical
/// text of what it leaves of the catalog, so a credential has as many rows as there are sets of toolsets, at most.
#[derive(Debug)]
pub struct ActiveStores<'a> {
    pub(crate) db: &'a Db,
}

impl ActiveStores<'_> {
    /// Makes the store with row id `store_row_id` the active one of the credential's connections of this narrowing, which
    /// is empty for those that leave everything. [`DbError::MissingParent`] when the tenant has no such store.
    pub async fn set(
        &self,
        tenant: &TenantId,
        credential: &str,
        narrowing: &str,
        store_row_id: &str,
        now: i64,
    ) -> Result<(), DbError> {
        const SQL: &str = "INSERT INTO active_stores (tenant_id, credential_id, narrowing, store_row_id, set_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, credential_id, narrowing) \
             DO UPDATE SET store_row_id = excluded.store_row_id, set_at = excluded.set_at";
        write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(tenant)
                .bind(credential)
                .bind(narrowing)
                .bind(store_row_id)
                .bind(now)
                .execute(conn)
                .await
                .map(drop)?;
        });
        Ok(())
    }

    /// The row id of the active store of the credential's connections of this narrowing; until one is set for them, that
    /// of the connections that leave everything.
    pub async fn get(&self, tenant: &TenantId, credential: &str, narrowing: &str) -> Result<Option<String>, DbError> {
        // The empty text comes last in every collation.
        const SQL: &str = "SELECT store_row_id FROM active_stores \
             WHERE tenant_id = $1 AND credential_id = $2 AND narrowing IN ($3, '') ORDER BY narrowing DESC LIMIT 1";
        Ok(read!(self.db, conn => {
            sqlx::query_scalar(SQL).bind(tenant).bind(credential).bind(narrowing).fetch_optional(conn).await?
        }))
    }

    /// Forgets the credential's active stores, those of all its connections.
    pub async fn clear(&self, tenant: &TenantId, credential: &str) -> Result<(), DbError> {
        write_one!(self.db, conn => {
            sqlx::query(forget::ACTIVE_STORES).bind(tenant).bind(credential).execute(conn).await.map(drop)?;
        });
        Ok(())
    }
}
