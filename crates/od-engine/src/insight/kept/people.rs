//! The names that an order goes by.

use std::collections::BTreeSet;

use od_record::tidy;
use serde_json::{Map, Value};

/// First and last name of the recipient and of the customer, as they are compared, each once.
pub(crate) fn people(order: &Map<String, Value>) -> Vec<String> {
    let name = |part: &str| {
        let address = order.get(part)?.as_object()?;
        let word = |name: &str| address.get(name).and_then(Value::as_str).unwrap_or_default();
        Some(folded_name(&format!("{} {}", word("first_name"), word("last_name")))).filter(|name| !name.is_empty())
    };
    let names: BTreeSet<String> = ["shipping", "customer"].into_iter().filter_map(name).collect();
    names.into_iter().collect()
}

/// Small letters, and one blank between words.
pub(crate) fn folded_name(text: &str) -> String {
    let words: Vec<String> = tidy(text)
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    words.join(" ")
}
