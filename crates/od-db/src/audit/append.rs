//! Adding to chains.

use std::collections::{BTreeMap, HashMap};

use sqlx::query_builder::Separated;
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{Audit, AuditEntry, AuditHead, AuditRow, Proofs, chain, head_columns};
use crate::pool::transaction;
use crate::root_check::refuse_another_root;
use crate::{DbError, TenantId};

/// Rows of one statement: 26 values each at most, far below the 32,766 that SQLite allows.
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
        // Sorted as the database sorts them, so that two replicas lock chains in the same order.
        let mut chains = BTreeMap::<&str, Vec<&AuditEntry>>::new();
        for entry in entries {
            chains.entry(chain(entry.tenant_id.as_ref())).or_default().push(entry);
        }
        let tenants: Vec<_> = chains.values().map(|entries| entries[0].tenant_id.as_ref()).collect();
        let mut appended = Appended::default();
        transaction!(self.db, conn: Driver => {
            let mut heads = HashMap::new();
            for some in tenants.chunks(ROWS) {
                let mut query = locking::<Driver>(some);
                let found: Vec<AuditHead> =
                    query.build_query_as().persistent(some.len() == ROWS).fetch_all(&mut *conn).await?;
                heads.extend(found.into_iter().map(|head| (head.tenant_id.clone(), head)));
            }
            let mut rows = Vec::with_capacity(ROWS);
            let mut moved = Vec::with_capacity(heads.len());
            for (tenant, entries) in tenants.into_iter().zip(chains.into_values()) {
                let Some(head) = heads.remove(&tenant.cloned()) else {
                    appended.gone.extend(tenant.cloned());
                    continue;
                };
                refuse_another_root!(conn, (proofs.stands)(&head), proofs.is_ours);
                let mut end = head.clone();
                for entry in entries {
                    // Linked as they are sent: proving all of a large batch in one go would hold up everything else that the
                    // thread has to do.
                    rows.push(link(&mut end, entry, proofs));
                    appended.written += 1;
                    if rows.len() == ROWS {
                        insertion::<Driver>(rows.drain(..)).build().execute(&mut *conn).await?;
                    }
                }
                moved.push(head.moved(end, proofs));
            }
            if !rows.is_empty() {
                insertion::<Driver>(rows).build().persistent(false).execute(&mut *conn).await?;
            }
            for some in moved.chunks(ROWS) {
                moving::<Driver>(some).build().persistent(some.len() == ROWS).execute(&mut *conn).await?;
            }
        });
        Ok(appended)
    }
}

/// Gives an entry its place after `end`, and moves that there.
pub(super) fn link(end: &mut AuditHead, entry: &AuditEntry, proofs: Proofs<'_>) -> AuditRow {
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

/// As [`LOCK_HEAD`], for several chains: at many tenants each entry is of another one.
fn locking<DB>(tenants: &[Option<&TenantId>]) -> QueryBuilder<DB>
where
    DB: Database,
    String: Type<DB> + for<'e> Encode<'e, DB>,
    Option<String>: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = QueryBuilder::new("WITH named (chain, tenant_id) AS (");
    query.push_values(tenants, |mut values: Separated<'_, DB, _>, tenant| {
        let id = tenant.map(|tenant| tenant.as_str().to_owned());
        values.push_bind(chain(*tenant).to_owned()).push_bind(id);
    });
    // In one order, as the batch is: two replicas must not lock the same chains each in its own.
    query.push(concat!(
        ") INSERT INTO audit_heads (chain, tenant_id, seq, digest, purged_seq, purged_digest) \
         SELECT chain, CAST(tenant_id AS TEXT), 0, '', 0, '' FROM named \
         WHERE tenant_id IS NULL OR EXISTS (SELECT 1 FROM tenants WHERE id = named.tenant_id) ORDER BY chain \
         ON CONFLICT (chain) DO UPDATE SET seq = audit_heads.seq RETURNING ",
        head_columns!()
    ));
    query
}

/// Moves the newer ends of chains.
fn moving<DB>(heads: &[AuditHead]) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = QueryBuilder::new("WITH moved (chain, seq, digest, proof) AS (");
    query.push_values(heads, |mut values: Separated<'_, DB, _>, head| {
        values
            .push_bind(chain(head.tenant_id.as_ref()).to_owned())
            .push_bind(head.seq)
            .push_bind(head.digest.clone())
            .push_bind(head.proof.clone());
    });
    query.push(
        ") UPDATE audit_heads SET seq = moved.seq, digest = moved.digest, proof = moved.proof \
         FROM moved WHERE audit_heads.chain = moved.chain",
    );
    query
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
    let mut query = QueryBuilder::new(concat!(
        "INSERT INTO audit_log (",
        super::plain_columns!(),
        ", difference_ciphertext, difference_tag, difference_nonce, chain) "
    ));
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
            .push_bind(entry.orders)
            .push_bind(entry.agreed_by)
            .push_bind(row.seq)
            .push_bind(row.previous_digest)
            .push_bind(row.digest)
            .push_bind(entry.difference.ciphertext)
            .push_bind(entry.difference.tag)
            .push_bind(entry.difference.nonce)
            .push_bind(chain);
    });
    query
}
