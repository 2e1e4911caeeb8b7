//! How rows are written.

use serde_json::{Map, Value, json};

use super::super::micro::{money, quantity};

/// How many orders, and their sums in millionths.
#[derive(Clone, Default)]
pub(super) struct Sums {
    pub orders: i64,
    pub sums: Vec<i128>,
}

impl Sums {
    pub(super) fn add(&mut self, orders: i64, sums: &[i128]) {
        self.orders += orders;
        self.sums.resize(self.sums.len().max(sums.len()), 0);
        for (sum, more) in self.sums.iter_mut().zip(sums) {
            *sum += more;
        }
    }

    /// A sum as it is shown.
    pub(super) fn shown(&self, at: usize, is_money: bool) -> Value {
        let sum = self.sums.get(at).copied().unwrap_or(0);
        if is_money { money(sum).into() } else { quantity(sum) }
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

/// Writes a row's sums.
pub(super) fn fill(row: &mut Map<String, Value>, currency: Option<&str>, sums: &Sums, columns: &[Column]) {
    row.insert("currency".to_owned(), currency.into());
    row.insert(counted(columns).to_owned(), sums.orders.into());
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.name.is_empty()) {
        row.insert(column.name.to_owned(), sums.shown(at, column.is_money));
    }
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

/// Nearest-rank percentiles, and how many took longer than they should.
pub(super) fn time_to_ship(mut seconds: Vec<i64>, waiting: u64, target_hours: u32) -> Value {
    seconds.sort_unstable();
    let rank = |percent: usize| {
        seconds
            .get((seconds.len() * percent).div_ceil(100).max(1) - 1)
            .map(|at| hours(*at))
    };
    let over = seconds
        .iter()
        .filter(|took| **took > i64::from(target_hours) * 3600)
        .count();
    // In hundredths of a percent, rounded half up.
    let share = (over * 20_000 + seconds.len()).checked_div(seconds.len() * 2);
    json!({
        "orders_shipped": seconds.len(),
        "orders_not_shipped": waiting,
        "median_hours": rank(50),
        "p90_hours": rank(90),
        "target_hours": target_hours,
        "over_target": over,
        "share_over_target": share.map(|share| format!("{}.{:04}", share / 10_000, share % 10_000)),
    })
}

/// Hours with two decimals, rounded half up.
fn hours(seconds: i64) -> String {
    let hundredths = (seconds * 100 + 1_800).div_euclid(3_600);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
