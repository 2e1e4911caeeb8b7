//! What is left of a deleted tenant: where its audit chain ended.
//!
//! Each end is signed by itself, and how many there are is signed apart from them, so that an end that was changed, added or
//! removed shows. Proofs are keyed, and so are made by the caller.

use crate::pool::{read, transaction};
use crate::root_check::{IsOurs, refuse_another_root};
use crate::row::from_row;
use crate::{AuditHead, Db, DbError, TenantId};

/// The end of a deleted tenant's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEnd {
    /// Its place among all ends, from 1.
    pub position: i64,
    /// Whose chain it was.
    pub tenant_id: TenantId,
    /// What people called the tenant.
    pub name: Option<String>,
    /// When it was deleted.
    pub deleted_at: i64,
    /// Entries that went, as lists show them.
    pub entries: i64,
    /// Position of the chain's last row; 0 when nothing was ever written.
    pub seq: i64,
    /// Digest of that row.
    pub digest: String,
    /// 1 when the chain's ends carried their proof; 0 when somebody had changed them.
    pub intact: i64,
    /// What the key's holder made of the rest.
    pub proof: String,
}

from_row! { AuditEnd: position, tenant_id, name, deleted_at, entries, seq, digest, intact, proof }

/// How many ends there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndsHead {
    /// Their number.
    pub ends: i64,
    /// The proof of the newest; empty when there is none.
    pub last_proof: String,
    /// What the key's holder made of the rest; empty when nobody vouched for it.
    pub proof: String,
}

from_row! { EndsHead: ends, last_proof, proof }

/// The keyed functions that ends are signed with, and those that tell what was.
#[derive(Clone, Copy)]
pub struct EndProofs<'a> {
    /// The proof of an end, from everything else in it.
    pub end: &'a (dyn Fn(&AuditEnd) -> String + Send + Sync),
    /// The proof of their number, from everything else in it.
    pub head: &'a (dyn Fn(&EndsHead) -> String + Send + Sync),
    /// Whether the number carries a proof that counts.
    pub stands: &'a (dyn Fn(&EndsHead) -> bool + Send + Sync),
    /// Whether the ends of a chain that is still there carry a proof that counts.
    pub chain_stands: &'a (dyn Fn(&AuditHead) -> bool + Send + Sync),
    /// Whether a check value was made with a root key at hand.
    pub is_ours: IsOurs<'a>,
}

/// How ends are signed anew.
#[derive(Clone, Copy)]
pub struct NewEndProofs<'a> {
    /// The new proof of an end; `None` to leave it as it is.
    pub end: &'a (dyn Fn(&AuditEnd) -> Option<String> + Send + Sync),
    /// Whether the number carries a proof that counts.
    pub stands: &'a (dyn Fn(&EndsHead) -> bool + Send + Sync),
    /// The proof of the number.
    pub head: &'a (dyn Fn(&EndsHead) -> String + Send + Sync),
}

const LOCK: &str = "INSERT INTO audit_ends_head (id, ends, last_proof, proof) VALUES ('ends', 0, '', '') \
     ON CONFLICT (id) DO UPDATE SET ends = audit_ends_head.ends RETURNING ends, last_proof, proof";
const SET: &str = "UPDATE audit_ends_head SET ends = $1, last_proof = $2, proof = $3 WHERE id = 'ends'";

const ALL: &str = "SELECT position, tenant_id, name, deleted_at, entries, seq, digest, intact, proof \
     FROM audit_ends ORDER BY position";

/// Vouches for there being none, if so.
pub(crate) const PROVE_NONE: &str = "UPDATE audit_ends_head SET proof = $1 \
     WHERE id = 'ends' AND ends = 0 AND proof = '' AND NOT EXISTS (SELECT 1 FROM audit_ends)";

/// The ends' methods; see [`Db::audit_ends`].
#[derive(Debug)]
pub struct AuditEnds<'a> {
    pub(crate) db: &'a Db,
}

