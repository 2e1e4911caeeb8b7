//! Adding up, store by store. Amounts of different currencies are never added together.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::Timestamp;
use od_db::mirror::{Customers, Group, Key, ORDER_SUMS, Selection, ShippingTimes};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::days::{day_of, number};
use super::super::micro::quantity;
use super::super::mirror::Ready;
use super::cell::{Cell, Row, object};
use super::name::ReportName;
use super::rows::{self, Column, Sums};
use crate::error::Error;

/// A row before it is written: its currency and its keys, and what it has.
type Rows = HashMap<(Currency, Vec<String>), Sums>;

/// Amounts of one may be added together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Currency {
    /// Whatever the store with this id is paid in, which its settings do not name.
    OfStore(String),
    Named(String),
}

impl Currency {
    fn of(copy: &Ready) -> Self {
        let named = copy.shop.currency.clone();
        named.map_or_else(|| Self::OfStore(copy.store.name.store_id.clone()), Self::Named)
    }
}

pub(super) struct Tally<'a> {
    report: ReportName,
    keys: &'a [(&'static str, Key)],
    target_hours: u32,
    sort: Option<Sort>,
    rows: Rows,
    totals: Rows,
    times: ShippingTimes,
    customers: Customers,
    stores: usize,
    /// When the orders were counted: seconds since the epoch.
    now: i64,
}

/// By what the rows of a sales report are sorted, the largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What they come to.
    Amount,
    /// How many units.
    Units,
}

