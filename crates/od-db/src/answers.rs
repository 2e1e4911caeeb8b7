//! Writes at work, and the answers that could not be given to whoever asked for them.

use std::fmt;

use crate::pool::{read, write_one, write_passing};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

/// Forgets what a credential's calls left. Parameters: tenant, credential.
pub(crate) const FORGET_CREDENTIAL: &str = "DELETE FROM answers WHERE tenant_id = $1 AND credential_id = $2";

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
    /// Keyed digests of the records it is about, with a blank between two.
    pub records: String,
    /// The answer, sealed; empty while the write is at work.
    pub result: SealedColumns,
    /// 1 when an identical call of another process waits for the answer.
    pub wanted: i64,
    /// 1 when the answer was given, and stands here only for those who waited for it.
    pub shared: i64,
    /// While at work, the end of its lease; then the end of the keeping.
    pub expires_at: i64,
}

from_row! { AnswerRow: id, tenant_id, credential_id, digest, records, wanted, shared, expires_at; result }

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
/// A row is named by its id in everything but [`Answers::begin`], so that whoever lost it to another call changes nothing.
#[derive(Debug)]
pub struct Answers<'a> {
    pub(crate) db: &'a Db,
}

impl Answers<'_> {
    /// Puts a row where there is none of the same credential and digest. False when there is one, and nothing was stored.
    ///
    /// A power cut may take back the row of a write at work that nothing was committed after. An answer it does not.
    ///
    /// [`DbError::MissingParent`] when there is no such tenant.
    pub async fn begin(&self, tenant: &TenantId, row: &AnswerRow) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO answers (id, tenant_id, credential_id, digest, records, result_ciphertext, \
             result_tag, result_nonce, wanted, shared, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (tenant_id, credential_id, digest) DO NOTHING";
        row.tenant_id.must_be(tenant)?;
        macro_rules! insert {
            ($conn:ident) => {
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
                    .execute($conn)
                    .await?
                    .rows_affected()
            };
        }
        let done = if row.is_at_work() {
            write_passing!(self.db, conn => insert!(conn))
        } else {
            write_one!(self.db, conn => insert!(conn))
        };
        Ok(done > 0)
    }

    /// The row of a credential's call.
    pub async fn find(&self, tenant: &TenantId, credential: &str, digest: &str) -> Result<Option<AnswerRow>, DbError> {
        const SQL: &str = "SELECT id, tenant_id, credential_id, digest, records, result_ciphertext AS ciphertext, \
             result_tag AS tag, result_nonce AS nonce, wanted, shared, expires_at FROM answers \
             WHERE tenant_id = $1 AND credential_id = $2 AND digest = $3";
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(tenant).bind(credential).bind(digest).fetch_optional(conn).await?
        }))
    }

    /// Hands the row over to another call, `new_id`, which is at work from now on. False when the row is not any more what
    /// was `seen`: somebody else was quicker, or it changed.
    pub async fn take_over(
        &self,
        tenant: &TenantId,
        seen: &AnswerRow,
        new_id: &str,
        until: i64,
    ) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE answers SET id = $3, result_ciphertext = '', result_tag = '', result_nonce = '', \
             wanted = 0, shared = 0, expires_at = $4 \
             WHERE tenant_id = $1 AND id = $2 AND expires_at = $5 AND result_nonce = $6";
        seen.tenant_id.must_be(tenant)?;
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL)
                .bind(tenant)
                .bind(&seen.id)
                .bind(new_id)
                .bind(until)
                .bind(seen.expires_at)
                .bind(&seen.result.nonce)
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }

    /// Removes the answers that a credential's other calls left about any of the records: what they tell of is past.
    pub async fn overtake(&self, tenant: &TenantId, by: &AnswerRow) -> Result<(), DbError> {
        const FIND: &str = "SELECT id, records FROM answers WHERE tenant_id = $1 AND credential_id = $2 \
             AND digest <> $3 AND result_ciphertext <> '' AND shared = 0";
        const REMOVE: &str = "DELETE FROM answers WHERE tenant_id = $1 AND id = $2 AND result_ciphertext <> ''";
        let kept: Vec<(String, String)> = read!(self.db, conn => {
            sqlx::query_as(FIND).bind(tenant).bind(&by.credential_id).bind(&by.digest).fetch_all(conn).await?
        });
        for (id, records) in kept {
            let mut records = records.split_ascii_whitespace();
            if records.any(|record| by.records.split_ascii_whitespace().any(|ours| ours == record)) {
                write_one!(self.db, conn => {
                    sqlx::query(REMOVE).bind(tenant).bind(&id).execute(conn).await?;
                });
            }
        }
        Ok(())
    }

    /// Notes that somebody waits for the answer. False when the write is not at work any more.
    pub async fn want(&self, tenant: &TenantId, id: &str) -> Result<bool, DbError> {
        const SQL: &str =
            "UPDATE answers SET wanted = 1 WHERE tenant_id = $1 AND id = $2 AND result_ciphertext = '' AND shared = 0";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Extends the lease of a write at work. False when the row is somebody else's by now.
    pub async fn renew(&self, tenant: &TenantId, id: &str, until: i64) -> Result<bool, DbError> {
        const SQL: &str =
            "UPDATE answers SET expires_at = $3 WHERE tenant_id = $1 AND id = $2 AND result_ciphertext = ''";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(until).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Removes the row, when somebody waits for the answer only if `wanted` as well. False when nothing was removed.
    pub async fn end(&self, tenant: &TenantId, id: &str, wanted: bool) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM answers WHERE tenant_id = $1 AND id = $2 AND wanted <= $3";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(i64::from(wanted)).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Keeps the answer of a write that was at work: for the next identical call, or, when it is `shared`, only for those
    /// that waited for it. False when the row is gone.
    pub async fn keep(
        &self,
        tenant: &TenantId,
        id: &str,
        result: &SealedColumns,
        shared: bool,
        until: i64,
    ) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE answers SET result_ciphertext = $3, result_tag = $4, result_nonce = $5, shared = $6, \
             expires_at = $7 WHERE tenant_id = $1 AND id = $2";
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

    /// Removes rows of all tenants whose time is over, and says how many. One of a write whose process died at work tells of
    /// that until its lease has been over since `died_before`.
    pub async fn remove_expired(&self, now: i64, died_before: i64) -> Result<u64, DbError> {
        const SQL: &str =
            "DELETE FROM answers WHERE expires_at <= $1 AND (result_ciphertext <> '' OR expires_at <= $2)";
        Ok(write_one!(self.db, conn => {
            sqlx::query(SQL).bind(now).bind(died_before).execute(conn).await?.rows_affected()
        }))
    }
}
