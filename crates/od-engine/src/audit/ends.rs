//! What is left of deleted tenants: where their chains ended, signed with the root key.

use od_db::{AuditEnd, Db, DbError, EndProofs, EndsHead, NewEndProofs};
use od_vault::{Fingerprints, RootKey};

use super::prover::Prover;
use crate::error::Error;
use crate::roots::Roots;

/// Signs ends.
pub(crate) struct EndSigner {
    end: Box<dyn Fn(&AuditEnd) -> String + Send + Sync>,
    head: Box<dyn Fn(&EndsHead) -> String + Send + Sync>,
    stands: Box<dyn Fn(&EndsHead) -> bool + Send + Sync>,
    before: Option<Keys>,
}

/// The two keys of one root key.
struct Keys {
    ends: Fingerprints,
    heads: Fingerprints,
}

impl Keys {
    fn of(root: &RootKey) -> Self {
        Self {
            ends: root.fingerprints("audit end of a tenant"),
            heads: root.fingerprints("audit ends of tenants"),
        }
    }
}

impl EndSigner {
    pub(crate) fn new(roots: &Roots) -> Self {
        let before = || roots.previous.as_deref().map(Keys::of);
        let Keys { ends, heads } = Keys::of(&roots.current);
        let (current, accepted) = (Keys::of(&roots.current), before());
        Self {
            end: Box::new(move |end| end_proof(&ends, end)),
            head: Box::new(move |head| head_proof(&heads, head)),
            stands: Box::new(move |head| {
                let all = [Some(&current), accepted.as_ref()];
                all.into_iter()
                    .flatten()
                    .any(|keys| head_proof(&keys.heads, head) == head.proof)
            }),
            before: before(),
        }
    }

    /// All that the database needs for one.
    pub(crate) fn proofs<'a>(&'a self, prover: &'a Prover) -> EndProofs<'a> {
        let chain = prover.proofs();
        EndProofs {
            end: &*self.end,
            head: &*self.head,
            stands: &*self.stands,
            chain_stands: chain.stands,
            is_ours: chain.is_ours,
        }
    }

    /// Whether an end has a proof that counts.
    fn is_genuine(&self, end: &AuditEnd) -> bool {
        (self.end)(end) == end.proof || self.is_of_before(end)
    }

    fn is_of_before(&self, end: &AuditEnd) -> bool {
        self.before
            .as_ref()
            .is_some_and(|keys| end_proof(&keys.ends, end) == end.proof)
    }

    /// How many ends carry the proof of the root key before, and whether their number does.
    pub(crate) async fn count_of_before(&self, db: &Db) -> Result<(u64, bool), DbError> {
        let Some(before) = &self.before else {
            return Ok((0, false));
        };
        let ends = db.audit_ends().all().await?;
        let head = db.audit_ends().head().await?;
        let ends = ends.iter().filter(|end| self.is_of_before(end)).count();
        let number = head.is_some_and(|head| head_proof(&before.heads, &head) == head.proof);
        Ok((ends as u64, number))
    }

    /// Signs with the root key in use what carries the proof of the one before: how many ends, and whether their number.
    pub(crate) async fn hand_over(&self, db: &Db) -> Result<(u64, bool), DbError> {
        let prove = NewEndProofs {
            end: &|end| self.is_of_before(end).then(|| (self.end)(end)),
            stands: &*self.stands,
            head: &*self.head,
        };
        db.audit_ends().prove_again(prove).await
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
        if head.as_ref().is_some_and(|head| !(self.stands)(head)) {
            ends.faults.push(Fault::NumberForged);
        }
        let mut next = 1;
        for end in all {
            if end.position > next {
                ends.faults.push(Fault::Missing(next, end.position - 1));
            }
            next = end.position + 1;
            if self.is_genuine(&end) {
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