impl AuditEnds<'_> {
    /// Removes the tenant and everything it owns (keys, stores, sessions, links, webhook events, its audit log) and leaves
    /// the end of its chain, all in one. Nothing when there is no such tenant.
    pub async fn delete_tenant(
        &self,
        tenant: &TenantId,
        now: i64,
        proofs: EndProofs<'_>,
    ) -> Result<Option<AuditEnd>, DbError> {
        // Keeps writers off the chain until the transaction ends.
        const CHAIN: &str = "UPDATE audit_heads SET seq = seq WHERE chain = $1 \
             RETURNING tenant_id, seq, digest, purged_seq, purged_digest, proof";
        const NAME: &str = "SELECT name FROM tenants WHERE id = $1";
        const COUNT: &str = concat!(
            "SELECT COUNT(*) FROM audit_log WHERE chain = $1 AND NOT ",
            crate::audit::ended!()
        );
        const DELETE: &str = "DELETE FROM tenants WHERE id = $1";
        const LAST: &str = "SELECT COALESCE(MAX(position), 0) FROM audit_ends";
        const ADD: &str = "INSERT INTO audit_ends (position, tenant_id, name, deleted_at, entries, seq, digest, intact, proof) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        Ok(transaction!(self.db, conn => {
            let chain: Option<AuditHead> = sqlx::query_as(CHAIN).bind(tenant).fetch_optional(&mut *conn).await?;
            let name: Option<Option<String>> = sqlx::query_scalar(NAME).bind(tenant).fetch_optional(&mut *conn).await?;
            let Some(name) = name else { return Ok(None) };
            let entries: i64 = sqlx::query_scalar(COUNT).bind(tenant).fetch_one(&mut *conn).await?;
            sqlx::query(DELETE).bind(tenant).execute(&mut *conn).await?;

            let head: EndsHead = sqlx::query_as(LOCK).fetch_one(&mut *conn).await?;
            let last: i64 = sqlx::query_scalar(LAST).fetch_one(&mut *conn).await?;
            let intact = chain.as_ref().is_some_and(|chain| (proofs.chain_stands)(chain));
            refuse_another_root!(conn, intact && (proofs.stands)(&head), proofs.is_ours);
            let chain = chain.unwrap_or_else(|| AuditHead::start(Some(tenant.clone())));
            let mut end = AuditEnd {
                position: head.ends.max(last) + 1,
                tenant_id: tenant.clone(),
                name,
                deleted_at: now,
                entries,
                seq: chain.seq,
                digest: chain.digest,
                intact: i64::from(intact),
                proof: String::new(),
            };
            end.proof = (proofs.end)(&end);
            sqlx::query(ADD)
                .bind(end.position)
                .bind(&end.tenant_id)
                .bind(&end.name)
                .bind(end.deleted_at)
                .bind(end.entries)
                .bind(end.seq)
                .bind(&end.digest)
                .bind(end.intact)
                .bind(&end.proof)
                .execute(&mut *conn)
                .await?;
            let head = head.followed_by(&end, proofs);
            sqlx::query(SET).bind(head.ends).bind(&head.last_proof).bind(&head.proof).execute(&mut *conn).await?;
            Some(end)
        }))
    }

    /// Gives ends, and their number, other proofs where `prove` has one. Says how many ends were changed, and whether
    /// their number was.
    pub async fn prove_again(&self, prove: NewEndProofs<'_>) -> Result<(u64, bool), DbError> {
        const PROVE: &str = "UPDATE audit_ends SET proof = $2 WHERE position = $1";
        Ok(transaction!(self.db, conn => {
            let head: EndsHead = sqlx::query_as(LOCK).fetch_one(&mut *conn).await?;
            let ends: Vec<AuditEnd> = sqlx::query_as(ALL).fetch_all(&mut *conn).await?;
            let (mut changed, mut number, mut last_proof) = (0, false, head.last_proof.clone());
            for end in ends {
                let Some(proof) = (prove.end)(&end) else { continue };
                sqlx::query(PROVE).bind(end.position).bind(&proof).execute(&mut *conn).await?;
                changed += 1;
                if end.proof == head.last_proof {
                    last_proof = proof;
                }
            }
            // A number that has no proof that counts goes on without one, and so do the ends it tells of.
            if (prove.stands)(&head) {
                let next = EndsHead { last_proof, proof: String::new(), ..head.clone() };
                let proof = (prove.head)(&next);
                if proof != head.proof {
                    sqlx::query(SET).bind(next.ends).bind(&next.last_proof).bind(&proof).execute(&mut *conn).await?;
                    number = true;
                }
            }
            (changed, number)
        }))
    }

    /// All ends, oldest first.
    pub async fn all(&self) -> Result<Vec<AuditEnd>, DbError> {
        Ok(read!(self.db, conn => sqlx::query_as(ALL).fetch_all(conn).await?))
    }

    /// How many there are; `None` when that was lost.
    pub async fn head(&self) -> Result<Option<EndsHead>, DbError> {
        const SQL: &str = "SELECT ends, last_proof, proof FROM audit_ends_head WHERE id = 'ends'";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).fetch_optional(conn).await?))
    }
}

impl EndsHead {
    /// There is none, and nobody vouched for that.
    pub(crate) fn none() -> Self {
        Self {
            ends: 0,
            last_proof: String::new(),
            proof: String::new(),
        }
    }

    /// The same with one end more. One whose proof was wrong is not vouched for again: what was done to it stays visible.
    fn followed_by(&self, end: &AuditEnd, proofs: EndProofs<'_>) -> Self {
        let next = Self {
            ends: end.position,
            last_proof: end.proof.clone(),
            proof: String::new(),
        };
        let proof = if (proofs.stands)(self) {
            (proofs.head)(&next)
        } else {
            self.proof.clone()
        };
        Self { proof, ..next }
    }
}
