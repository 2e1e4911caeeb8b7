//! Amounts in whole millionths: exact sums, and never a binary float.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

#[cfg(test)]
mod tests;

/// Digits behind the point that are kept of an amount.
const PLACES: u32 = 6;

/// The number in a value of Order Desk, which writes some as text. Nothing when it is none, or is too large.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// A number in millionths. Nothing when it is too large.
pub(super) fn millionths(number: Decimal) -> Option<i64> {
    let mut rounded = number.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(PLACES);
    (rounded.scale() == PLACES)
        .then(|| rounded.mantissa().try_into().ok())
        .flatten()
}

/// An amount of money as replies write it: two decimals, rounded half away from zero.
pub(super) fn money(millionths: i128) -> String {
    let rounded = of(millionths).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    // No negative zero.
    let rounded = if rounded.is_zero() { Decimal::ZERO } else { rounded };
    format!("{rounded:.2}")
}

/// A quantity as replies write it: a whole number, or text where it is none.
pub(super) fn quantity(millionths: i128) -> Value {
    match i64::try_from(millionths / 1_000_000) {
        Ok(whole) if millionths % 1_000_000 == 0 => whole.into(),
        _ => of(millionths).normalize().to_string().into(),
    }
}

/// Sums of as many orders as there may be are far below what a decimal holds.
fn of(millionths: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(millionths, PLACES).unwrap_or(Decimal::MAX)
}
