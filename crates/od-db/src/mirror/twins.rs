//! Orders that may be one order twice.

use foldhash::{HashSet, HashSetExt as _};

use super::Tables;
use super::facts::Fact;

/// An order that has something in common with another one. What may be missing is 0 then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Order Desk's id.
    pub id: i64,
    /// When it was added: seconds since the epoch.
    pub added: i64,
    /// The sales channel, as a number.
    pub source: u32,
    /// The id in the sales channel, as a number.
    pub origin: i64,
    /// The same of the order that it was merged from.
    pub merged: i64,
    /// Whose it is, as a number.
    pub customer: i64,
    /// Which lines it has, as a number.
    pub basket: i64,
    /// Where it goes, as a number.
    pub address: i64,
    /// Whether a parcel was sent.
    pub is_shipped: bool,
}

impl Tables {
    /// Orders outside of these folders that may have something in common with another one: e-mail address and lines, or address
    /// and lines, and were added within so many seconds; channel and id; or are a merged order or one that it was merged from.
    /// Oldest first.
    pub fn twins(&self, without: &[i64], window: i64) -> Vec<Twin> {
        let facts = self.facts();
        let all: Vec<&Fact> = facts
            .all()
            .iter()
            .filter(|fact| !without.contains(&fact.folder))
            .collect();
        let mut found = HashSet::new();
        near(&all, window, &mut found, |fact| (fact.customer, fact.basket));
        near(&all, window, &mut found, |fact| (fact.address, fact.basket));
        near(&all, i64::MAX, &mut found, |fact| {
            (i64::from(fact.source) + 1, fact.origin)
        });
        let merged: HashSet<i64> = all
            .iter()
            .map(|fact| fact.merged)
            .filter(|origin| *origin != 0)
            .collect();
        let is_merged = |fact: &Fact| fact.merged != 0 || merged.contains(&fact.origin);
        let mut twins: Vec<Twin> = all
            .into_iter()
            .filter(|fact| found.contains(&fact.id) || !merged.is_empty() && is_merged(fact))
            .map(Twin::of)
            .collect();
        twins.sort_unstable_by_key(|twin| (twin.added, twin.id));
        twins
    }
}

/// Finds orders with the same key of which the next one came within so many seconds. A part that is 0 is no key.
fn near(facts: &[&Fact], window: i64, found: &mut HashSet<i64>, key: impl Fn(&Fact) -> (i64, i64)) {
    let keyed = || {
        facts
            .iter()
            .map(|fact| (key(fact), fact.added, fact.id))
            .filter(|(key, ..)| key.0 != 0 && key.1 != 0)
    };
    // Most keys occur once: what shares its place with no other key need not be sorted.
    let mut seen = vec![0_u8; PLACES];
    for (key, ..) in keyed() {
        let times = &mut seen[place(key)];
        *times = times.saturating_add(1);
    }
    let mut keyed: Vec<_> = keyed().filter(|(key, ..)| seen[place(*key)] > 1).collect();
    keyed.sort_unstable();
    for pair in keyed.windows(2) {
        if let [(key, added, id), (same, next, other)] = pair
            && key == same
            && next - added <= window
        {
            found.extend([*id, *other]);
        }
    }
}

/// A power of two, several times as many as there are orders in most shops.
const PLACES: usize = 1 << 20;

/// Parts of keys are digests, or small numbers beside one.
fn place((one, other): (i64, i64)) -> usize {
    let mixed = one.rotate_left(17) ^ other;
    usize::try_from(mixed.unsigned_abs()).unwrap_or(usize::MAX) & (PLACES - 1)
}

impl Twin {
    fn of(fact: &Fact) -> Self {
        Self {
            id: fact.id,
            added: fact.added,
            source: fact.source,
            origin: fact.origin,
            merged: fact.merged,
            customer: fact.customer,
            basket: fact.basket,
            address: fact.address,
            is_shipped: fact.is_shipped(),
        }
    }
}
