//! What a change makes of an order's totals.
//!
//! Order Desk computes the totals of an order anew with every upload. A change that is only shown leaves them as they were, so
//! what they would be has to be said beside it, where it can be known.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::LINES;
use crate::number::canonical;
use crate::rows::rows;

#[cfg(test)]
mod tests;

/// What else counts in the total.
const AMOUNTS: [&str; 3] = ["shipping_total", "handling_total", "tax_total"];
const DISCOUNTS: &str = "discount_list";

/// What should be said of the totals in a preview that makes `desired` of `base`; nothing where all counts as before.
pub fn totals_as_before(base: &Map<String, Value>, desired: &Map<String, Value>) -> Option<String> {
    let (before, after) = (rows(base.get(LINES)), rows(desired.get(LINES)));
    let counted = |lines: &[Value]| -> Vec<[Option<String>; 3]> {
        let counted = |line: &Value| ["quantity", "price", "weight"].map(|part| line.get(part).and_then(canonical));
        lines.iter().map(counted).collect()
    };
    let amounts = |order: &Map<String, Value>| AMOUNTS.map(|name| order.get(name).and_then(canonical));
    let discounts = |order: &Map<String, Value>| -> Vec<Option<String>> {
        let rows = rows(order.get(DISCOUNTS)).iter();
        rows.map(|row| row.get("amount").and_then(canonical)).collect()
    };
    let are_lines_as_before = counted(before) == counted(after);
    if are_lines_as_before && amounts(base) == amounts(desired) && discounts(base) == discounts(desired) {
        return None;
    }
    if are_lines_as_before {
        return Some(
            "order_total and discount_total are shown as they were before: Order Desk computes them anew when the change is made"
                .to_owned(),
        );
    }
    let known = match Sums::of(after) {
        Some(Sums {
            quantity,
            product,
            weight,
        }) => format!(
            "; the lines as shown come to quantity_total {quantity}, product_total {product} and weight_total {weight}, before \
             discounts, shipping and tax"
        ),
        None => String::new(),
    };
    Some(format!(
        "quantity_total, weight_total, product_total, discount_total and order_total are shown as they were before: Order Desk \
         computes them anew when the change is made{known}"
    ))
}

struct Sums {
    quantity: Decimal,
    product: Decimal,
    weight: Decimal,
}

impl Sums {
    /// Exact sums; nothing where a line holds what is no number, or none that can be added exactly.
    fn of(lines: &[Value]) -> Option<Self> {
        let mut sums = Self {
            quantity: Decimal::ZERO,
            product: Decimal::ZERO,
            weight: Decimal::ZERO,
        };
        for line in lines {
            let quantity = number(line, "quantity", Decimal::ONE)?;
            let add = |sum: Decimal, each: Decimal| sum.checked_add(quantity.checked_mul(each)?);
            sums.quantity = add(sums.quantity, Decimal::ONE)?;
            sums.product = add(sums.product, number(line, "price", Decimal::ZERO)?)?;
            sums.weight = add(sums.weight, number(line, "weight", Decimal::ZERO)?)?;
        }
        Some(Self {
            quantity: sums.quantity.normalize(),
            product: sums.product.normalize(),
            weight: sums.weight.normalize(),
        })
    }
}

/// A number of a line, with what Order Desk takes for one that is not there.
fn number(line: &Value, part: &str, missing: Decimal) -> Option<Decimal> {
    match line.get(part) {
        None | Some(Value::Null) => Some(missing),
        Some(Value::String(text)) if text.is_empty() => Some(missing),
        Some(value) => canonical(value)?.parse().ok(),
    }
}
