//! Forgetting what is older than the retention time.

use super::append::{LOCK_HEAD, insertion, link};
use super::{Audit, AuditEntry, AuditHead, Proofs, bind_head, chain};
use crate::pool::{read, transaction};
use crate::root_check::refuse_another_root;
use crate::{DbError, TenantId};

/// Rows that go in one transaction, while which nobody else writes on SQLite, and nobody to that chain on PostgreSQL.
const AT_ONCE: i64 = 10_000;

/// What a purge removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    /// How many entries, as lists show them: a change counts once, and when its end stays it does not count.
    pub entries: u64,
    /// Position of the last of them.
    pub through_seq: i64,
    /// Its digest.
    pub through_digest: String,
}

impl Audit<'_> {
    /// The chains that hold a row from before `before`.
    pub async fn chains_older_than(&self, before: i64) -> Result<Vec<Option<TenantId>>, DbError> {
        const SQL: &str = "SELECT tenant_id FROM audit_heads WHERE EXISTS \
             (SELECT 1 FROM audit_log WHERE audit_log.chain = audit_heads.chain AND created_at < $1) ORDER BY chain";
        Ok(read!(self.db, conn => sqlx::query_scalar(SQL).bind(before).fetch_all(conn).await?))
    }

    /// Removes a chain's oldest rows from before `before`, ten thousand at most, and appends the entry that `marker` makes of it, so that the purge
    /// itself is part of what the chain proves. Nothing old: `None`, and nothing is written.
    ///
    /// Only the chain's beginning goes, up to the first row that is not older: what remains has no gap.
    pub async fn purge_before(
        &self,
        tenant: Option<&TenantId>,
        before: i64,
        marker: &(dyn Fn(&Purged) -> AuditEntry + Send + Sync),
        proofs: Proofs<'_>,
    ) -> Result<Option<Purged>, DbError> {
        const LAST_OLD: &str = "SELECT seq, digest FROM audit_log WHERE chain = $1 AND seq < COALESCE( \
             (SELECT MIN(seq) FROM audit_log WHERE chain = $1 AND created_at >= $2), $3 + 1) AND seq <= $4 \
             ORDER BY seq DESC LIMIT 1";
        const COUNT: &str = concat!(
            "SELECT COUNT(*) FROM audit_log WHERE chain = $1 AND seq <= $2 AND NOT ",
            super::ended!()
        );
        const DELETE: &str = "DELETE FROM audit_log WHERE chain = $1 AND seq <= $2";
        let name = chain(tenant);
        Ok(transaction!(self.db, conn: Driver => {
            let head: Option<AuditHead> =
                sqlx::query_as(LOCK_HEAD).bind(name).bind(tenant).fetch_optional(&mut *conn).await?;
            let Some(head) = head else { return Ok(None) };
            refuse_another_root!(conn, (proofs.stands)(&head), proofs.is_ours);
            let last_old: Option<(i64, String)> = sqlx::query_as(LAST_OLD)
                .bind(name)
                .bind(before)
                .bind(head.seq)
                .bind(head.purged_seq.saturating_add(AT_ONCE))
                .fetch_optional(&mut *conn)
                .await?;
            let Some((through_seq, through_digest)) = last_old else { return Ok(None) };
            let entries: i64 = sqlx::query_scalar(COUNT).bind(name).bind(through_seq).fetch_one(&mut *conn).await?;
            sqlx::query(DELETE).bind(name).bind(through_seq).execute(&mut *conn).await?;
            let purged = Purged { entries: entries.unsigned_abs(), through_seq, through_digest };
            let entry = AuditEntry { tenant_id: tenant.cloned(), ..marker(&purged) };
            let shorter = AuditHead {
                purged_seq: through_seq,
                purged_digest: purged.through_digest.clone(),
                ..head.clone()
            };
            let shorter = head.moved(shorter, proofs);
            let mut end = shorter.clone();
            let appended = link(&mut end, &entry, proofs);
            insertion::<Driver>([appended]).build().execute(&mut *conn).await?;
            let head = shorter.moved(end, proofs);
            bind_head!(head).execute(&mut *conn).await?;
            Some(purged)
        }))
    }
}
