//! The audit log: one chain of entries per tenant, and one for acts that belong to no tenant.
//!
//! Each row carries its position (`seq`, from 1 without gaps) and the digest of the row before it, and each chain's ends
//! are kept in a table of their own, with a proof. A changed row, a missing row, a cut-off tail and a removed beginning
//! therefore all show. Digests and proofs are keyed, and so are made by the caller.

mod append;
mod purge;
mod query;
mod search;

use crate::pool::{read, transaction};
use crate::root_check::IsOurs;
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

pub use append::Appended;
pub use purge::Purged;
pub use query::{AuditFilter, AuditPage, AuditPlace};
#[cfg(feature = "testing")]
pub(crate) use query::{OF_REQUEST, listing, reaching};

/// The keyed functions that a chain is proved with.
#[derive(Clone, Copy)]
pub struct Proofs<'a> {
    /// A row's digest, from everything else in it, `previous_digest` and `seq` included. `row.digest` is empty.
    pub row: &'a (dyn Fn(&AuditRow) -> String + Send + Sync),
    /// The proof of a chain's ends, from everything else in them.
    pub head: &'a (dyn Fn(&AuditHead) -> String + Send + Sync),
    /// Whether a chain's ends carry a proof that counts.
    pub stands: &'a (dyn Fn(&AuditHead) -> bool + Send + Sync),
    /// Whether a check value was made with a root key at hand.
    pub is_ours: IsOurs<'a>,
}

/// What happened, as told by whoever records it. Parameters and messages are redacted before they come here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The entry's id.
    pub id: String,
    /// Whose chain it belongs to; `None` for administrative acts without a tenant.
    pub tenant_id: Option<TenantId>,
    /// The Order Desk store id concerned.
    pub store_id: Option<String>,
    /// The tool or administrative act.
    pub tool_name: String,
    /// Its arguments, redacted, as JSON text.
    pub parameters: String,
    /// `success` or `error`; [`BEGUN`] from before a change until its end is known.
    pub status: String,
    /// The stable error code.
    pub error_code: Option<String>,
    /// The error's message.
    pub error_message: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// The correlation id.
    pub request_id: String,
    /// `mcp`, `webui`, `cli` or `webhook`.
    pub source: String,
    /// Who did it: the credential, or the program itself.
    pub actor: String,
    /// The MCP client's name for itself.
    pub client_name: Option<String>,
    /// Where the request came from.
    pub ip_address: Option<String>,
    /// The HTTP client's name for itself.
    pub user_agent: Option<String>,
    /// When it happened.
    pub created_at: i64,
    /// For the end of a change: the id of the entry that was written when it began. That one may be purged already.
    pub begun_id: Option<String>,
    /// Order Desk's ids of the orders that it is about, with blanks between them.
    pub orders: Option<String>,
    /// Whose word an agreement to what cannot be taken back took; nothing where none was needed, and in entries of before.
    pub agreed_by: Option<String>,
    /// For the end of a change: what it altered, sealed. Lists read the nonce of it and nothing else, which tells whether it
    /// is there.
    pub difference: SealedColumns,
}

from_row! {
    AuditEntry:
    id, tenant_id, store_id, tool_name, parameters, status, error_code, error_message, duration_ms, request_id, source,
    actor, client_name, ip_address, user_agent, created_at, begun_id, orders, agreed_by; difference
}

impl AuditEntry {
    /// Whether what it altered is kept.
    pub fn has_difference(&self) -> bool {
        !self.difference.nonce.is_empty()
    }
}

/// The status of an entry that was written before a change. Its end is an entry of its own, as nothing in a chain is ever
/// written over; lists show the end alone.
pub const BEGUN: &str = "begun";

/// An entry in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// What happened.
    pub entry: AuditEntry,
    /// Position in the chain, from 1.
    pub seq: i64,
    /// Digest of the row before; empty for the first.
    pub previous_digest: String,
    /// Digest of this row.
    pub digest: String,
}

from_row! { AuditRow: seq, previous_digest, digest; entry }

/// The two ends of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Whose chain; `None` for the one without a tenant.
    pub tenant_id: Option<TenantId>,
    /// Position of the newest row; 0 when nothing was ever written.
    pub seq: i64,
    /// Digest of the newest row.
    pub digest: String,
    /// Position of the last row purged; 0 when nothing was. The oldest row still there comes right after it.
    pub purged_seq: i64,
    /// Digest of the last row purged: the `previous_digest` of the oldest row still there.
    pub purged_digest: String,
    /// What the key's holder made of the rest; empty when nobody vouched for it.
    pub proof: String,
}

from_row! { AuditHead: tenant_id, seq, digest, purged_seq, purged_digest, proof }

impl AuditHead {
    /// The ends of a chain that has no row yet, without a proof.
    pub fn start(tenant: Option<TenantId>) -> Self {
        Self {
            tenant_id: tenant,
            seq: 0,
            digest: String::new(),
            purged_seq: 0,
            purged_digest: String::new(),
            proof: String::new(),
        }
    }

    /// These ends moved `to` another place. A head whose proof was wrong is not vouched for again: what was done to it
    /// stays visible.
    fn moved(&self, to: Self, proofs: Proofs<'_>) -> Self {
        let proof = if (proofs.stands)(self) {
            (proofs.head)(&to)
        } else {
            self.proof.clone()
        };
        Self { proof, ..to }
    }
}

