//! What is signed with a root key and lies in the database: it goes over to the next one as a whole.

use od_db::{Db, DbError};
use serde::Serialize;

use super::ends::EndSigner;
use super::prover::Prover;

/// How often the chains are looked through: another process that still has the root key before may move one meanwhile.
const ROUNDS: u32 = 5;

/// What was signed with the root key before, and is now, or is still to be, signed with the one in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// Audit chains, by the record of where each begins and ends.
    pub chains: u64,
    /// Records of deleted tenants.
    pub ended: u64,
    /// The record of how many of those there are.
    pub number: bool,
}

impl Signed {
    /// How many.
    pub fn count(self) -> u64 {
        self.chains + self.ended + u64::from(self.number)
    }
}

/// Signs with the root key in use what carries the proof of the one before. What carries neither stays as it is: it was
/// changed from outside, and `audit verify` goes on saying so.
pub(crate) async fn sign_anew(db: &Db, prover: &Prover, signer: &EndSigner) -> Result<Signed, DbError> {
    let mut chains = 0;
    for _ in 0..ROUNDS {
        let heads = db.audit().heads().await?;
        let anew: Vec<_> = heads
            .into_iter()
            .filter(|head| prover.is_of_before(head))
            .map(|head| {
                let proof = prover.proof(&head);
                (head, proof)
            })
            .collect();
        if anew.is_empty() {
            break;
        }
        chains += db.audit().prove_again(&anew).await?;
    }
    let (ended, number) = signer.hand_over(db).await?;
    Ok(Signed { chains, ended, number })
}

/// What still carries the proof of the root key before.
pub(crate) async fn signed_before(db: &Db, prover: &Prover, signer: &EndSigner) -> Result<Signed, DbError> {
    let heads = db.audit().heads().await?;
    let (ended, number) = signer.count_of_before(db).await?;
    Ok(Signed {
        chains: heads.iter().filter(|head| prover.is_of_before(head)).count() as u64,
        ended,
        number,
    })
}
