//! Groups of orders or lines, and their sums.

use foldhash::{HashMap, HashMapExt as _};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::super::facts::{Fact, Facts, Line};

/// What orders or lines are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The code of a line.
    Sku,
    /// The day in the store's zone.
    Day,
    /// The month in the store's zone.
    Month,
    /// The sales channel.
    Source,
    /// The country that is shipped to.
    Country,
    /// The way of shipping.
    Method,
    /// The folder, by its id.
    Folder,
    /// How the payment stands.
    Payment,
}

/// The orders of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// One value for each key.
    pub keys: Vec<String>,
    /// How many orders.
    pub orders: i64,
    /// Sums in millionths.
    pub sums: Vec<i128>,
    /// What the newest line is called, and the second since the epoch at which its order was added. Nothing for groups of
    /// orders.
    pub name: Option<(i64, String)>,
}

impl Group {
    pub(super) fn add<const N: usize>(&mut self, amounts: [i64; N]) {
        self.orders += 1;
        for (sum, amount) in self.sums.iter_mut().zip(amounts) {
            *sum += i128::from(amount);
        }
    }
}

/// As many keys as there may be.
const KEYS: usize = 3;

/// Groups that are being added up.
pub(super) struct Groups<'a> {
    keys: &'a [Key],
    sums: usize,
    groups: HashMap<[i64; KEYS], Sums>,
    month: (i64, i64),
}

pub(super) struct Sums {
    orders: i64,
    /// The order that was added last: several lines of one order are one order.
    last: i64,
    sums: Vec<i128>,
    /// When the newest line was added, and its name.
    name: Option<(i64, u32)>,
}

impl<'a> Groups<'a> {
    /// No groups yet; without keys the one of all orders, which may be empty.
    pub(super) fn new(keys: &'a [Key], sums: usize) -> Self {
        debug_assert!(keys.len() <= KEYS, "no report has more");
        let mut groups = HashMap::new();
        if keys.is_empty() {
            groups.insert([0; KEYS], Sums::new(sums));
        }
        Self {
            keys,
            sums,
            groups,
            month: (i64::MIN, 0),
        }
    }

    /// Adds a line. Lines of an order come one after the other.
    pub(super) fn add_line(&mut self, fact: &Fact, line: &Line) {
        let group = self.add(fact, Some(line.sku), [line.units, line.amount]);
        if group.name.is_none_or(|(added, _)| fact.added >= added) {
            group.name = Some((fact.added, line.name));
        }
    }

    /// Adds an order, or something in it that has a code. What is of one order comes one after the other.
    pub(super) fn add<const N: usize>(&mut self, fact: &Fact, sku: Option<u32>, amounts: [i64; N]) -> &mut Sums {
        let mut value = [0; KEYS];
        for (value, key) in value.iter_mut().zip(self.keys) {
            *value = match key {
                Key::Sku => sku.unwrap_or_default().into(),
                Key::Day => fact.day,
                Key::Month => self.month_of(fact.day),
                Key::Source => fact.source.into(),
                Key::Country => fact.country.into(),
                Key::Method => fact.method.into(),
                Key::Folder => fact.folder,
                Key::Payment => fact.payment.into(),
            };
        }
        let group = self.groups.entry(value).or_insert_with(|| Sums::new(self.sums));
        if group.orders == 0 || group.last != fact.id {
            group.orders += 1;
            group.last = fact.id;
        }
        for (sum, amount) in group.sums.iter_mut().zip(amounts) {
            *sum += i128::from(amount);
        }
        group
    }

    /// The groups, in no order.
    pub(super) fn shown(self, facts: &Facts) -> Vec<Group> {
        let text = |key: &Key, value: i64| match key {
            Key::Day => day(value).to_string(),
            Key::Month => format!("{:04}-{:02}", value.div_euclid(12), value.rem_euclid(12) + 1),
            Key::Folder => value.to_string(),
            _ => facts.names.text(u32::try_from(value).unwrap_or(u32::MAX)).to_owned(),
        };
        self.groups
            .into_iter()
            .map(|(values, sums)| Group {
                keys: self
                    .keys
                    .iter()
                    .zip(values)
                    .map(|(key, value)| text(key, value))
                    .collect(),
                orders: sums.orders,
                sums: sums.sums,
                name: sums
                    .name
                    .map(|(added, name)| (added, facts.names.text(name).to_owned())),
            })
            .collect()
    }

    /// Months since year 0. Neighbours mostly are of one day.
    fn month_of(&mut self, number: i64) -> i64 {
        if self.month.0 != number {
            let day = day(number);
            self.month = (number, i64::from(day.year()) * 12 + i64::from(day.month()) - 1);
        }
        self.month.1
    }
}

impl Sums {
    fn new(sums: usize) -> Self {
        Self {
            orders: 0,
            last: 0,
            sums: vec![0; sums],
            name: None,
        }
    }
}

/// The day of a number of days since the epoch.
fn day(number: i64) -> Date {
    let days = number.clamp(-4_000_000, 4_000_000);
    date(1970, 1, 1).saturating_add(days.days())
}
