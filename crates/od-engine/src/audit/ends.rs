//! What is left of deleted tenants: where their chains ended, signed with the root key.

use od_db::{AuditEnd, AuditHead, Db, EndProofs, EndsHead};
use od_vault::{Fingerprints, RootKey};

use crate::error::Error;

/// Signs ends.
pub(crate) struct EndSigner {
    end: Box<dyn Fn(&AuditEnd) -> String + Send + Sync>,
    head: Box<dyn Fn(&EndsHead) -> String + Send + Sync>,
}

impl EndSigner {
    pub(crate) fn new(root: &RootKey) -> Self {
        let (ends, heads) = (
            root.fingerprints("audit end of a tenant"),
            root.fingerprints("audit ends of tenants"),
        );
        Self {
            end: Box::new(move |end| end_proof(&ends, end)),
            head: Box::new(move |head| head_proof(&heads, head)),
        }
    }

    /// All that the database needs for one; `chain` is the proof of the ends of a chain that is still there.
    pub(crate) fn proofs<'a>(&'a self, chain: &'a (dyn Fn(&AuditHead) -> String + Send + Sync)) -> EndProofs<'a> {
        EndProofs {
            end: &*self.end,
            head: &*self.head,
            chain,
        }
    }

    /// The proof of their number alone.
    pub(crate) fn of_number(&self) -> &(dyn Fn(&EndsHead) -> String + Send + Sync) {
        &*self.head
    }

    /// All ends, and what is wrong with their records.
    pub(super) async fn look(&self, db: &Db) -> Result<Ends, Error> {
        let mut ends = Ends::default();
        // The number first: an end that comes in between is beyond it, and no damage.
        let head = db.audit_ends().head().await?;
        let mut all = db.audit_ends().all().await?;
        match &head {
            Some(head) => {
                let later = db.audit_ends().head().await?;
                if later.as_ref() != Some(head) {
                    all.retain(|end| end.position <= head.ends);
                }
            }
            None => ends.faults.push(Fault::NumberLost),
        }
        if head.as_ref().is_some_and(|head| (self.head)(head) != head.proof) {
            ends.faults.push(Fault::NumberForged);
        }
        let mut next = 1;
        for end in all {
            if end.position > next {
                ends.faults.push(Fault::Missing(next, end.position - 1));
            }
            next = end.position + 1;
            if (self.end)(&end) == end.proof {
                ends.genuine.push(end);
            } else {
                ends.faults.push(Fault::Forged(end.tenant_id.to_string(), end.position));
            }
        }
        if let Some(head) = head
            && head.ends >= next
        {
            ends.faults.push(Fault::Missing(next, head.ends));
        }
        Ok(ends)
    }
}

/// What was found of ends.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) genuine: Vec<AuditEnd>,
    pub(super) faults: Vec<Fault>,
}

/// What is wrong with a record of an end.
pub(super) enum Fault {
    /// It was not made by this server.
    Forged(String, i64),
    /// Those from this place to that are missing.
    Missing(i64, i64),
    /// Their number was not signed by this server.
    NumberForged,
    /// Their number is missing.
    NumberLost,
}

fn end_proof(fingerprints: &Fingerprints, end: &AuditEnd) -> String {
    let numbers = [end.position, end.deleted_at, end.entries, end.seq, end.intact].map(|number| number.to_string());
    let name = end.name.as_deref().unwrap_or_default();
    let mut parts = vec![
        end.tenant_id.as_str().as_bytes(),
        end.digest.as_bytes(),
        name.as_bytes(),
    ];
    // No name and an empty one are not the same.
    parts.push(if end.name.is_some() { b"named" } else { b"" });
    parts.extend(numbers.iter().map(String::as_bytes));
    fingerprints.of(&parts)
}

fn head_proof(fingerprints: &Fingerprints, head: &EndsHead) -> String {
    fingerprints.of(&[head.ends.to_string().as_bytes(), head.last_proof.as_bytes()])
}
