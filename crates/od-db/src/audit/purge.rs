//! Forgetting what is older than the retention time.

use super::append::{LOCK_HEAD, MOVE_HEAD, insertion, link};
use super::{Audit, AuditEntry, AuditHead, Digest, chain};
use crate::pool::transaction;
use crate::{DbError, TenantId};

/// What a purge removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    /// How many rows.
    pub rows: u64,
    /// Position of the last of them.
    pub through_seq: i64,
    /// Its digest.
    pub through_digest: String,
}

impl Audit<'_> {
    /// Removes a chain's rows from before `before` and appends the entry that `marker` makes of it, so that the purge
    /// itself is part of what the chain proves. Nothing old: `None`, and nothing is written.
    ///
    /// Only the chain's beginning goes, up to the first row that is not older: what remains has no gap.
    pub async fn purge_before(
        &self,
        tenant: Option<&TenantId>,
        before: i64,
        marker: &(dyn Fn(&Purged) -> AuditEntry + Send + Sync),
        digest: Digest<'_>,
    ) -> Result<Option<Purged>, DbError> {
        const LAST_OLD: &str = "SELECT seq, digest FROM audit_log WHERE chain = $1 AND seq < COALESCE( \
             (SELECT MIN(seq) FROM audit_log WHERE chain = $1 AND created_at >= $2), $3 + 1) ORDER BY seq DESC LIMIT 1";
        const DELETE: &str = "DELETE FROM audit_log WHERE chain = $1 AND seq <= $2";
        const MOVE_START: &str = "UPDATE audit_heads SET purged_seq = $2, purged_digest = $3 WHERE chain = $1";
        let name = chain(tenant);
        Ok(transaction!(self.db, conn: Driver => {
            let head: Option<AuditHead> =
                sqlx::query_as(LOCK_HEAD).bind(name).bind(tenant).fetch_optional(&mut *conn).await?;
            let Some(head) = head else { return Ok(None) };
            let last_old: Option<(i64, String)> = sqlx::query_as(LAST_OLD)
                .bind(name)
                .bind(before)
                .bind(head.seq)
                .fetch_optional(&mut *conn)
                .await?;
            let Some((through_seq, through_digest)) = last_old else { return Ok(None) };
            let rows = sqlx::query(DELETE).bind(name).bind(through_seq).execute(&mut *conn).await?.rows_affected();
            sqlx::query(MOVE_START).bind(name).bind(through_seq).bind(&through_digest).execute(&mut *conn).await?;
            let purged = Purged { rows, through_seq, through_digest };
            let entry = AuditEntry { tenant_id: tenant.cloned(), ..marker(&purged) };
            let appended = link(&head, [&entry], digest);
            insertion::<Driver>(&appended).build().execute(&mut *conn).await?;
            for row in &appended {
                sqlx::query(MOVE_HEAD).bind(name).bind(row.seq).bind(&row.digest).execute(&mut *conn).await?;
            }
            Some(purged)
        }))
    }
}