impl<'a> Tally<'a> {
    pub(super) fn new(
        report: ReportName,
        keys: &'a [(&'static str, Key)],
        target_hours: u32,
        sort: Option<Sort>,
    ) -> Self {
        Self {
            report,
            keys,
            target_hours,
            sort,
            rows: Rows::new(),
            totals: Rows::new(),
            times: ShippingTimes::default(),
            customers: Customers::default(),
            stores: 0,
            now: 0,
        }
    }

    fn by_lines(&self) -> bool {
        self.keys.iter().any(|(_, key)| *key == Key::Sku)
    }

    fn is_by_day(&self) -> bool {
        self.report == ReportName::SalesByDay
    }

    /// Whether each row is of one code, and has its name.
    fn by_sku(&self) -> bool {
        self.report == ReportName::SalesBySku
    }

    /// Adds a store's orders. On how many it rests.
    pub(super) async fn add(&mut self, copy: &Ready, selection: &Selection, now: i64) -> Result<u64, Error> {
        self.stores += 1;
        self.now = now;
        let tables = &copy.tables;
        let keys: Vec<Key> = self.keys.iter().map(|(_, key)| *key).collect();
        let all = tables.order_sums(selection, &[]).await?;
        let counted = all.first().map_or(0, |group| group.orders.unsigned_abs());
        match self.report {
            ReportName::UnshippedByAge => {
                let groups = tables.unshipped_sums(selection, now).await?;
                self.both(copy, groups);
            }
            ReportName::TimeToShip => {
                let times = tables.shipping_times(selection).await?;
                self.times.seconds.extend(times.seconds);
                self.times.by_day += times.by_day;
                self.times.impossible += times.impossible;
                self.times.undated += times.undated;
                self.times.waiting += times.waiting;
                self.times.waiting_since.extend(times.waiting_since);
            }
            ReportName::ReturnsAndRefunds => {
                let groups = tables.refund_sums(selection, &[Key::Payment]).await?;
                self.both(copy, groups);
            }
            ReportName::DiscountsUsed => {
                let groups = tables.discount_sums(selection).await?;
                self.both(copy, groups);
            }
            ReportName::NewAndReturningCustomers => {
                let found = tables.customers(selection).await?;
                // Who bought in two of the stores is one customer.
                self.customers.bought_again.extend(found.bought_again);
                let in_both = found.bought.intersection(&self.customers.bought).copied();
                self.customers.bought_again.extend(in_both.collect::<Vec<_>>());
                self.customers.bought.extend(found.bought);
                self.customers.before.extend(found.before);
                self.customers.orders_without += found.orders_without;
            }
            _ if self.by_lines() => {
                let groups = tables.line_sums(selection, &keys).await?;
                self.add_rows(copy, groups);
                let totals = tables.line_sums(selection, &[]).await?;
                add_to(&mut self.totals, &Currency::of(copy), totals);
            }
            _ => {
                let groups = tables.order_sums(selection, &keys).await?;
                self.add_rows(copy, groups);
                self.add_days(copy, selection);
                add_to(&mut self.totals, &Currency::of(copy), all);
            }
        }
        Ok(counted)
    }

    /// Rows whose sum is the total.
    fn both(&mut self, copy: &Ready, groups: Vec<Group>) {
        let totals = groups.iter().cloned().map(|group| Group {
            keys: Vec::new(),
            ..group
        });
        add_to(&mut self.totals, &Currency::of(copy), totals);
        self.add_rows(copy, groups);
    }

    fn add_rows(&mut self, copy: &Ready, groups: Vec<Group>) {
        let named = groups.into_iter().map(|mut group| {
            for (value, (_, key)) in group.keys.iter_mut().zip(self.keys) {
                if *key == Key::Folder {
                    *value = copy.folder_name(value);
                }
            }
            group
        });
        add_to(&mut self.rows, &Currency::of(copy), named);
    }

    /// Adds days without orders, of those that are read and have begun. Beside another key nobody knows of what there is none.
    fn add_days(&mut self, copy: &Ready, selection: &Selection) {
        if self.keys.len() > 1 || !self.is_by_day() || copy.half.is_some() {
            return;
        }
        let today = Timestamp::from_second(self.now).map(|now| number(copy.today(now)));
        let first = selection.from.max(number(copy.first_day()));
        for day in first..=selection.to.min(today.unwrap_or(i64::MIN)) {
            let key = (Currency::of(copy), vec![day_of(day).to_string()]);
            self.rows.entry(key).or_default();
        }
    }

    /// All rows, sorted and not written yet.
    pub(super) fn sorted(self) -> Sorted<'a> {
        let by_date = self
            .keys
            .first()
            .is_some_and(|(_, key)| matches!(key, Key::Day | Key::Month));
        let keeps_order = self.sort.is_none() && (by_date || self.report == ReportName::UnshippedByAge);
        let columns = self.columns();
        let weight = columns.iter().position(|column| match self.sort {
            Some(Sort::Units) => column.name == "units",
            _ => column.weighs,
        });
        let mut tally = self;
        let mut rows: Vec<_> = std::mem::take(&mut tally.rows).into_iter().collect();
        let weight_of = |sums: &Sums| weight.and_then(|at| sums.sums.get(at).copied()).unwrap_or(0);
        let by_weight = |one: &Sums, other: &Sums| {
            if keeps_order {
                Ordering::Equal
            } else {
                weight_of(other).cmp(&weight_of(one))
            }
        };
        rows.sort_unstable_by(|((one, keys), sums), ((other, other_keys), other_sums)| {
            let by_currency = one.cmp(other);
            by_currency
                .then_with(|| by_weight(sums, other_sums))
                .then_with(|| keys.cmp(other_keys))
        });
        let by = weight.and_then(|at| columns.get(at)).map(|column| column.name);
        Sorted {
            by: by.filter(|_| !keeps_order && tally.only_row().is_none()),
            tally,
            columns,
            rows,
        }
    }

    /// The columns of the rows, also where there is none.
    pub(super) fn heading(&self) -> Vec<&'static str> {
        let row = self.only_row().unwrap_or_else(|| {
            let keys = vec![String::new(); self.key_names().len()];
            self.row(keys, &Currency::Named(String::new()), &Sums::default(), &self.columns())
        });
        row.iter().map(|(name, _)| *name).collect()
    }

    /// The row of a report that never has another one.
    fn only_row(&self) -> Option<Row> {
        match self.report {
            ReportName::TimeToShip => Some(rows::time_to_ship(&self.times, self.target_hours, self.now)),
            ReportName::NewAndReturningCustomers => Some(rows::customers(&self.customers)),
            _ => None,
        }
    }

    fn row(&self, keys: Vec<String>, currency: &Currency, sums: &Sums, columns: &[Column]) -> Row {
        let keys = self.key_names().into_iter().zip(keys);
        let keys = keys.map(|(name, value)| (name, Cell::Text(Some(rows::key(name, value)))));
        let name = sums.name.as_ref().map(|(_, name)| name.clone());
        let name = self.by_sku().then_some(("name", Cell::Text(name)));
        keys.chain(self.cells(currency, sums, columns)).chain(name).collect()
    }

    /// A row's currency and sums. Among several stores one that names no currency is named itself.
    fn cells(&self, currency: &Currency, sums: &Sums, columns: &[Column]) -> Row {
        match currency {
            Currency::Named(name) => rows::cells(Some(name), sums, columns),
            Currency::OfStore(store) => {
                let mut row = rows::cells(None, sums, columns);
                if self.stores > 1 {
                    row.insert(1, ("store_id", Cell::Text(Some(store.clone()))));
                }
                row
            }
        }
    }

    fn total(&self, columns: &[Column]) -> Value {
        let mut totals: Vec<Value> = Vec::new();
        let mut all = Sums::default();
        let mut by_currency: Vec<_> = self.totals.iter().collect();
        by_currency.sort_unstable_by_key(|(key, _)| *key);
        for ((currency, _), sums) in by_currency {
            all.add(sums.orders, &sums.sums);
            totals.push(object(&self.cells(currency, sums, columns)));
        }
        match totals.len() {
            0 => object(&rows::cells(None, &Sums::default(), columns)),
            1 => totals.remove(0),
            // Counts have no currency.
            _ => {
                let mut both = Map::new();
                both.insert(rows::counted(columns).to_owned(), all.orders.into());
                if let Some(at) = columns.iter().position(|column| column.name == "units") {
                    let units = all.sums.get(at).copied().unwrap_or(0);
                    both.insert("units".to_owned(), quantity(units));
                }
                both.insert("by_currency".to_owned(), totals.into());
                both.into()
            }
        }
    }

    fn key_names(&self) -> Vec<&'static str> {
        match self.report {
            ReportName::UnshippedByAge => vec!["age"],
            ReportName::ReturnsAndRefunds => vec!["payment_status"],
            ReportName::DiscountsUsed => vec!["code"],
            _ => self.keys.iter().map(|(name, _)| *name).collect(),
        }
    }

    fn columns(&self) -> Vec<Column> {
        match self.report {
            ReportName::UnshippedByAge => rows::UNSHIPPED.to_vec(),
            ReportName::ReturnsAndRefunds => rows::REFUNDS.to_vec(),
            ReportName::DiscountsUsed => rows::DISCOUNTS.to_vec(),
            _ if self.by_lines() => rows::LINES.to_vec(),
            _ => rows::ORDERS.to_vec(),
        }
    }
}

