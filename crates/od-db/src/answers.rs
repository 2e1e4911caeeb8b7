//! Writes at work, and the answers that could not be given to whoever asked for them.

use std::fmt;

use crate::pool::{read, write_one, write_passing};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

/// One write of a credential: at work, or answered in vain.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The row's id, a new one with each call that takes the row over.
    pub id: String,
    /// The credential's owner.
    pub tenant_id: TenantId,
    /// The credential's row id.
    pub credential_id: String,
    /// A keyed digest of tool and arguments. Unique per credential.
    pub digest: String,
    /// Keyed digests of the records whose other writes end the keeping, with a blank between two.
    pub records: String,
    /// The answer, sealed; empty while the write is at work.
    pub result: SealedColumns,
    /// How many identical calls of other processes wait for the answer. 0 in a shared row: it is not to be kept.
    pub wanted: i64,
    /// How many processes have the answer and did not tell yet that nobody took it from them. While there is one, the row
    /// is only for those who waited; when all have told, it is an answer that is kept.
    pub shared: i64,
    /// While at work, the end of its lease; then the end of the keeping. By the database's clock, in milliseconds since the
    /// epoch.
    pub expires_at: i64,
}

from_row! { AnswerRow: id, tenant_id, credential_id, digest, records, wanted, shared, expires_at; result }

/// A row as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAnswer {
    /// The row.
    pub row: AnswerRow,
    /// The database's time at that moment, in milliseconds since the epoch.
    pub found_at: i64,
}

from_row! { FoundAnswer: found_at; row }

impl AnswerRow {
    /// Whether the write is still at work, or was when its process ended.
    pub fn is_at_work(&self) -> bool {
        self.result.ciphertext.is_empty()
    }
}

/// Leaves the digest out.
impl fmt::Debug for AnswerRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("credential_id", &self.credential_id)
            .field("result", &self.result)
            .field("wanted", &self.wanted)
            .field("shared", &self.shared)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The answers' methods; see [`Db::answers`].
///
/// A row is named by its id in everything but [`Answers::begin`] and [`Answers::put`], so that whoever lost it to another
/// call changes nothing. All times are the database's own, so that processes need no clocks that agree.
#[derive(Debug)]
pub struct Answers<'a> {
    pub(crate) db: &'a Db,
}

