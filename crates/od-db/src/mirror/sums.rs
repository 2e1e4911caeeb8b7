//! Sums over selected orders, group by group.

mod groups;

use std::collections::HashSet;

use super::Tables;
use super::facts::{By, Fact, Sent};
use super::select::Selection;
use crate::DbError;

use groups::Groups;
pub use groups::{Group, Key};

/// What [`Tables::order_sums`] adds up, in this order.
pub const ORDER_SUMS: [&str; 7] = ["units", "total", "products", "shipping", "tax", "discount", "refund"];
const UNITS: usize = 0;
const TOTAL: usize = 1;
const REFUND: usize = 6;

/// How the payment stands where something was paid back.
const PAID_BACK: [&str; 2] = ["Fully Refunded", "Partially Refunded"];
const DAY: i64 = 86_400;

/// How long orders took until they were shipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShippingTimes {
    /// Seconds from when an order was added until its first shipment was sent.
    pub seconds: Vec<i64>,
    /// For how many of them that is the day which the shipment bears, and not the moment at which it was recorded.
    pub by_day: u64,
    /// For how many the day that it bears lies before the order, so that it is the recording all the same.
    pub impossible: u64,
    /// How many orders have a shipment that does not say when.
    pub undated: u64,
    /// How many orders have none.
    pub waiting: u64,
    /// When these were added: seconds since the epoch.
    pub waiting_since: Vec<i64>,
}

/// Customers, as numbers that are the same for the same e-mail address in every store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customers {
    /// Those of the selected orders.
    pub bought: HashSet<i64>,
    /// Those of them who have several of the selected orders.
    pub bought_again: HashSet<i64>,
    /// Those of all orders before the selected days, and before the moment from which orders are selected.
    pub before: HashSet<i64>,
    /// How many selected orders have no address.
    pub orders_without: u64,
}

impl Tables {
    /// Sums over orders: [`ORDER_SUMS`]. Groups are in no order.
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

    /// Sums over lines: units and amounts. Groups are in no order.
    pub async fn line_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        self.sums_of_lines(selection, keys, |_| true).await
    }

    /// Units and amounts of lines by their code, of orders without any shipment.
    pub async fn waiting_sums(&self, selection: &Selection) -> Result<Vec<Group>, DbError> {
        let waits = |fact: &Fact| !fact.is_shipped();
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
                for line in &fact.lines {
                    groups.add_line(fact, line);
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
            for fact in chosen.among(facts).filter(|fact| !fact.is_shipped()) {
                let age = now - fact.added;
                let limits = [DAY, 3 * DAY, 7 * DAY];
                let at = limits.iter().filter(|limit| age >= **limit).count();
                let group = ages[at].get_or_insert_with(|| Group {
                    keys: vec![at.to_string()],
                    orders: 0,
                    sums: vec![0; 2],
                    name: None,
                });
                group.add([fact.sums[UNITS], fact.sums[TOTAL]]);
            }
            ages.into_iter().flatten().collect()
        })
        .await
    }

    /// How long the selected orders took until they were shipped.
    pub async fn shipping_times(&self, selection: &Selection) -> Result<ShippingTimes, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let mut times = ShippingTimes::default();
            for fact in chosen.among(facts) {
                match fact.sent {
                    Sent::At(second, by) => {
                        times.seconds.push(second - fact.added);
                        times.by_day += u64::from(by == By::Shipped);
                        times.impossible += u64::from(by == By::Impossible);
                    }
                    Sent::SomeTime => times.undated += 1,
                    Sent::Not => {
                        times.waiting += 1;
                        times.waiting_since.push(fact.added);
                    }
                }
            }
            times
        })
        .await
    }

    /// The customers of the selected orders, and whoever ordered before these.
    pub async fn customers(&self, selection: &Selection) -> Result<Customers, DbError> {
        self.of_selected(selection, |facts, chosen| {
            let mut customers = Customers::default();
            for fact in chosen.among(facts) {
                if fact.customer == 0 {
                    customers.orders_without += 1;
                } else if !customers.bought.insert(fact.customer) {
                    customers.bought_again.insert(fact.customer);
                }
            }
            let starts = selection.added.from;
            let is_before =
                |fact: &&Fact| fact.day < selection.from || starts.is_some_and(|starts| fact.added < starts);
            let before = facts.all().iter().filter(is_before);
            customers.before = before
                .map(|fact| fact.customer)
                .filter(|customer| *customer != 0)
                .collect();
            customers
        })
        .await
    }
}