/// All of a row but the sealed value.
macro_rules! plain_columns {
    () => {
        "id, tenant_id, store_id, tool_name, parameters, status, error_code, error_message, duration_ms, request_id, \
         source, actor, client_name, ip_address, user_agent, created_at, begun_id, orders, agreed_by, seq, previous_digest, digest"
    };
}
use plain_columns;

/// A row as lists read it: without the sealed value, which may be long, but for its nonce.
macro_rules! listed_columns {
    () => {
        concat!(
            super::plain_columns!(),
            ", '' AS ciphertext, '' AS tag, difference_nonce AS nonce"
        )
    };
}
use listed_columns;

/// A whole row.
macro_rules! columns {
    () => {
        concat!(
            super::plain_columns!(),
            ", difference_ciphertext AS ciphertext, difference_tag AS tag, difference_nonce AS nonce"
        )
    };
}
use columns;

/// True of the rows that lists leave out: the beginnings of changes whose end is there. `EXISTS` would have PostgreSQL read the
/// whole table, all tenants' entries, to have the ends at hand.
macro_rules! ended {
    () => {
        "(audit_log.status = 'begun' \
          AND (SELECT e.begun_id FROM audit_log e WHERE e.begun_id = audit_log.id LIMIT 1) IS NOT NULL)"
    };
}
pub(crate) use ended;

macro_rules! head_columns {
    () => {
        "tenant_id, seq, digest, purged_seq, purged_digest, proof"
    };
}
use head_columns;

/// The ends that nobody vouched for.
pub(crate) const UNPROVEN: &str = concat!(
    "SELECT ",
    head_columns!(),
    " FROM audit_heads WHERE proof = '' ORDER BY chain"
);
/// Vouches for those of a chain, unless they have moved since they were read.
pub(crate) const PROVE: &str = "UPDATE audit_heads SET proof = $3 WHERE chain = $1 AND seq = $2 AND proof = ''";

/// Sets a chain's ends.
const MOVE_HEAD: &str = "UPDATE audit_heads SET seq = $2, digest = $3, purged_seq = $4, purged_digest = $5, proof = $6 \
     WHERE chain = $1";

/// Binds what [`MOVE_HEAD`] asks for.
macro_rules! bind_head {
    ($head:expr) => {
        sqlx::query(super::MOVE_HEAD)
            .bind(super::chain($head.tenant_id.as_ref()))
            .bind($head.seq)
            .bind(&$head.digest)
            .bind($head.purged_seq)
            .bind(&$head.purged_digest)
            .bind(&$head.proof)
    };
}
use bind_head;

/// Chains whose ends are given new proofs in one transaction: others who write wait no longer than that.
const PROVED_AT_ONCE: usize = 100;

/// The audit log's methods; see [`Db::audit`].
#[derive(Debug)]
pub struct Audit<'a> {
    pub(crate) db: &'a Db,
}

impl Audit<'_> {
    /// The ends of one chain; `None` when they were lost, or there is no such tenant.
    pub async fn head(&self, tenant: Option<&TenantId>) -> Result<Option<AuditHead>, DbError> {
        const SQL: &str = concat!("SELECT ", head_columns!(), " FROM audit_heads WHERE chain = $1");
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(chain(tenant)).fetch_optional(conn).await?))
    }

    /// The ends of all chains.
    pub async fn heads(&self) -> Result<Vec<AuditHead>, DbError> {
        const SQL: &str = concat!("SELECT ", head_columns!(), " FROM audit_heads ORDER BY chain");
        Ok(read!(self.db, conn => sqlx::query_as(SQL).fetch_all(conn).await?))
    }

    /// Gives chains' ends other proofs in place of those they were read with. One that has moved meanwhile, or was given
    /// another proof, is left alone. Says how many were changed.
    pub async fn prove_again(&self, proved: &[(AuditHead, String)]) -> Result<u64, DbError> {
        const SQL: &str = "UPDATE audit_heads SET proof = $3 WHERE chain = $1 AND proof = $2";
        let mut changed = 0;
        for some in proved.chunks(PROVED_AT_ONCE) {
            changed += transaction!(self.db, conn => {
                let mut changed = 0;
                for (head, proof) in some {
                    let done = sqlx::query(SQL).bind(chain(head.tenant_id.as_ref())).bind(&head.proof).bind(proof);
                    changed += done.execute(&mut *conn).await?.rows_affected();
                }
                changed
            });
        }
        Ok(changed)
    }

    /// The chains that lost their ends: of tenants that exist, and of rows that are left. Named as [`AuditRow`]s do, by the
    /// tenant's id or `system`.
    pub async fn headless(&self) -> Result<Vec<String>, DbError> {
        const SQL: &str = "SELECT id FROM tenants WHERE NOT EXISTS (SELECT 1 FROM audit_heads WHERE chain = tenants.id) \
             UNION SELECT chain FROM audit_log WHERE NOT EXISTS \
             (SELECT 1 FROM audit_heads WHERE audit_heads.chain = audit_log.chain) \
             UNION SELECT 'system' WHERE NOT EXISTS (SELECT 1 FROM audit_heads WHERE chain = 'system') ORDER BY 1";
        Ok(read!(self.db, conn => sqlx::query_scalar(SQL).fetch_all(conn).await?))
    }
}

/// A chain's key in both tables.
pub(crate) fn chain(tenant: Option<&TenantId>) -> &str {
    tenant.map_or("system", TenantId::as_str)
}
