//! How many orders are asked for in one request.

use std::sync::atomic::{AtomicU32, Ordering};

use od_client::OrderQuery;

#[cfg(test)]
mod tests;

/// Pages are never smaller than this.
const SMALLEST: u32 = 25;

/// As many orders as come through: fewer once more were too many, and more again once they come in good time.
pub(super) struct PageSize {
    orders: AtomicU32,
    /// A page of so many was larger than a reply may be. Orders stay as large as they are: it is not tried again.
    too_many: AtomicU32,
}

/// Why a page did not come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// It was larger than a reply may be.
    TooLarge,
    /// It took too long, which may be over soon.
    TooLate,
}

impl PageSize {
    pub(super) fn new() -> Self {
        Self {
            orders: AtomicU32::new(OrderQuery::MAX_LIMIT),
            too_many: AtomicU32::new(u32::MAX),
        }
    }

    pub(super) fn get(&self) -> u32 {
        self.orders.load(Ordering::Relaxed)
    }

    /// So many orders at once did not come through: half of them from now on. False when that is too few already.
    pub(super) fn halve(&self, of: u32, failed: Failed) -> bool {
        let is_more = of > SMALLEST;
        if is_more {
            self.orders.store((of / 2).max(SMALLEST), Ordering::Relaxed);
            if failed == Failed::TooLarge {
                self.too_many.fetch_min(of, Ordering::Relaxed);
            }
        }
        is_more
    }

    /// So many orders at once came in good time: twice as many from now on, where these were not too large.
    pub(super) fn double(&self, of: u32) {
        let more = of.saturating_mul(2).min(OrderQuery::MAX_LIMIT);
        if more < self.too_many.load(Ordering::Relaxed) {
            // Somebody whose page did not come through meanwhile knows better.
            _ = self
                .orders
                .compare_exchange(of, more, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}
