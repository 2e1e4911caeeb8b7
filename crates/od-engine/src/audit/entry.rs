//! Entries as people and programs read them.

use od_db::AuditRow;
use serde::Serialize;
use serde_json::Value;

use super::{AuditFilter, AuditLog, AuditPage};
use crate::clock::even_timestamp;
use crate::error::Error;
use crate::scope::Scope;

/// An entry of the audit log.
#[derive(Clone, Debug, Serialize)]
pub struct EntryView {
    /// The entry's id.
    pub id: String,
    /// Its position among the entries of its owner, from 1. A change takes two, of which its end is shown.
    pub seq: i64,
    /// When it happened: RFC 3339, UTC.
    pub created_at: String,
    /// Whose entry it is; absent for acts that belong to no tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// The Order Desk store concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_id: Option<String>,
    /// The tool or administrative act, dotted.
    pub tool_name: String,
    /// `success` or `error`; `begun` for a change whose end is not known: it is at work, or its process died.
    pub status: String,
    /// The stable error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// How long it took.
    pub duration_ms: i64,
    /// The correlation id.
    pub request_id: String,
    /// The door: `mcp`, `webui`, `cli`, `webhook`, or `engine` for what the server does by itself.
    pub source: String,
    /// The credential that was used, by its listed prefix.
    pub actor: String,
    /// What the client calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Where the call came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// What the HTTP client calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The arguments, redacted.
    pub parameters: Value,
    /// Order Desk's ids of the orders that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order_ids: Vec<String>,
    /// Whose word an agreement to what cannot be taken back took: `person` who was asked, `argument` for the caller's own,
    /// `argument_unanswered` for that when the question was closed or left alone. Absent where none was needed or given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed_by: Option<String>,
    /// Whether what it altered is kept, sealed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_difference: bool,
    /// The keyed digest that chains the entry to those before it.
    pub digest: String,
}

impl AuditLog<'_> {
    /// The tenant's own entries, newest first.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn list(&self, scope: &Scope, filter: &AuditFilter, page: AuditPage) -> Result<Vec<EntryView>, Error> {
        let rows = self.0.inner.db.audit().list(scope.tenant(), filter, page).await?;
        Ok(rows.into_iter().map(EntryView::from).collect())
    }
}

impl From<AuditRow> for EntryView {
    fn from(row: AuditRow) -> Self {
        let AuditRow { entry, seq, digest, .. } = row;
        let has_difference = entry.has_difference();
        let orders = entry.orders.as_deref().unwrap_or_default();
        Self {
            id: entry.id,
            seq,
            created_at: even_timestamp(entry.created_at),
            tenant_id: entry.tenant_id.map(|tenant| tenant.to_string()),
            store_id: entry.store_id,
            tool_name: entry.tool_name,
            status: entry.status,
            error_code: entry.error_code,
            error_message: entry.error_message,
            duration_ms: entry.duration_ms,
            request_id: entry.request_id,
            source: entry.source,
            actor: entry.actor,
            client_name: entry.client_name,
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            order_ids: orders.split_ascii_whitespace().map(str::to_owned).collect(),
            agreed_by: entry.agreed_by,
            has_difference,
            parameters: serde_json::from_str(&entry.parameters).unwrap_or(Value::String(entry.parameters)),
            digest,
        }
    }
}
