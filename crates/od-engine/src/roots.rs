//! The root keys at hand: the one in use and, while a database goes over to it, the one before.
//!
//! What is made is made with the one in use; what was made with either opens. Digests that rows and locks are found by must
//! not change when the root key does, so their keys are kept (`lasting`), and so is what the audit entries of before were
//! chained with.

use std::sync::Arc;

use od_db::SealedColumns;
use od_vault::RootKey;

use crate::sealed::IntoSealed as _;

mod lasting;
mod settle;
#[cfg(test)]
mod tests;

pub(crate) use lasting::{AUDIT_CHAIN, DigestOf, Kept, Lasting};
pub(crate) use settle::{Settled, look, settle};

/// One root key, or two.
#[derive(Clone, Debug)]
pub struct Roots {
    /// What everything new is made with.
    pub(crate) current: Arc<RootKey>,
    /// What a database that is going over was made with.
    pub(crate) previous: Option<Arc<RootKey>>,
}

impl Roots {
    /// The root key in use, and the one before.
    pub fn new(current: RootKey, previous: Option<RootKey>) -> Self {
        Self {
            current: Arc::new(current),
            previous: previous.map(Arc::new),
        }
    }

    /// All of them, the one in use first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<RootKey>> {
        [&self.current].into_iter().chain(&self.previous)
    }

    /// The root key that a check value was made with, and the value's mark; nothing when it is none of these.
    pub(crate) fn of_check_value(&self, stored: &SealedColumns) -> Option<(&Arc<RootKey>, i64)> {
        self.all().find_map(|root| {
            let mark = root.open_check_value(&stored.clone().into_sealed()).ok()?;
            Some((root, mark))
        })
    }
}
