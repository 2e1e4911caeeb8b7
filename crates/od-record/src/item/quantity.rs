//! Quantities that may be stored and are hardly meant.

use serde_json::{Map, Value};

use crate::number::canonical;

#[cfg(test)]
mod tests;

/// What should be said of a line's quantity, after the words that name the line.
pub fn quantity_remark(line: &Map<String, Value>) -> Option<String> {
    let quantity = canonical(line.get("quantity")?)?;
    let effect = match quantity.as_str() {
        "0" => "nothing of it is shipped or paid for",
        below if below.starts_with('-') => "its price is taken off the order's total",
        _ => return None,
    };
    Some(format!("has the quantity {quantity}, as given: {effect}"))
}
