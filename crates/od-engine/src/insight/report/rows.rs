//! How rows are written.

use od_db::mirror::{Customers, ShippingTimes};

use super::cell::{Cell, Row};

/// How many orders, and their sums in millionths.
#[derive(Clone, Default)]
pub(super) struct Sums {
    pub orders: i64,
    pub sums: Vec<i128>,
    /// What the newest line is called, and when its order was added.
    pub name: Option<(i64, String)>,
}

impl Sums {
    pub(super) fn add(&mut self, orders: i64, sums: &[i128]) {
        self.orders += orders;
        self.sums.resize(self.sums.len().max(sums.len()), 0);
        for (sum, more) in self.sums.iter_mut().zip(sums) {
            *sum += more;
        }
    }

    /// Takes over a newer name.
    pub(super) fn rename(&mut self, name: Option<(i64, String)>) {
        let age = |name: &Option<(i64, String)>| name.as_ref().map(|(added, _)| *added);
        if age(&name) >= age(&self.name) {
            self.name = name;
        }
    }

    /// A sum as it stands in a row.
    pub(super) fn cell(&self, at: usize, is_money: bool) -> Cell {
        let sum = self.sums.get(at).copied().unwrap_or(0);
        if is_money {
            Cell::Money(sum)
        } else {
            Cell::Quantity(sum)
        }
    }
}

/// A sum that a row shows, by its place among the sums.
#[derive(Clone, Copy)]
pub(super) struct Column {
    /// Nothing for a sum that is not shown.
    pub name: &'static str,
    is_money: bool,
    /// Rows are sorted by it.
    pub weighs: bool,
}

const fn amount(name: &'static str) -> Column {
    Column {
        name,
        is_money: true,
        weighs: false,
    }
}

const fn weight(name: &'static str) -> Column {
    Column {
        weighs: true,
        ..amount(name)
    }
}

const UNITS: Column = Column {
    name: "units",
    is_money: false,
    weighs: false,
};
const HIDDEN: Column = amount("");

pub(super) const ORDERS: [Column; 7] = [
    UNITS,
    weight("order_total"),
    amount("product_total"),
    amount("shipping_total"),
    amount("tax_total"),
    amount("discount_total"),
    amount("refund_total"),
];
pub(super) const LINES: [Column; 2] = [UNITS, weight("sales")];
pub(super) const UNSHIPPED: [Column; 2] = [UNITS, weight("order_total")];
pub(super) const REFUNDS: [Column; 7] = [
    HIDDEN,
    amount("order_total"),
    HIDDEN,
    HIDDEN,
    HIDDEN,
    HIDDEN,
    weight("refund_total"),
];
pub(super) const DISCOUNTS: [Column; 1] = [weight("discount")];

/// What the number of orders is called.
pub(super) fn counted(columns: &[Column]) -> &'static str {
    if columns.len() == DISCOUNTS.len() {
        "uses"
    } else {
        "orders"
    }
}

/// A row's sums.
pub(super) fn cells(currency: Option<&str>, sums: &Sums, columns: &[Column]) -> Row {
    let mut row: Row = vec![
        ("currency", Cell::Text(currency.map(str::to_owned))),
        (counted(columns), Cell::Count(sums.orders.unsigned_abs())),
    ];
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.name.is_empty()) {
        row.push((column.name, sums.cell(at, column.is_money)));
    }
    row
}

/// A key as it is shown.
pub(super) fn key(name: &str, value: String) -> String {
    const AGES: [&str; 4] = ["under_1_day", "1_to_3_days", "3_to_7_days", "over_7_days"];
    match name {
        "age" => value
            .parse::<usize>()
            .ok()
            .and_then(|at| AGES.get(at))
            .map_or(value, |age| (*age).to_owned()),
        "sku" | "code" if value.is_empty() => "(no code)".to_owned(),
        _ if value.is_empty() => "(none)".to_owned(),
        _ => value,
    }
}

/// Nearest-rank percentiles, how many took longer than they should, and how many wait for longer than that at the second `now`.
pub(super) fn time_to_ship(times: &ShippingTimes, target_hours: u32, now: i64) -> Row {
    let target = i64::from(target_hours) * 3_600;
    let mut seconds = times.seconds.clone();
    seconds.sort_unstable();
    let rank = |percent: usize| {
        let at = seconds.get((seconds.len() * percent).div_ceil(100).max(1) - 1);
        // In hundredths of an hour, rounded half up.
        Cell::Hours(at.map(|seconds| (seconds * 100 + 1_800).div_euclid(3_600)))
    };
    let over = seconds.iter().filter(|took| **took > target).count();
    let late = times
        .waiting_since
        .iter()
        .filter(|added| now - **added > target)
        .count();
    // In hundredths of a percent, rounded half up.
    let share = (over * 20_000 + seconds.len()).checked_div(seconds.len() * 2);
    vec![
        ("orders_shipped", Cell::Count(seconds.len() as u64 + times.undated)),
        ("orders_not_shipped", Cell::Count(times.waiting)),
        ("median_hours", rank(50)),
        ("p90_hours", rank(90)),
        ("target_hours", Cell::Count(target_hours.into())),
        ("over_target", Cell::Count(over as u64)),
        ("percent_over_target", Cell::Percent(share)),
        ("unshipped_over_target", Cell::Count(late as u64)),
        ("counted_to_date_shipped", Cell::Count(times.by_day)),
        (
            "counted_to_date_added",
            Cell::Count(seconds.len() as u64 - times.by_day),
        ),
    ]
}

/// How many customers are new, how many came again, and how many orders nobody can be told of.
pub(super) fn customers(customers: &Customers) -> Row {
    let returning = customers.bought.intersection(&customers.before).count();
    vec![
        (
            "new_customers",
            Cell::Count((customers.bought.len() - returning) as u64),
        ),
        ("returning_customers", Cell::Count(returning as u64)),
        ("orders_without_email", Cell::Count(customers.orders_without)),
        (
            "ordered_more_than_once",
            Cell::Count(customers.bought_again.len() as u64),
        ),
    ]
}