fn add_to(rows: &mut Rows, currency: &Currency, groups: impl IntoIterator<Item = Group>) {
    for group in groups {
        debug_assert!(group.sums.len() <= ORDER_SUMS.len(), "no query adds up more");
        let row = rows.entry((currency.clone(), group.keys)).or_default();
        row.add(group.orders, &group.sums);
        row.rename(group.name);
    }
}

/// Currency and keys of a row, and its sums.
type Line = ((Currency, Vec<String>), Sums);

/// The rows of a report in their order.
pub(super) struct Sorted<'a> {
    tally: Tally<'a>,
    columns: Vec<Column>,
    rows: Vec<Line>,
    /// The column that they are sorted by, the largest first.
    pub(super) by: Option<&'static str>,
}

impl Sorted<'_> {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.tally.only_row().map_or(self.rows.len(), |_| 1)
    }

    /// The rows from one on. Each is written when it is asked for: there may be hundreds of thousands.
    pub(super) fn from(&self, offset: usize) -> impl Iterator<Item = Row> {
        let only = self.tally.only_row().filter(|_| offset == 0);
        let rows = self.rows.iter().skip(offset);
        let written = rows.map(|((currency, keys), sums)| self.tally.row(keys.clone(), currency, sums, &self.columns));
        only.into_iter().chain(written)
    }

    /// What of the shipments' own days could not be believed.
    pub(super) fn doubt(&self) -> Option<String> {
        let told = match self.tally.times.impossible {
            0 => return None,
            1 => "1 order has a shipment whose date_shipped lies before the order: it is counted to the".to_owned(),
            orders => format!(
                "{orders} orders have a shipment whose date_shipped lies before the order: they are counted to the"
            ),
        };
        Some(format!("{told} shipment's date_added instead."))
    }

    /// The totals of all rows.
    pub(super) fn totals(&self) -> Value {
        match self.tally.only_row() {
            Some(row) => object(&row),
            None => self.tally.total(&self.columns),
        }
    }
}
