//! What stands in a report: as replies write it, and as a spreadsheet reads it.
//!
//! In a spreadsheet numbers have two decimals or none: three are read as thousands by some.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value};

use super::super::micro::{money, quantity};
use crate::spreadsheet::harmless;

/// One value of a row.
pub(super) enum Cell {
    /// A text, or nothing.
    Text(Option<String>),
    /// A number of something.
    Count(u64),
    /// An amount in millionths.
    Money(i128),
    /// A quantity in millionths.
    Quantity(i128),
    /// Hours in hundredths, or nothing.
    Hours(Option<i64>),
    /// A part of a whole in hundredths of a percent, or nothing.
    Percent(Option<usize>),
}

/// A row: names and values, in order.
pub(super) type Row = Vec<(&'static str, Cell)>;

/// The row as a reply has it.
pub(super) fn object(row: &Row) -> Value {
    let members = row.iter().map(|(name, cell)| ((*name).to_owned(), cell.shown()));
    Value::Object(members.collect::<Map<_, _>>())
}

impl Cell {
    fn shown(&self) -> Value {
        match self {
            Self::Text(text) => text.as_deref().into(),
            Self::Count(count) => (*count).into(),
            Self::Money(amount) => money(*amount).into(),
            Self::Quantity(units) => quantity(*units),
            Self::Hours(hours) => hours.map(hundredths).into(),
            Self::Percent(share) => share.map(percent).into(),
        }
    }

    /// As a cell of a spreadsheet.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Text(text) => harmless(text.clone().unwrap_or_default()),
            Self::Count(count) => count.to_string(),
            Self::Money(amount) => money(*amount),
            Self::Quantity(units) if units % 1_000_000 == 0 => (units / 1_000_000).to_string(),
            Self::Quantity(units) => rounded(*units),
            Self::Hours(hours) => hours.map(hundredths).unwrap_or_default(),
            Self::Percent(share) => share.map(percent).unwrap_or_default(),
        }
    }
}

/// A part of a thing, with two decimals.
fn rounded(millionths: i128) -> String {
    let units = Decimal::try_from_i128_with_scale(millionths, 6).unwrap_or(Decimal::MAX);
    format!(
        "{:.2}",
        units.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    )
}

fn percent(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn hundredths(of_an_hour: i64) -> String {
    // What was sent before its order came in took less than no time.
    let sign = if of_an_hour < 0 { "-" } else { "" };
    let hundredths = of_an_hour.unsigned_abs();
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}
