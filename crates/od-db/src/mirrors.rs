//! Copies of stores' orders, at rest: sealed chunks, and how far each copy is.

use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

/// How far the copy of a store's orders is. Times are milliseconds since the epoch, as everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorRow {
    /// Another one whenever the chunks were written anew.
    pub edition: String,
    /// Number of the newest chunk; 0 before the first.
    pub last_chunk: i64,
    /// Orders added at or after this are in it.
    pub begins: i64,
    /// The fill reads orders added before this.
    pub ends: i64,
    /// How many of the fill's orders were read.
    pub reached: i64,
    /// How many orders there were when they were last counted.
    pub expected: i64,
    /// When the fill had read them all.
    pub filled_at: Option<i64>,
    /// The newest change that is in it, by Order Desk's clock.
    pub seen: i64,
    /// When changes were last asked for.
    pub refreshed_at: i64,
    /// When orders were last counted.
    pub audited_at: i64,
}

from_row! {
    MirrorRow: edition, last_chunk, begins, ends, reached, expected, filled_at, seen, refreshed_at, audited_at
}

/// Some orders of a copy, sealed. Later chunks overrule earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorChunk {
    /// From 1, in the order of their making.
    pub number: i64,
    /// How many orders are in it.
    pub orders: i64,
    /// When the oldest of them was added; 0 when there is none.
    pub oldest: i64,
    /// When the newest of them was added.
    pub newest: i64,
    /// The orders.
    pub sealed: SealedColumns,
}

from_row! { MirrorChunk: number, orders, oldest, newest; sealed }

/// The methods of copies at rest; see [`Db::mirrors`].
#[derive(Debug)]
pub struct Mirrors<'a> {
    pub(crate) db: &'a Db,
}

const DELETE: &str = "DELETE FROM mirrors WHERE tenant_id = $1 AND store_row_id = $2";
const INSERT: &str = "INSERT INTO mirrors (tenant_id, store_row_id, edition, last_chunk, begins, ends, reached, expected, \
     filled_at, seen, refreshed_at, audited_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const INSERT_CHUNK: &str = "INSERT INTO mirror_chunks (tenant_id, store_row_id, number, orders, oldest, newest, \
     chunk_ciphertext, chunk_tag, chunk_nonce) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Runs one of the statements that write a mirror's row, on `$conn`.
macro_rules! write_row {
    ($sql:expr, $tenant:expr, $store:expr, $row:expr, $($more:expr),* => $conn:expr) => {
        sqlx::query($sql)
            .bind($tenant)
            .bind($store)
            .bind(&$row.edition)
            .bind($row.last_chunk)
            .bind($row.begins)
            .bind($row.ends)
            .bind($row.reached)
            .bind($row.expected)
            .bind($row.filled_at)
            .bind($row.seen)
            .bind($row.refreshed_at)
            .bind($row.audited_at)
            $(.bind($more))*
            .execute($conn)
            .await?
            .rows_affected()
    };
}

macro_rules! write_chunk {
    ($tenant:expr, $store:expr, $chunk:expr => $conn:expr) => {
        sqlx::query(INSERT_CHUNK)
            .bind($tenant)
            .bind($store)
            .bind($chunk.number)
            .bind($chunk.orders)
            .bind($chunk.oldest)
            .bind($chunk.newest)
            .bind(&$chunk.sealed.ciphertext)
            .bind(&$chunk.sealed.tag)
            .bind(&$chunk.sealed.nonce)
            .execute($conn)
            .await?
    };
}

impl Mirrors<'_> {
    /// How far a store's copy is; nothing before it was begun.
    pub async fn get(&self, tenant: &TenantId, store_row: &str) -> Result<Option<MirrorRow>, DbError> {
        const SQL: &str = "SELECT edition, last_chunk, begins, ends, reached, expected, filled_at, seen, refreshed_at, audited_at \
             FROM mirrors WHERE tenant_id = $1 AND store_row_id = $2";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(store_row).fetch_optional(conn).await?))
    }

    /// The first chunk behind the one of this number.
    pub async fn next_chunk(
        &self,
        tenant: &TenantId,
        store_row: &str,
        after: i64,
    ) -> Result<Option<MirrorChunk>, DbError> {
        const SQL: &str = "SELECT number, orders, oldest, newest, chunk_ciphertext AS ciphertext, chunk_tag AS tag, \
             chunk_nonce AS nonce FROM mirror_chunks \
             WHERE tenant_id = $1 AND store_row_id = $2 AND number > $3 ORDER BY number LIMIT 1";
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(tenant).bind(store_row).bind(after).fetch_optional(conn).await?
        }))
    }

    /// Removes the copies of all stores of all tenants, and says how many.
    pub async fn remove_all(&self) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM mirrors";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).execute(conn).await?.rows_affected()))
    }

    /// Begins a store's copy with these chunks, in place of any that there is.
    ///
    /// # Errors
    /// [`DbError::MissingParent`] when the tenant has no such store.
    pub async fn begin(
        &self,
        tenant: &TenantId,
        store_row: &str,
        row: &MirrorRow,
        chunks: &[MirrorChunk],
    ) -> Result<(), DbError> {
        transaction!(self.db, conn => {
            sqlx::query(DELETE).bind(tenant).bind(store_row).execute(&mut *conn).await?;
            write_row!(INSERT, tenant, store_row, row, => &mut *conn);
            for chunk in chunks {
                write_chunk!(tenant, store_row, chunk => &mut *conn);
            }
        });
        Ok(())
    }

    /// Puts these chunks in place of those of a copy. False, and nothing done, when it is not any more at `before`.
    ///
    /// # Errors
    /// [`DbError::MissingParent`] when the tenant has no such store.
    pub async fn replace(
        &self,
        tenant: &TenantId,
        store_row: &str,
        before: &MirrorRow,
        row: &MirrorRow,
        chunks: &[MirrorChunk],
    ) -> Result<bool, DbError> {
        const SQL: &str =
            "DELETE FROM mirrors WHERE tenant_id = $1 AND store_row_id = $2 AND edition = $3 AND last_chunk = $4";
        Ok(transaction!(self.db, conn => {
            let query = sqlx::query(SQL).bind(tenant).bind(store_row).bind(&before.edition).bind(before.last_chunk);
            let is_there = query.execute(&mut *conn).await?.rows_affected() > 0;
            if is_there {
                write_row!(INSERT, tenant, store_row, row, => &mut *conn);
                for chunk in chunks {
                    write_chunk!(tenant, store_row, chunk => &mut *conn);
                }
            }
            is_there
        }))
    }

    /// Brings a copy further, with a chunk or without. False, and nothing done, when it is not any more at `before`: somebody
    /// else has brought it further, or begun it anew.
    pub async fn advance(
        &self,
        tenant: &TenantId,
        store_row: &str,
        before: &MirrorRow,
        after: &MirrorRow,
        chunk: Option<&MirrorChunk>,
    ) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE mirrors SET edition = $3, last_chunk = $4, begins = $5, ends = $6, reached = $7, expected = $8, \
             filled_at = $9, seen = $10, refreshed_at = $11, audited_at = $12 \
             WHERE tenant_id = $1 AND store_row_id = $2 AND edition = $13 AND last_chunk = $14";
        Ok(transaction!(self.db, conn => {
            let done = write_row!(SQL, tenant, store_row, after, &before.edition, before.last_chunk => &mut *conn);
            if let Some(chunk) = chunk.filter(|_| done > 0) {
                write_chunk!(tenant, store_row, chunk => &mut *conn);
            }
            done > 0
        }))
    }
}
