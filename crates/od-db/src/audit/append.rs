//! Adding to chains.

use std::collections::BTreeMap;

use sqlx::query_builder::Separated;
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{Audit, AuditEntry, AuditHead, AuditRow, Proofs, bind_head, chain, head_columns};
use crate::pool::transaction;
use crate::{DbError, TenantId};

/// Rows of one INSERT: 21 values each, far below the 32,766 that SQLite allows in a statement.
const ROWS: usize = 32;

/// Finds a chain's ends, or starts the chain without a proof, and keeps other writers off it until the transaction ends.
/// No row when the tenant is gone.
pub(super) const LOCK_HEAD: &str = concat!(
    "INSERT INTO audit_heads (chain, tenant_id, seq, digest, purged_seq, purged_digest) \
     SELECT $1, CAST($2 AS TEXT), 0, '', 0, '' \
     WHERE CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM tenants WHERE id = $2) \
     ON CONFLICT (chain) DO UPDATE SET seq = audit_heads.seq RETURNING ",
    head_columns!()
);

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appended {
    /// Entries now in their chains.
    pub written: usize,
    /// Tenants that do not exist (any more): their entries were not written.
    pub gone: Vec<TenantId>,
}

impl Audit<'_> {
    /// Appends entries, each to its tenant's chain, in the order given: all in one transaction, or none on an error.
    ///
    /// NUL characters, which PostgreSQL cannot store, become U+FFFD. On [`DbError::Busy`] (two replicas may have to wait
    /// for one another) the same batch may be given again.
    pub async fn append_batch(&self, entries: &[AuditEntry], proofs: Proofs<'_>) -> Result<Appended, DbError> {
        // Sorted, so that two replicas lock chains in the same order.
        let mut chains = BTreeMap::<Option<&TenantId>, Vec<&AuditEntry>>::new();
        for entry in entries {
            chains.entry(entry.tenant_id.as_ref()).or_default().push(entry);
        }
        let mut appended = Appended::default();
        transaction!(self.db, conn: Driver => {
            for (tenant, entries) in chains {
                let head: Option<AuditHead> =
                    sqlx::query_as(LOCK_HEAD).bind(chain(tenant)).bind(tenant).fetch_optional(&mut *conn).await?;
                let Some(head) = head else {
                    appended.gone.extend(tenant.cloned());
                    continue;
                };
                let mut end = head.clone();
                // Linked as they are sent: proving all of a large batch in one go would hold up everything else that the
                // thread has to do.
                for some in entries.chunks(ROWS) {
                    let rows = link(&mut end, some.iter().copied(), proofs);
                    insertion::<Driver>(rows).build().persistent(some.len() == ROWS).execute(&mut *conn).await?;
                    appended.written += some.len();
                }
                let head = head.moved(end, proofs);
                bind_head!(head).execute(&mut *conn).await?;
            }
        });
        Ok(appended)
    }
}

/// Gives entries their places after `end`, and moves it to the last of them.
pub(super) fn link<'e>(
    end: &mut AuditHead,
    entries: impl IntoIterator<Item = &'e AuditEntry>,
    proofs: Proofs<'_>,
) -> Vec<AuditRow> {
    let place = |entry| {
        end.seq += 1;
        let mut row = AuditRow {
            entry: without_nul(entry),
            seq: end.seq,
            previous_digest: std::mem::take(&mut end.digest),
            digest: String::new(),
        };
        row.digest = (proofs.row)(&row);
        end.digest.clone_from(&row.digest);
        row
    };
    entries.into_iter().map(place).collect()
}

fn without_nul(entry: &AuditEntry) -> AuditEntry {
    let mut entry = entry.clone();
    let optional = [
        &mut entry.store_id,
        &mut entry.error_code,
        &mut entry.error_message,
        &mut entry.client_name,
        &mut entry.ip_address,
        &mut entry.user_agent,
    ];
    let required = [
        &mut entry.tool_name,
        &mut entry.parameters,
        &mut entry.status,
        &mut entry.source,
        &mut entry.actor,
    ];
    for text in optional.into_iter().flatten().chain(required) {
        if text.contains('\0') {
            *text = text.replace('\0', "\u{fffd}");
        }
    }
    entry
}

/// One INSERT of several rows: an entry costs a fraction of a statement, and auditing happens on every call.
/// Takes the rows, so that their texts are handed to the driver and not copied.
pub(super) fn insertion<DB>(rows: impl IntoIterator<Item = AuditRow>) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    String: Type<DB> + for<'e> Encode<'e, DB>,
    Option<String>: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = QueryBuilder::new(concat!("INSERT INTO audit_log (", super::columns!(), ", chain) "));
    query.push_values(rows, |mut values: Separated<'_, DB, &'static str>, row| {
        let entry = row.entry;
        let chain = chain(entry.tenant_id.as_ref()).to_owned();
        values
            .push_bind(entry.id)
            .push_bind(entry.tenant_id.map(String::from))
            .push_bind(entry.store_id)
            .push_bind(entry.tool_name)
            .push_bind(entry.parameters)
            .push_bind(entry.status)
            .push_bind(entry.error_code)
            .push_bind(entry.error_message)
            .push_bind(entry.duration_ms)
            .push_bind(entry.request_id)
            .push_bind(entry.source)
            .push_bind(entry.actor)
            .push_bind(entry.client_name)
            .push_bind(entry.ip_address)
            .push_bind(entry.user_agent)
            .push_bind(entry.created_at)
            .push_bind(entry.begun_id)
            .push_bind(row.seq)
            .push_bind(row.previous_digest)
            .push_bind(row.digest)
            .push_bind(chain);
    });
    query
}
