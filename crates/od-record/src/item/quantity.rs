//! Quantities that may be stored and are hardly meant.

use serde_json::{Map, Value};

use crate::merge::is_blank;
use crate::number::canonical;

#[cfg(test)]
mod tests;

/// What should be said of a line's quantity, after the words that name the line.
pub fn quantity_remark(line: &Map<String, Value>) -> Option<String> {
    let given = line.get("quantity")?;
    if is_blank(given) {
        return Some(
            "has its quantity cleared, which Order Desk stores as 0: nothing of it is shipped or paid for".to_owned(),
        );
    }
    let quantity = canonical(given)?;
    let effect = match quantity.as_str() {
        "0" => "nothing of it is shipped or paid for",
        below if below.starts_with('-') => "its price is taken off the order's total",
        _ => return None,
    };
    Some(format!("has the quantity {quantity}, as given: {effect}"))
}
