//! Whose an order is.

use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// The buyer's name, else the recipient's; a company when no person is named.
pub fn customer_name(order: &Map<String, Value>) -> String {
    ["customer", "shipping"]
        .iter()
        .filter_map(|address| order.get(*address).and_then(Value::as_object))
        .map(|address| {
            let part = |key: &str| address.get(key).and_then(Value::as_str).unwrap_or_default().trim();
            let person = format!("{} {}", part("first_name"), part("last_name"));
            let person = person.trim();
            if person.is_empty() {
                part("company").to_owned()
            } else {
                person.to_owned()
            }
        })
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

/// Whether the order says whose it is, which Order Desk demands of every order.
pub(crate) fn has_name(order: &Map<String, Value>) -> bool {
    ["customer", "shipping"]
        .into_iter()
        .filter_map(|address| order.get(address)?.as_object())
        .any(|address| {
            ["first_name", "last_name", "company"].into_iter().any(|part| {
                address
                    .get(part)
                    .and_then(Value::as_str)
                    .is_some_and(|text| !text.trim().is_empty())
            })
        })
}
