//! What a chain is proved with: digests keyed with the root key, which whoever has only the database cannot make.

use od_db::{AuditHead, AuditRow, Proofs, TenantId};
use od_vault::{Fingerprints, RootKey};

/// Makes the digests of entries and the proofs of chains' ends.
pub(crate) struct Prover {
    row: Box<dyn Fn(&AuditRow) -> String + Send + Sync>,
    head: Box<dyn Fn(&AuditHead) -> String + Send + Sync>,
}

impl Prover {
    pub(crate) fn new(root: &RootKey) -> Self {
        let (rows, heads) = (root.fingerprints("audit chain"), root.fingerprints("audit ends"));
        Self {
            row: Box::new(move |row| digest(&rows, row)),
            head: Box::new(move |head| proof(&heads, head)),
        }
    }

    /// Both, for the database to use inside its transactions.
    pub(crate) fn proofs(&self) -> Proofs<'_> {
        Proofs {
            row: &*self.row,
            head: &*self.head,
        }
    }

    /// The proof of a chain's ends alone.
    pub(crate) fn of_heads(&self) -> &(dyn Fn(&AuditHead) -> String + Send + Sync) {
        &*self.head
    }

    /// The digest that an entry in its place must have.
    pub(crate) fn digest(&self, row: &AuditRow) -> String {
        (self.row)(row)
    }

    /// The proof that a chain's ends must have.
    pub(crate) fn proof(&self, head: &AuditHead) -> String {
        (self.head)(head)
    }
}

/// Chains an entry to the one before it.
fn digest(fingerprints: &Fingerprints, row: &AuditRow) -> String {
    let entry = &row.entry;
    let (seq, duration, created) = (number(row.seq), number(entry.duration_ms), number(entry.created_at));
    let mut parts = vec![
        row.previous_digest.as_bytes(),
        seq.as_bytes(),
        entry.id.as_bytes(),
        tenant(entry.tenant_id.as_ref()),
        optional(entry.store_id.as_deref()),
        entry.tool_name.as_bytes(),
        entry.parameters.as_bytes(),
        entry.status.as_bytes(),
        optional(entry.error_code.as_deref()),
        optional(entry.error_message.as_deref()),
        duration.as_bytes(),
        entry.request_id.as_bytes(),
        entry.source.as_bytes(),
        entry.actor.as_bytes(),
        optional(entry.client_name.as_deref()),
        optional(entry.ip_address.as_deref()),
        optional(entry.user_agent.as_deref()),
        created.as_bytes(),
    ];
    // What entries of before do not have adds no part, so that they keep their digests. How many parts there are says which
    // they are: one more, and it is a beginning; two, a beginning and orders; five, all. Every part is taken with its length.
    //
    // Of what a change altered the sealed bytes are signed themselves: they are in the row that is read anyhow, and a tag
    // alone would not do, as whoever has the key of AES-GCM can make other bytes with the same one.
    let (begun, orders) = (entry.begun_id.as_deref(), entry.orders.as_deref());
    let difference = &entry.difference;
    let sealed = [&*difference.ciphertext, &*difference.tag, &*difference.nonce];
    let is_sealed = sealed.iter().any(|text| !text.is_empty());
    if is_sealed || orders.is_some() {
        parts.extend([optional(begun), optional(orders)]);
    } else {
        parts.extend(begun.map(str::as_bytes));
    }
    if is_sealed {
        parts.extend(sealed.map(str::as_bytes));
    }
    fingerprints.of(&parts)
}

/// Vouches for where a chain begins and ends.
fn proof(fingerprints: &Fingerprints, head: &AuditHead) -> String {
    fingerprints.of(&[
        tenant(head.tenant_id.as_ref()),
        number(head.seq).as_bytes(),
        head.digest.as_bytes(),
        number(head.purged_seq).as_bytes(),
        head.purged_digest.as_bytes(),
    ])
}

fn tenant(id: Option<&TenantId>) -> &[u8] {
    id.map_or(b"", |id| id.as_str().as_bytes())
}

/// No text has a NUL in it, so that one stands for a text that is there and empty.
fn optional(text: Option<&str>) -> &[u8] {
    match text {
        None => b"",
        Some("") => b"\0",
        Some(text) => text.as_bytes(),
    }
}

fn number(n: i64) -> String {
    n.to_string()
}
