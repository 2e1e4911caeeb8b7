//! Which orders belong together, and why.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use od_db::mirror::Twin;

/// Why two orders are probably one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    EmailAndLines,
    AddressAndLines,
    SourceId,
    Merged,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::EmailAndLines => "same_email_and_lines",
            Self::AddressAndLines => "same_address_and_lines",
            Self::SourceId => "same_source_id",
            Self::Merged => "merged_and_original",
        }
    }
}

/// Orders that are probably one, oldest first.
pub(super) struct Group<'a> {
    pub(super) reasons: BTreeSet<Reason>,
    pub(super) orders: Vec<&'a Twin>,
}

/// Groups of at least two orders, that with the newest order first. `twins` are sorted by when they were added; equal ones
/// belong together when the next one came within `window` seconds.
pub(super) fn groups(twins: &[Twin], window: i64) -> Vec<Group<'_>> {
    let mut joined = Joined::new(twins.len());
    let in_time = |left: usize, right: usize| twins[right].added - twins[left].added <= window;
    joined.alike(Reason::EmailAndLines, twins, in_time, |twin| {
        (twin.customer != 0 && twin.basket != 0).then_some((twin.customer, twin.basket))
    });
    joined.alike(Reason::AddressAndLines, twins, in_time, |twin| {
        (twin.address != 0 && twin.basket != 0).then_some((twin.address, twin.basket))
    });
    joined.alike(
        Reason::SourceId,
        twins,
        |_, _| true,
        |twin| (twin.origin != 0).then_some((twin.source, twin.origin)),
    );
    let mut by_origin: HashMap<i64, Vec<usize>> = HashMap::new();
    for (at, twin) in twins.iter().enumerate().filter(|(_, twin)| twin.origin != 0) {
        by_origin.entry(twin.origin).or_default().push(at);
    }
    for (at, twin) in twins.iter().enumerate() {
        for other in by_origin.get(&twin.merged).into_iter().flatten() {
            joined.join(Reason::Merged, at, *other);
        }
    }
    joined.groups(twins)
}

/// Orders that were found to belong together, by their places.
struct Joined {
    /// Towards which other order of its group each one points; the first one of a group to itself.
    towards: Vec<usize>,
    reasons: Vec<(Reason, usize)>,
}

impl Joined {
    fn new(orders: usize) -> Self {
        Self {
            towards: (0..orders).collect(),
            reasons: Vec::new(),
        }
    }

    /// Joins neighbours with the same key.
    fn alike<'a, K: Eq + Hash>(
        &mut self,
        reason: Reason,
        twins: &'a [Twin],
        is_near: impl Fn(usize, usize) -> bool,
        key: impl Fn(&'a Twin) -> Option<K>,
    ) {
        let mut last: HashMap<K, usize> = HashMap::new();
        for (at, twin) in twins.iter().enumerate() {
            let Some(key) = key(twin) else { continue };
            if let Some(before) = last.insert(key, at)
                && is_near(before, at)
            {
                self.join(reason, before, at);
            }
        }
    }

    fn join(&mut self, reason: Reason, left: usize, right: usize) {
        let (left, right) = (self.first_of(left), self.first_of(right));
        self.towards[right] = left;
        self.reasons.push((reason, left));
    }

    fn first_of(&mut self, mut at: usize) -> usize {
        while self.towards[at] != at {
            self.towards[at] = self.towards[self.towards[at]];
            at = self.towards[at];
        }
        at
    }

    fn groups(mut self, twins: &[Twin]) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<usize, Group<'_>> = BTreeMap::new();
        for (reason, at) in std::mem::take(&mut self.reasons) {
            let group = groups.entry(self.first_of(at)).or_insert_with(|| Group {
                reasons: BTreeSet::new(),
                orders: Vec::new(),
            });
            group.reasons.insert(reason);
        }
        for (at, twin) in twins.iter().enumerate() {
            if let Some(group) = groups.get_mut(&self.first_of(at)) {
                group.orders.push(twin);
            }
        }
        let mut groups: Vec<Group<'_>> = groups.into_values().collect();
        for group in &mut groups {
            if shares_a_source_id(&group.orders) {
                group.reasons.insert(Reason::SourceId);
            }
        }
        groups.sort_by_key(|group| Reverse(group.orders.last().map(|order| (order.added, order.id))));
        groups
    }
}

/// Whether two orders have one id, be it in different sales channels.
fn shares_a_source_id(orders: &[&Twin]) -> bool {
    let mut seen = BTreeSet::new();
    let mut origins = orders.iter().map(|order| order.origin);
    origins.any(|origin| origin != 0 && !seen.insert(origin))
}
