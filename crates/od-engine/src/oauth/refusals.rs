//! Which refused steps the program's log is told of.
//!
//! Strangers can have any number of steps refused, so that only so many are told one by one, of each address and of all; the
//! next one that is told says how many were left out.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::limits::{AddressLimiter, Allowance, LimitOptions};

/// Of one address: as many as somebody makes who tries to connect a client.
const ADDRESS: LimitOptions = LimitOptions {
    per_minute: 10,
    burst: 30,
};
/// Of all.
const ALL: LimitOptions = LimitOptions {
    per_minute: 60,
    burst: 300,
};

/// Refused steps of this process.
pub(crate) struct Refusals {
    addresses: AddressLimiter,
    all: Allowance,
    left_out: AtomicU64,
}

impl Refusals {
    pub(super) fn new() -> Self {
        Self {
            addresses: AddressLimiter::new(ADDRESS),
            all: Allowance::new(ALL, Instant::now()),
            left_out: AtomicU64::new(0),
        }
    }

    /// Whether one more is told, and how many before it were not.
    pub(super) fn tell(&self, from: Option<IpAddr>, now: Instant) -> Option<u64> {
        if self.addresses.spend(from, now).is_ok() && self.all.spend(now).is_ok() {
            Some(self.left_out.swap(0, Ordering::Relaxed))
        } else {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Instant;

    use super::{ADDRESS, ALL, Refusals};

    fn tell(refusals: &Refusals, n: u32, now: Instant) -> Option<u64> {
        refusals.tell(Some(IpAddr::from(n.to_be_bytes())), now)
    }

    #[test]
    fn a_flood_of_one_address_leaves_room_for_others() {
        let (refusals, now) = (Refusals::new(), Instant::now());
        let told = (0..1000).filter(|_| tell(&refusals, 1, now).is_some()).count();
        assert_eq!(told, ADDRESS.burst as usize);
        assert_eq!(tell(&refusals, 2, now), Some(1000 - u64::from(ADDRESS.burst)));
        assert_eq!(tell(&refusals, 2, now), Some(0));
    }

    #[test]
    fn a_flood_of_many_addresses_is_bounded() {
        let (refusals, now) = (Refusals::new(), Instant::now());
        let told = (0..5000).filter(|n| tell(&refusals, *n, now).is_some()).count();
        assert_eq!(told, ALL.burst as usize);
    }
}
