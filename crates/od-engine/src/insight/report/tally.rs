//! Adding up, store by store. Amounts of different currencies are never added together.

use std::collections::BTreeMap;

use od_db::mirror::{Group, Key, ORDER_SUMS, Selection};
use serde_json::{Map, Value};

use super::super::micro::quantity;
use super::super::mirror::Ready;
use super::cell::{Cell, Row, heading, object};
use super::name::ReportName;
use super::rows::{self, Column, Sums};
use crate::error::Error;

/// A row before it is written: its currency and its keys, and what it has.
type Rows = BTreeMap<(Option<String>, Vec<String>), Sums>;

pub(super) struct Tally<'a> {
    report: ReportName,
    keys: &'a [(&'static str, Key)],
    target_hours: u32,
    rows: Rows,
    totals: Rows,
    /// Seconds until orders were shipped, and how many were not.
    seconds: Vec<i64>,
    waiting: u64,
    /// New and returning customers, orders without an address.
    customers: [u64; 3],
}

impl<'a> Tally<'a> {
    pub(super) fn new(report: ReportName, keys: &'a [(&'static str, Key)], target_hours: u32) -> Self {
        Self {
            report,
            keys,
            target_hours,
            rows: Rows::new(),
            totals: Rows::new(),
            seconds: Vec::new(),
            waiting: 0,
            customers: [0; 3],
        }
    }

    fn by_lines(&self) -> bool {
        self.keys.iter().any(|(_, key)| *key == Key::Sku)
    }

    /// Adds a store's orders. On how many it rests.
    pub(super) async fn add(&mut self, copy: &Ready, selection: &Selection, now: i64) -> Result<u64, Error> {
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
                let (seconds, waiting) = tables.seconds_to_ship(selection).await?;
                self.seconds.extend(seconds);
                self.waiting += waiting;
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
                for (sum, found) in self.customers.iter_mut().zip(found) {
                    *sum += found;
                }
            }
            _ if self.by_lines() => {
                let groups = tables.line_sums(selection, &keys).await?;
                self.add_rows(copy, groups);
                let totals = tables.line_sums(selection, &[]).await?;
                add_to(&mut self.totals, copy.shop.currency.as_ref(), totals);
            }
            _ => {
                let groups = tables.order_sums(selection, &keys).await?;
                self.add_rows(copy, groups);
                add_to(&mut self.totals, copy.shop.currency.as_ref(), all);
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
        add_to(&mut self.totals, copy.shop.currency.as_ref(), totals);
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
        add_to(&mut self.rows, copy.shop.currency.as_ref(), named);
    }

    /// The rows, and the totals of all of them.
    pub(super) fn shown(mut self) -> (Vec<Row>, Value) {
        if let Some(row) = self.only_row() {
            let totals = object(&row);
            return (vec![row], totals);
        }
        let columns = self.columns();
        let by_date = self
            .keys
            .first()
            .is_some_and(|(_, key)| matches!(key, Key::Day | Key::Month));
        let keeps_order = by_date || self.report == ReportName::UnshippedByAge;
        let weight = columns.iter().position(|column| column.weighs);
        let mut rows: Vec<_> = std::mem::take(&mut self.rows).into_iter().collect();
        if !keeps_order {
            let weight = |sums: &Sums| weight.and_then(|at| sums.sums.get(at).copied()).unwrap_or(0);
            rows.sort_by(|((one, _), a), ((other, _), b)| one.cmp(other).then(weight(b).cmp(&weight(a))));
        }
        let rows = rows
            .into_iter()
            .map(|((currency, keys), sums)| self.row(keys, currency.as_deref(), &sums, &columns))
            .collect();
        (rows, self.total(&columns))
    }

    /// The columns of the rows, also where there is none.
    pub(super) fn heading(&self) -> Vec<&'static str> {
        let row = self.only_row().unwrap_or_else(|| {
            let keys = vec![String::new(); self.key_names().len()];
            self.row(keys, None, &Sums::default(), &self.columns())
        });
        row.iter().map(|(name, cell)| heading(name, cell)).collect()
    }

    /// The row of a report that never has another one.
    fn only_row(&self) -> Option<Row> {
        match self.report {
            ReportName::TimeToShip => Some(rows::time_to_ship(
                self.seconds.clone(),
                self.waiting,
                self.target_hours,
            )),
            ReportName::NewAndReturningCustomers => Some(rows::customers(self.customers)),
            _ => None,
        }
    }

    fn row(&self, keys: Vec<String>, currency: Option<&str>, sums: &Sums, columns: &[Column]) -> Row {
        let keys = self.key_names().into_iter().zip(keys);
        let keys = keys.map(|(name, value)| (name, Cell::Text(Some(rows::key(name, value)))));
        keys.chain(rows::cells(currency, sums, columns)).collect()
    }

    fn total(&self, columns: &[Column]) -> Value {
        let mut totals: Vec<Value> = Vec::new();
        let mut all = Sums::default();
        for ((currency, _), sums) in &self.totals {
            all.add(sums.orders, &sums.sums);
            totals.push(object(&rows::cells(currency.as_deref(), sums, columns)));
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

fn add_to(rows: &mut Rows, currency: Option<&String>, groups: impl IntoIterator<Item = Group>) {
    for group in groups {
        debug_assert!(group.sums.len() <= ORDER_SUMS.len(), "no query adds up more");
        let row = rows.entry((currency.cloned(), group.keys)).or_default();
        row.add(group.orders, &group.sums);
    }
}
