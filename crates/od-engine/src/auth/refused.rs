//! How many credentials were refused.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::limits::{Allowance, LimitOptions};

/// Refusals with entries of their own: sixty at once, and two a minute.
const ENTRIES: LimitOptions = LimitOptions {
    per_minute: 2,
    burst: 60,
};
/// Addresses that such an entry names.
const ADDRESSES: usize = 20;

/// Refused credentials of this process.
pub(super) struct Refused {
    pub(super) entries: Allowance,
    more: Mutex<More>,
}

/// Those without an entry of their own.
#[derive(Default)]
pub(super) struct More {
    pub(super) count: u64,
    pub(super) addresses: BTreeMap<String, u64>,
}

impl Refused {
    pub(super) fn new() -> Self {
        Self {
            entries: Allowance::new(ENTRIES, Instant::now()),
            more: Mutex::default(),
        }
    }

    /// Counts one; true for the first, after which an entry is due.
    pub(super) fn count(&self, address: Option<&str>) -> bool {
        let mut more = self.more.lock().unwrap_or_else(PoisonError::into_inner);
        more.count += 1;
        if let Some(address) = address {
            if let Some(count) = more.addresses.get_mut(address) {
                *count += 1;
            } else if more.addresses.len() < ADDRESSES {
                more.addresses.insert(address.to_owned(), 1);
            }
        }
        more.count == 1
    }

    pub(super) fn take(&self) -> More {
        std::mem::take(&mut *self.more.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
