//! The audit log: one chain of entries per tenant, and one for acts that belong to no tenant.
//!
//! Each row carries its position (`seq`, from 1 without gaps) and the digest of the row before it, and each chain's end
//! is kept in a table of its own. A changed row, a missing row and a cut-off tail therefore all show. Digests are keyed,
//! and so are made by the caller.

mod append;
mod purge;
mod query;

use crate::pool::read;
use crate::{Db, DbError, TenantId};

pub use append::Appended;
pub use purge::Purged;
pub use query::{AuditFilter, AuditPage};

/// Computes a row's digest from everything else in it, `previous_digest` and `seq` included. `row.digest` is empty.
pub type Digest<'a> = &'a (dyn Fn(&AuditRow) -> String + Send + Sync);

/// What happened, as told by whoever records it. Parameters and messages are redacted before they come here.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
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
    /// `success`, `error`, ...
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
}

/// An entry in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditRow {
    /// What happened.
    #[sqlx(flatten)]
    pub entry: AuditEntry,
    /// Position in the chain, from 1.
    pub seq: i64,
    /// Digest of the row before; empty for the first.
    pub previous_digest: String,
    /// Digest of this row.
    pub digest: String,
}

/// The two ends of a chain.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
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
}

macro_rules! columns {
    () => {
        "id, tenant_id, store_id, tool_name, parameters, status, error_code, error_message, duration_ms, request_id, \
         source, actor, client_name, ip_address, user_agent, created_at, seq, previous_digest, digest"
    };
}
use columns;

/// The audit log's methods; see [`Db::audit`].
#[derive(Debug)]
pub struct Audit<'a> {
    pub(crate) db: &'a Db,
}

impl Audit<'_> {
    /// The end of one chain; `None` when it has no row yet.
    pub async fn head(&self, tenant: Option<&TenantId>) -> Result<Option<AuditHead>, DbError> {
        const SQL: &str = "SELECT tenant_id, seq, digest, purged_seq, purged_digest FROM audit_heads WHERE chain = $1";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(chain(tenant)).fetch_optional(conn).await?))
    }

    /// The ends of all chains.
    pub async fn heads(&self) -> Result<Vec<AuditHead>, DbError> {
        const SQL: &str = "SELECT tenant_id, seq, digest, purged_seq, purged_digest FROM audit_heads ORDER BY chain";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).fetch_all(conn).await?))
    }
}

/// A chain's key in both tables.
fn chain(tenant: Option<&TenantId>) -> &str {
    tenant.map_or("system", TenantId::as_str)
}
