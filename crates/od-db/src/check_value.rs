//! The value that tells the right root key from a wrong one.

use crate::audit::{PROVE, UNPROVEN, chain};
use crate::audit_ends::PROVE_NONE;
use crate::pool::{read, transaction};
use crate::root_check::GET;
use crate::row::from_row;
use crate::{AuditHead, Db, DbError, EndsHead, SealedColumns};

const REPLACE: &str = "UPDATE vault_check SET ciphertext = $1, tag = $2, nonce = $3 \
     WHERE id = 'root' AND ciphertext = $4 AND tag = $5 AND nonce = $6";

/// The keyed functions that vouch for what has no proof yet.
#[derive(Clone, Copy)]
pub struct Vouchers<'a> {
    /// The proof of a chain's ends, from everything else in them.
    pub head: &'a (dyn Fn(&AuditHead) -> String + Send + Sync),
    /// The proof of the number of deleted tenants, from everything else in it.
    pub ends: &'a (dyn Fn(&EndsHead) -> String + Send + Sync),
}

/// A key that outlives the root key it came from, sealed under the present one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// What it is kept under.
    pub name: String,
    /// The key, sealed.
    pub sealed: SealedColumns,
}

from_row! { KeptKey: name; sealed }

/// What changes in the moment in which a database goes over to another root key.
#[derive(Clone, Copy, Debug)]
pub struct HandOver<'a> {
    /// The check value of the root key before.
    pub before: &'a SealedColumns,
    /// That of the new one.
    pub value: &'a SealedColumns,
    /// All kept keys, sealed under the new one.
    pub kept: &'a [KeptKey],
}

/// The check value's methods; see [`Db::check_value`].
#[derive(Debug)]
pub struct CheckValue<'a> {
    pub(crate) db: &'a Db,
}

impl CheckValue<'_> {
    /// The stored value, if a root key was ever used with this database.
    pub async fn get(&self) -> Result<Option<SealedColumns>, DbError> {
        Ok(read!(self.db, conn => sqlx::query_as(GET).fetch_optional(conn).await?))
    }

    /// The kept keys, by their names.
    pub async fn kept(&self) -> Result<Vec<KeptKey>, DbError> {
        const SQL: &str = "SELECT id AS name, ciphertext, tag, nonce FROM vault_check WHERE id <> 'root' ORDER BY id";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).fetch_all(conn).await?))
    }

    /// Goes over to another root key: its check value stands in place of the one before, and the kept keys with it, all in
    /// one. False when the value before is not there any more: another process was quicker, and nothing was changed.
    pub async fn hand_over(&self, to: HandOver<'_>) -> Result<bool, DbError> {
        const KEEP: &str = "INSERT INTO vault_check (id, ciphertext, tag, nonce) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET ciphertext = excluded.ciphertext, tag = excluded.tag, nonce = excluded.nonce";
        Ok(transaction!(self.db, conn => {
            let (before, value) = (to.before, to.value);
            let put = sqlx::query(REPLACE).bind(&value.ciphertext).bind(&value.tag).bind(&value.nonce);
            let put = put.bind(&before.ciphertext).bind(&before.tag).bind(&before.nonce);
            let done = put.execute(&mut *conn).await?.rows_affected() > 0;
            if done {
                for KeptKey { name, sealed } in to.kept {
                    let keep = sqlx::query(KEEP).bind(name).bind(&sealed.ciphertext).bind(&sealed.tag).bind(&sealed.nonce);
                    keep.execute(&mut *conn).await?;
                }
            }
            done
        }))
    }

    /// Whether there is something here that a root key was needed for: a tenant, or anything that tells of one.
    pub async fn is_needed(&self) -> Result<bool, DbError> {
        const SQL: &str = "SELECT (SELECT COUNT(*) FROM tenants) + (SELECT COUNT(*) FROM audit_ends) \
             + (SELECT COUNT(*) FROM audit_heads WHERE seq > 0) + (SELECT COUNT(*) FROM audit_ends_head WHERE ends > 0) \
             + CASE WHEN EXISTS (SELECT 1 FROM audit_log) THEN 1 ELSE 0 END";
        let things: i64 = read!(self.db, conn => sqlx::query_scalar(SQL).fetch_one(conn).await?);
        Ok(things > 0)
    }

    /// Stores `value` in place of `before`, or of none, and vouches for the ends of chains that have no proof and for there
    /// being no deleted tenant: all in one, so that it is done once. Answers the value that counts: when several processes
    /// start at once, one of them stores its own and vouches, and they all get the same answer.
    pub async fn put(
        &self,
        value: &SealedColumns,
        before: Option<&SealedColumns>,
        vouchers: Vouchers<'_>,
    ) -> Result<SealedColumns, DbError> {
        const INSERT: &str = "INSERT INTO vault_check (id, ciphertext, tag, nonce) VALUES ('root', $1, $2, $3) \
             ON CONFLICT (id) DO NOTHING";
        Ok(transaction!(self.db, conn => {
            let put = sqlx::query(if before.is_some() { REPLACE } else { INSERT });
            let put = put.bind(&value.ciphertext).bind(&value.tag).bind(&value.nonce);
            let put = match before {
                Some(before) => put.bind(&before.ciphertext).bind(&before.tag).bind(&before.nonce),
                None => put,
            };
            if put.execute(&mut *conn).await?.rows_affected() > 0 {
                let heads: Vec<AuditHead> = sqlx::query_as(UNPROVEN).fetch_all(&mut *conn).await?;
                for head in heads {
                    let (name, proof) = (chain(head.tenant_id.as_ref()), (vouchers.head)(&head));
                    sqlx::query(PROVE).bind(name).bind(head.seq).bind(proof).execute(&mut *conn).await?;
                }
                let none = (vouchers.ends)(&EndsHead::none());
                sqlx::query(PROVE_NONE).bind(none).execute(&mut *conn).await?;
            }
            sqlx::query_as(GET).fetch_one(&mut *conn).await?
        }))
    }
}
