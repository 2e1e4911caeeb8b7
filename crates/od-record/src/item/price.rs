//! A new line that nobody gave a price.

use serde_json::{Map, Value};

use crate::merge::is_blank;

/// Whether a new line has no price: Order Desk takes it for nothing. A price of 0 is one.
pub fn without_price(given: &Map<String, Value>) -> bool {
    given.get("price").is_none_or(is_blank)
}
