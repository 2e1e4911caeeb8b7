//! Reports that were asked for as a file: sealed, and kept for a while.

use crate::maker::HOLD_TENANT;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// What it is asked for by.
    pub id: String,
    /// Of how many stores it was made.
    pub stores: i64,
    /// How much room it takes, in bytes.
    pub bytes: i64,
    /// When it was made.
    pub created_at: i64,
    /// From when on it is not there.
    pub expires_at: i64,
    /// What is in it.
    pub sealed: SealedColumns,
}

from_row! { ReportRow: id, stores, bytes, created_at, expires_at; sealed }

/// How many reports a tenant may have at a time, and how much room they may take together, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct ReportBounds {
    /// How many.
    pub most: i64,
    /// How large all together.
    pub most_bytes: i64,
}

/// The methods of reports; see [`Db::reports`].
#[derive(Debug)]
pub struct Reports<'a> {
    pub(crate) db: &'a Db,
}

impl Reports<'_> {
    /// Keeps a report that was made from these stores, by their rows' ids. False, and nothing is kept, when it would be more than
    /// the tenant may have.
    ///
    /// # Errors
    /// [`DbError::MissingParent`] when the tenant is not open, or has not all of these stores any more.
    pub async fn put(
        &self,
        tenant: &TenantId,
        row: &ReportRow,
        store_rows: &[&str],
        bounds: ReportBounds,
    ) -> Result<bool, DbError> {
        const EXPIRED: &str = "DELETE FROM reports WHERE tenant_id = $1 AND expires_at <= $2";
        const INSERT: &str = "INSERT INTO reports (id, tenant_id, stores, bytes, created_at, expires_at, report_ciphertext, \
             report_tag, report_nonce) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
             WHERE (SELECT COUNT(*) FROM reports WHERE tenant_id = $2) < $10 \
             AND (SELECT COALESCE(SUM(bytes), 0) FROM reports WHERE tenant_id = $2) <= $11";
        const STORE: &str = "INSERT INTO report_stores (report_id, tenant_id, store_row_id) VALUES ($1, $2, $3)";
        Ok(transaction!(self.db, conn => {
            // Of two at once one waits for the other: neither counts past it.
            let held = sqlx::query(HOLD_TENANT).bind(tenant).execute(&mut *conn).await?;
            if held.rows_affected() == 0 {
                return Err(DbError::MissingParent);
            }
            sqlx::query(EXPIRED).bind(tenant).bind(row.created_at).execute(&mut *conn).await?;
            let done = sqlx::query(INSERT)
                .bind(&row.id)
                .bind(tenant)
                .bind(row.stores)
                .bind(row.bytes)
                .bind(row.created_at)
                .bind(row.expires_at)
                .bind(&row.sealed.ciphertext)
                .bind(&row.sealed.tag)
                .bind(&row.sealed.nonce)
                .bind(bounds.most)
                .bind(bounds.most_bytes - row.bytes)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            if done > 0 {
                for store_row in store_rows {
                    sqlx::query(STORE).bind(&row.id).bind(tenant).bind(store_row).execute(&mut *conn).await?;
                }
            }
            done > 0
        }))
    }

    /// One of the tenant's, with Order Desk's ids of the stores it was made from. Nothing once it has expired, or one of the
    /// stores has gone.
    pub async fn get(
        &self,
        tenant: &TenantId,
        id: &str,
        now: i64,
    ) -> Result<Option<(ReportRow, Vec<String>)>, DbError> {
        const SQL: &str = "SELECT id, stores, bytes, created_at, expires_at, report_ciphertext AS ciphertext, report_tag AS tag, \
             report_nonce AS nonce FROM reports WHERE tenant_id = $1 AND id = $2 AND expires_at > $3";
        const STORES: &str = "SELECT s.store_id FROM report_stores AS r \
             JOIN stores AS s ON s.tenant_id = r.tenant_id AND s.id = r.store_row_id \
             WHERE r.tenant_id = $1 AND r.report_id = $2 ORDER BY s.store_id";
        let found: Option<(ReportRow, Vec<String>)> = read!(self.db, conn => {
            let row: Option<ReportRow> =
                sqlx::query_as(SQL).bind(tenant).bind(id).bind(now).fetch_optional(&mut *conn).await?;
            match row {
                None => None,
                Some(row) => {
                    let stores = sqlx::query_scalar(STORES).bind(tenant).bind(id).fetch_all(&mut *conn).await?;
                    Some((row, stores))
                }
            }
        });
        Ok(found.filter(|(row, stores)| i64::try_from(stores.len()) == Ok(row.stores)))
    }

    /// When the first of the tenant's reports makes room for another one; nothing when it has none.
    pub async fn next_end(&self, tenant: &TenantId) -> Result<Option<i64>, DbError> {
        const SQL: &str = "SELECT MIN(expires_at) FROM reports WHERE tenant_id = $1";
        Ok(read!(self.db, conn => sqlx::query_scalar(SQL).bind(tenant).fetch_one(conn).await?))
    }

    /// Removes what has expired, of all tenants, and says how many reports that were.
    pub async fn remove_expired(&self, now: i64) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM reports WHERE expires_at <= $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(now).execute(conn).await?.rows_affected()))
    }
}
