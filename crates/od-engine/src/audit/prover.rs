//! What a chain is proved with: digests keyed with the root key, which whoever has only the database cannot make.

use std::sync::Arc;

use od_db::{AuditHead, AuditRow, Proofs, SealedColumns, TenantId};
use od_vault::Fingerprints;

use crate::roots::{AUDIT_CHAIN, Roots};

/// Makes the digests of entries and the proofs of chains' ends.
///
/// Ends are proved with the root key in use, or with the one before as long as that is at hand. Entries keep the digests they
/// were written with: the proof of the ends binds them all, since each has the digest of the one before it.
pub(crate) struct Prover {
    row: Box<dyn Fn(&AuditRow) -> String + Send + Sync>,
    head: Box<dyn Fn(&AuditHead) -> String + Send + Sync>,
    stands: Box<dyn Fn(&AuditHead) -> bool + Send + Sync>,
    before: Option<Fingerprints>,
    former_rows: Vec<Fingerprints>,
    is_ours: Box<dyn Fn(&SealedColumns) -> bool + Send + Sync>,
}

/// What the ends of a chain are proved with.
const AUDIT_ENDS: &str = "audit ends";

impl Prover {
    /// `former` is what entries of before were chained with.
    pub(crate) fn new(roots: &Roots, former: Vec<Fingerprints>) -> Self {
        let rows = roots.current.fingerprints(AUDIT_CHAIN);
        let heads = Arc::new(roots.current.fingerprints(AUDIT_ENDS));
        let before = |purpose| roots.previous.as_ref().map(|root| root.fingerprints(purpose));
        let (accepted, known, signing) = (before(AUDIT_ENDS), roots.clone(), heads.clone());
        Self {
            row: Box::new(move |row| digest(&rows, row)),
            head: Box::new(move |head| proof(&signing, head)),
            stands: Box::new(move |head| {
                let is_of = |key: &Fingerprints| head.proof == proof(key, head);
                is_of(&heads) || accepted.as_ref().is_some_and(is_of)
            }),
            before: before(AUDIT_ENDS),
            former_rows: before(AUDIT_CHAIN).into_iter().chain(former).collect(),
            is_ours: Box::new(move |stored| known.of_check_value(stored).is_some()),
        }
    }

    /// All of it, for the database to use inside its transactions.
    pub(crate) fn proofs(&self) -> Proofs<'_> {
        Proofs {
            row: &*self.row,
            head: &*self.head,
            stands: &*self.stands,
            is_ours: &*self.is_ours,
        }
    }

    /// Whether a chain's ends carry a proof that counts.
    pub(crate) fn stands(&self, head: &AuditHead) -> bool {
        (self.stands)(head)
    }

    /// Whether a chain's ends carry the proof of the root key before.
    pub(crate) fn is_of_before(&self, head: &AuditHead) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|before| head.proof == proof(before, head))
    }

    /// Whether an entry in its place, told without its digest, has a digest that was made for it under any root key that the
    /// database had.
    pub(crate) fn is_genuine(&self, row: &AuditRow, found: &str) -> bool {
        (self.row)(row) == found || self.former_rows.iter().any(|former| digest(former, row) == found)
    }

    /// The proof of a chain's ends alone.
    pub(crate) fn of_heads(&self) -> &(dyn Fn(&AuditHead) -> String + Send + Sync) {
        &*self.head
    }

    /// The proof that a chain's ends get.
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
    // they are: one more, and it is a beginning; two, a beginning and orders; five, what was altered too; six, an agreement too. Every
    // part is taken with its length.
    //
    // Of what a change altered the sealed bytes are signed themselves: they are in the row that is read anyhow, and a tag
    // alone would not do, as whoever has the key of AES-GCM can make other bytes with the same one.
    let (begun, orders) = (entry.begun_id.as_deref(), entry.orders.as_deref());
    let difference = &entry.difference;
    let sealed = [&*difference.ciphertext, &*difference.tag, &*difference.nonce];
    let is_sealed = sealed.iter().any(|text| !text.is_empty());
    let agreed = entry.agreed_by.as_deref();
    if is_sealed || orders.is_some() || agreed.is_some() {
        parts.extend([optional(begun), optional(orders)]);
    } else {
        parts.extend(begun.map(str::as_bytes));
    }
    if is_sealed || agreed.is_some() {
        parts.extend(sealed.map(str::as_bytes));
    }
    if agreed.is_some() {
        parts.push(optional(agreed));
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