impl Answers<'_> {
    /// Puts the row of a write at work where there is none of the same credential and digest, with a lease of so many
    /// milliseconds whatever the row says. Returns the time; nothing when there is a row, and then nothing was stored.
    ///
    /// A power cut may take back a row that nothing was committed after.
    ///
    /// [`DbError::MissingParent`] when there is no such tenant.
    pub async fn begin(&self, tenant: &TenantId, row: &AnswerRow, lease: i64) -> Result<Option<i64>, DbError> {
        // Without the WHERE, SQLite would take ON for a join's.
        const SQL: &str = "INSERT INTO answers (id, tenant_id, credential_id, digest, records, result_ciphertext, \
             result_tag, result_nonce, wanted, shared, expires_at) \
             SELECT $1, $2, $3, $4, $5, '', '', '', 0, 0, clock.millis + $6 FROM database_clock AS clock WHERE 1 = 1 \
             ON CONFLICT (tenant_id, credential_id, digest) DO NOTHING RETURNING expires_at";
        row.tenant_id.must_be(tenant)?;
        let ends: Option<i64> = write_passing!(self.db, conn => {
            sqlx::query_scalar(SQL)
                .bind(&row.id)
                .bind(tenant)
                .bind(&row.credential_id)
                .bind(&row.digest)
                .bind(&row.records)
                .bind(lease)
                .fetch_optional(conn)
                .await?
        });
        Ok(ends.map(|ends| ends - lease))
    }

    /// Puts a row with an answer where there is none of the same credential and digest. False when there is one, and nothing
    /// was stored.
    ///
    /// [`DbError::MissingParent`] when there is no such tenant.
    pub async fn put(&self, tenant: &TenantId, row: &AnswerRow) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO answers (id, tenant_id, credential_id, digest, records, result_ciphertext, \
             result_tag, result_nonce, wanted, shared, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (tenant_id, credential_id, digest) DO NOTHING";
        row.tenant_id.must_be(tenant)?;
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(&row.id)
                .bind(tenant)
                .bind(&row.credential_id)
                .bind(&row.digest)
                .bind(&row.records)
                .bind(&row.result.ciphertext)
                .bind(&row.result.tag)
                .bind(&row.result.nonce)
                .bind(row.wanted)
                .bind(row.shared)
                .bind(row.expires_at)
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }

    /// The row of a credential's call.
    pub async fn find(
        &self,
        tenant: &TenantId,
        credential: &str,
        digest: &str,
    ) -> Result<Option<FoundAnswer>, DbError> {
        const SQL: &str = "SELECT id, tenant_id, credential_id, digest, records, result_ciphertext AS ciphertext, \
             result_tag AS tag, result_nonce AS nonce, wanted, shared, expires_at, clock.millis AS found_at \
             FROM answers CROSS JOIN database_clock AS clock \
             WHERE tenant_id = $1 AND credential_id = $2 AND digest = $3";
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(tenant).bind(credential).bind(digest).fetch_optional(conn).await?
        }))
    }

    /// Hands the row over to another call, `new_id`, which is at work from now on, with a lease of so many milliseconds.
    /// Returns the time; nothing when the row is not any more what was `seen`: somebody else was quicker, or it changed.
    pub async fn take_over(
        &self,
        tenant: &TenantId,
        seen: &AnswerRow,
        new_id: &str,
        lease: i64,
    ) -> Result<Option<i64>, DbError> {
        const SQL: &str = "UPDATE answers SET id = $3, result_ciphertext = '', result_tag = '', result_nonce = '', \
             wanted = 0, shared = 0, expires_at = (SELECT clock.millis FROM database_clock AS clock) + $4 \
             WHERE tenant_id = $1 AND id = $2 AND expires_at = $5 AND result_nonce = $6 RETURNING expires_at";
        seen.tenant_id.must_be(tenant)?;
        let ends: Option<i64> = write_passing!(self.db, conn => {
            sqlx::query_scalar(SQL)
                .bind(tenant)
                .bind(&seen.id)
                .bind(new_id)
                .bind(lease)
                .bind(seen.expires_at)
                .bind(&seen.result.nonce)
                .fetch_optional(conn)
                .await?
        });
        Ok(ends.map(|ends| ends - lease))
    }

    /// Ends the keeping of answers that a tenant's other calls left about any of `records`, as far as it ends at `until` or
    /// before: what they tell of is past. `digest` is that of the write that overtakes them.
    pub async fn overtake(&self, tenant: &TenantId, digest: &str, records: &str, until: i64) -> Result<(), DbError> {
        const FIND: &str = "SELECT id, records FROM answers WHERE tenant_id = $1 AND digest <> $2 AND expires_at <= $3 \
             AND result_ciphertext <> ''";
        const UNWANT: &str = "UPDATE answers SET wanted = 0 WHERE tenant_id = $1 AND id = $2 AND shared > 0";
        const REMOVE: &str =
            "DELETE FROM answers WHERE tenant_id = $1 AND id = $2 AND result_ciphertext <> '' AND shared = 0";
        let kept: Vec<(String, String)> = read!(self.db, conn => {
            sqlx::query_as(FIND).bind(tenant).bind(digest).bind(until).fetch_all(conn).await?
        });
        for (id, about) in kept {
            let mut about = about.split_ascii_whitespace();
            if about.any(|record| records.split_ascii_whitespace().any(|ours| ours == record)) {
                // In this order: a row that is not shared any more by the second is found there.
                for sql in [UNWANT, REMOVE] {
                    write_one!(self.db, conn => {
                        sqlx::query(sql).bind(tenant).bind(&id).execute(conn).await?;
                    });
                }
            }
        }
        Ok(())
    }

    /// Notes that one more process waits for the answer. False when the write is not at work any more.
    pub async fn want(&self, tenant: &TenantId, id: &str) -> Result<bool, DbError> {
        const SQL: &str =
            "UPDATE answers SET wanted = wanted + 1 WHERE tenant_id = $1 AND id = $2 AND result_ciphertext = ''";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Extends the lease of a write at work to so many milliseconds from now. False when the row is somebody else's by now.
    pub async fn renew(&self, tenant: &TenantId, id: &str, lease: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE answers SET expires_at = (SELECT clock.millis FROM database_clock AS clock) + $3 \
             WHERE tenant_id = $1 AND id = $2 AND result_ciphertext = ''";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(lease).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Removes the row of a write at work; while somebody waits for the answer only when `wanted` is true. False when nothing
    /// was removed.
    pub async fn end(&self, tenant: &TenantId, id: &str, wanted: bool) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM answers WHERE tenant_id = $1 AND id = $2 AND (wanted = 0 OR $3 = 1)";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(i64::from(wanted)).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Keeps the answer of a write that was at work: for the next identical call, or, when it is `shared`, only for those
    /// that waited for it until all who have it, this process and those, told [`Answers::lost`]. False when the row is gone.
    pub async fn keep(
        &self,
        tenant: &TenantId,
        id: &str,
        result: &SealedColumns,
        shared: bool,
        until: i64,
    ) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE answers SET result_ciphertext = $3, result_tag = $4, result_nonce = $5, \
             shared = CASE WHEN $6 = 1 THEN wanted + 1 ELSE 0 END, expires_at = $7 WHERE tenant_id = $1 AND id = $2";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(tenant)
                .bind(id)
                .bind(&result.ciphertext)
                .bind(&result.tag)
                .bind(&result.nonce)
                .bind(i64::from(shared))
                .bind(until)
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }

    /// One of those who have a shared answer tells that somebody took it: it is not kept, and stays until then for those
    /// that wait.
    pub async fn given(&self, tenant: &TenantId, id: &str, until: i64) -> Result<(), DbError> {
        const SQL: &str =
            "UPDATE answers SET wanted = 0, expires_at = $3 WHERE tenant_id = $1 AND id = $2 AND shared > 0";
        write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(until).execute(conn).await?;
        });
        Ok(())
    }

    /// One of those who have a shared answer tells that nobody took it. After the last of them it is kept, unless somebody
    /// did take it.
    pub async fn lost(&self, tenant: &TenantId, id: &str) -> Result<(), DbError> {
        const SQL: &str =
            "UPDATE answers SET shared = shared - 1 WHERE tenant_id = $1 AND id = $2 AND shared > 0 AND wanted > 0";
        write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).execute(conn).await?;
        });
        Ok(())
    }

    /// Removes rows of all tenants whose time is over, and says how many. One of a write whose process died at work tells of
    /// that for so many milliseconds after the end of its lease.
    pub async fn remove_expired(&self, died: i64) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM answers WHERE expires_at <= (SELECT clock.millis FROM database_clock AS clock) \
             AND (result_ciphertext <> '' OR expires_at <= (SELECT clock.millis FROM database_clock AS clock) - $1)";
        Ok(write_one!(self.db, conn => {
            sqlx::query(SQL).bind(died).execute(conn).await?.rows_affected()
        }))
    }
}
