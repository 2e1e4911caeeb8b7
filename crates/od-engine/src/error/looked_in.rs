//! In which store something was looked for.

use std::fmt;

use crate::outcome::StoreRef;

/// A store that was meant, and how it came to be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedIn {
    /// The store.
    pub store: StoreRef,
    /// How many others might have been meant: none where the call named it.
    pub others: usize,
}

impl fmt::Display for LookedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)?;
        match self.others {
            0 => Ok(()),
            1 => f.write_str(", the active one; there is 1 more store"),
            more => write!(f, ", the active one; there are {more} more stores"),
        }
    }
}

/// What is looked for inside a store.
pub(super) const IN_STORES: [&str; 4] = ["Order", "Order item", "Shipment", "Inventory item"];
