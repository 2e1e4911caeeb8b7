//! Sorting by a field that orders do not have. Order Desk documents that any field sorts, not which ones there are, so none
//! can be refused; it may sort by something else without a word.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::names::{NameOf, meant};
use crate::order::AddressType;
use crate::text::quoted;

#[cfg(test)]
mod tests;

/// What to say of a field to sort by that none of the orders has.
pub fn doubt(orders: &[Map<String, Value>], field: &str) -> Option<String> {
    if orders.is_empty() || orders.iter().any(|order| has(order, field)) {
        return None;
    }
    let known: BTreeSet<&str> = orders.iter().flat_map(Map::keys).map(String::as_str).collect();
    // A part of an address is sorted by under its flat name, and none of the orders has it.
    let meant = meant(field, NameOf::Order, known)
        .name
        .filter(|name| !name.contains('/'));
    let meant = meant.map(|name| format!(" Did you mean {name}?"));
    Some(format!(
        "None of these orders has a field {} (order_by): Order Desk may have sorted by another.{}",
        quoted(field),
        meant.unwrap_or_default()
    ))
}

/// A field of the order, or of one of its addresses by the flat name: `shipping_last_name`.
fn has(order: &Map<String, Value>, field: &str) -> bool {
    let in_address = |address: &str| {
        let part = field.strip_prefix(address)?.strip_prefix('_')?;
        order.get(address)?.get(part)
    };
    order.contains_key(field)
        || AddressType::ALL
            .iter()
            .any(|(address, _)| in_address(address).is_some())
}
