//! Sums over selected orders, group by group.

mod groups;

use std::collections::{HashMap, HashSet};

use super::Tables;
use super::facts::{Fact, Line};
use super::select::Selection;
use crate::DbError;

pub use groups::{Group, Key};
use groups::{Groups, one_each};

/// What [`Tables::order_sums`] adds up, in this order.
pub const ORDER_SUMS: [&str; 7] = ["units", "total", "products", "shipping", "tax", "discount", "refund"];
const UNITS: usize = 0;
const TOTAL: usize = 1;
const REFUND: usize = 6;

/// How the payment stands where something was paid back.
const PAID_BACK: [&str; 2] = ["Fully Refunded", "Partially Refunded"];
const DAY: i64 = 86_400;

impl Tables {
    /// Sums over orders: [`ORDER_SUMS`].
    pub async fn order_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let mut groups = Groups::new(keys, ORDER_SUMS.len());
            for fact in chosen.among(facts) {
                groups.add(fact, None, fact.sums);
            }
            groups.shown(facts)
        })
        .await
    }

    /// The same of orders of which something was paid back, or that are marked so.
    pub async fn refund_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let marks = PAID_BACK.map(|mark| facts.names.find(mark));
            let is_paid_back = |fact: &&Fact| fact.sums[REFUND] > 0 || marks.contains(&Some(fact.payment));
            let mut groups = Groups::new(keys, ORDER_SUMS.len());
            for fact in chosen.among(facts).filter(is_paid_back) {
                groups.add(fact, None, fact.sums);
            }
            groups.shown(facts)
        })
        .await
    }

    /// Sums over lines: units and amounts.
    pub async fn line_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        self.sums_of_lines(selection, keys, |_| true).await
    }

    /// Units and amounts of lines by their code, of orders without any shipment.
    pub async fn waiting_sums(&self, selection: &Selection) -> Result<Vec<Group>, DbError> {
        let waits = |fact: &Fact| fact.shipped().is_none();
        self.sums_of_lines(selection, &[Key::Sku], waits).await
    }

    async fn sums_of_lines(
        &self,
        selection: &Selection,
        keys: &[Key],
        fits: impl Fn(&Fact) -> bool,
    ) -> Result<Vec<Group>, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let mut groups = Groups::new(keys, 2);
            for fact in chosen.among(facts).filter(|fact| fits(fact)) {
                for Line { sku, units, amount } in &fact.lines {
                    groups.add(fact, Some(*sku), [*units, *amount]);
                }
            }
            groups.shown(facts)
        })
        .await
    }

    /// Sums over discounts by their code: the amounts.
    pub async fn discount_sums(&self, selection: &Selection) -> Result<Vec<Group>, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let mut groups = Groups::new(&[Key::Sku], 1);
            for fact in chosen.among(facts) {
                for (code, amount) in &fact.discounts {
                    groups.add(fact, Some(*code), [*amount]);
                }
            }
            groups.shown(facts)
        })
        .await
    }

    /// Orders that were not shipped, by age at the second `now`: the key is 0 for under a day, 1 for one to three days, 2 for
    /// three to seven, 3 for older.
    pub async fn unshipped_sums(&self, selection: &Selection, now: i64) -> Result<Vec<Group>, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let mut ages: [Option<Group>; 4] = Default::default();
            for fact in chosen.among(facts).filter(|fact| fact.shipped().is_none()) {
                let age = now - fact.added;
                let limits = [DAY, 3 * DAY, 7 * DAY];
                let at = limits.iter().filter(|limit| age >= **limit).count();
                let group = ages[at].get_or_insert_with(|| Group {
                    keys: vec![at.to_string()],
                    orders: 0,
                    sums: vec![0; 2],
                });
                group.add([fact.sums[UNITS], fact.sums[TOTAL]]);
            }
            ages.into_iter().flatten().collect()
        })
        .await
    }

    /// How many seconds each selected order that was shipped took until then, least first, and how many were not shipped.
    pub async fn seconds_to_ship(&self, selection: &Selection) -> Result<(Vec<i64>, u64), DbError> {
        self.of_selected(selection, |facts, chosen| {
            let (mut seconds, mut waiting) = (Vec::new(), 0);
            for fact in chosen.among(facts) {
                match fact.shipped() {
                    Some(shipped) => seconds.push(shipped - fact.added),
                    None => waiting += 1,
                }
            }
            seconds.sort_unstable();
            (seconds, waiting)
        })
        .await
    }

    /// E-mail addresses of the selected orders: how many have their first order of the whole copy among the selected days, how
    /// many had one before; and how many orders have no address.
    pub async fn customers(&self, selection: &Selection) -> Result<[u64; 3], DbError> {
        self.of_selected(selection, |facts, chosen| {
            let (mut who, mut without) = (HashSet::new(), 0);
            for fact in chosen.among(facts) {
                if fact.customer == 0 {
                    without += 1;
                } else {
                    who.insert(fact.customer);
                }
            }
            let mut first: HashMap<i64, i64> = HashMap::with_capacity(who.len());
            for fact in facts.all().iter().filter(|fact| who.contains(&fact.customer)) {
                let day = first.entry(fact.customer).or_insert(fact.day);
                *day = fact.day.min(*day);
            }
            let new = one_each(first.values().filter(|day| **day >= selection.from));
            [new, one_each(first.values()) - new, without]
        })
        .await
    }
}
