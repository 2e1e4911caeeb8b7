//! Which orders belong together, and why.

use std::cmp::Reverse;
use std::hash::Hash;

use foldhash::{HashMap, HashMapExt as _};
use od_db::mirror::Twin;

/// Orders of a group that are shown.
const SHOWN: usize = 12;

/// Why two orders are probably one.
#[derive(Clone, Copy)]
enum Reason {
    EmailAndLines,
    AddressAndLines,
    SourceId,
    Merged,
}

impl Reason {
    const ALL: [Self; 4] = [Self::EmailAndLines, Self::AddressAndLines, Self::SourceId, Self::Merged];

    fn as_str(self) -> &'static str {
        match self {
            Self::EmailAndLines => "same_email_and_lines",
            Self::AddressAndLines => "same_address_and_lines",
            Self::SourceId => "same_source_id",
            Self::Merged => "merged_and_original",
        }
    }
}

/// Some of the reasons, a bit for each.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reasons(u8);

impl Reasons {
    fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u8;
    }

    /// As an answer has them.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        let are_held = move |reason: &Reason| self.0 & 1 << *reason as u8 != 0;
        Reason::ALL.into_iter().filter(are_held).map(Reason::as_str)
    }
}

/// Orders that are probably one, oldest first.
pub(super) struct Group<'a> {
    pub(super) reasons: Reasons,
    pub(super) orders: Vec<&'a Twin>,
}

impl Group<'_> {
    /// The orders that are shown.
    pub(super) fn first(&self) -> impl Iterator<Item = &Twin> {
        self.orders.iter().take(SHOWN).copied()
    }

    /// From the first one to the last one.
    pub(super) fn seconds_apart(&self) -> i64 {
        let added = |twin: Option<&&Twin>| twin.map_or(0, |twin| twin.added);
        added(self.orders.last()) - added(self.orders.first())
    }
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
    joined.merged(twins);
    joined.groups(twins)
}

/// Orders that were found to belong together, by their places.
struct Joined {
    /// Towards which other order of its group each one points; the first one of a group to itself.
    towards: Vec<usize>,
    /// Why, at the first one of each group; none where an order is alone.
    reasons: Vec<Reasons>,
}

impl Joined {
    fn new(orders: usize) -> Self {
        Self {
            towards: (0..orders).collect(),
            reasons: vec![Reasons::default(); orders],
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
        let mut last: HashMap<K, usize> = HashMap::with_capacity(twins.len());
        for (at, twin) in twins.iter().enumerate() {
            let Some(key) = key(twin) else { continue };
            if let Some(before) = last.insert(key, at)
                && is_near(before, at)
            {
                self.join(reason, before, at);
            }
        }
    }

    /// Joins merged orders with those that have the same id without the mark.
    fn merged(&mut self, twins: &[Twin]) {
        let mut merged: HashMap<i64, Vec<usize>> = HashMap::new();
        for (at, twin) in twins.iter().enumerate().filter(|(_, twin)| twin.merged != 0) {
            merged.entry(twin.merged).or_default().push(at);
        }
        if merged.is_empty() {
            return;
        }
        for (at, twin) in twins.iter().enumerate().filter(|(_, twin)| twin.origin != 0) {
            for other in merged.get(&twin.origin).into_iter().flatten() {
                self.join(Reason::Merged, *other, at);
            }
        }
    }

    fn join(&mut self, reason: Reason, left: usize, right: usize) {
        let (left, right) = (self.first_of(left), self.first_of(right));
        self.towards[right] = left;
        self.reasons[left].0 |= self.reasons[right].0;
        self.reasons[left].add(reason);
    }

    fn first_of(&mut self, mut at: usize) -> usize {
        while self.towards[at] != at {
            self.towards[at] = self.towards[self.towards[at]];
            at = self.towards[at];
        }
        at
    }

    fn groups(mut self, twins: &[Twin]) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        // Where the group of a first one stands among these.
        let mut places: Vec<Option<usize>> = vec![None; twins.len()];
        for (at, twin) in twins.iter().enumerate() {
            let first = self.first_of(at);
            let reasons = self.reasons[first];
            if reasons == Reasons::default() {
                continue;
            }
            let place = *places[first].get_or_insert(groups.len());
            if place == groups.len() {
                let orders = Vec::with_capacity(2);
                groups.push(Group { reasons, orders });
            }
            groups[place].orders.push(twin);
        }
        for group in &mut groups {
            if shares_a_source_id(&group.orders) {
                group.reasons.add(Reason::SourceId);
            }
        }
        groups.sort_unstable_by_key(|group| Reverse(group.orders.last().map(|order| (order.added, order.id))));
        groups
    }
}

/// Whether two orders have one id, be it in different sales channels.
fn shares_a_source_id(orders: &[&Twin]) -> bool {
    let mut origins: Vec<i64> = orders.iter().map(|order| order.origin).collect();
    origins.sort_unstable();
    origins.windows(2).any(|pair| pair[0] != 0 && pair[0] == pair[1])
}
