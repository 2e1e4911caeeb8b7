//! Addresses that went elsewhere, and the lines of them that stayed behind.

use serde_json::{Map, Value};

use crate::identifier::tidy;
use crate::text::quoted;

#[cfg(test)]
mod tests;

const ADDRESSES: [&str; 3] = ["shipping", "customer", "return_address"];
/// What is true of one street only.
const BESIDE_STREET: [&str; 3] = ["address2", "address3", "address4"];
/// What is true within one country only.
const BESIDE_COUNTRY: [&str; 2] = ["state", "postal_code"];

/// What should be said of the parts of an address that a change leaves as they were, while street and town, or the country, are
/// others.
pub(super) fn remarks(base: &Map<String, Value>, desired: &Map<String, Value>) -> Vec<String> {
    let mut remarks = Vec::new();
    for address in ADDRESSES {
        let part = |order: &Map<String, Value>, name: &str| -> String {
            let part = order.get(address).and_then(|address| address.get(name));
            tidy(part.and_then(Value::as_str).unwrap_or_default()).to_owned()
        };
        // From nothing nobody moves, and a town in other capitals is the same.
        let is_another = |name: &str| {
            let (before, after) = (part(base, name), part(desired, name));
            !before.is_empty() && !after.is_empty() && before.to_lowercase() != after.to_lowercase()
        };
        let mut tell = |parts: &[&str], why: &str| {
            for name in parts {
                let left = part(desired, name);
                if !left.is_empty() && left == part(base, name) {
                    remarks.push(format!(
                        "{address} {why}, and {address}/{name} was left as it was; null clears it. It still says {}",
                        quoted(&left)
                    ));
                }
            }
        };
        if is_another("country") {
            tell(&BESIDE_COUNTRY, "has another country");
        }
        if is_another("address1") && (is_another("city") || is_another("country")) {
            tell(&BESIDE_STREET, "moves");
        }
    }
    remarks
}
