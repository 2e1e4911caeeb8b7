//! Numbers by which equal customers, lines and addresses are known: a copy that holds neither twice.

use std::collections::BTreeMap;

use od_vault::number_of;
use serde_json::{Map, Value};

use super::fields::text;
use super::words::squeezed;

/// The number of nothing.
const NONE: i64 = 0;

/// Equal for equal texts. 0 for none.
pub(super) fn of(text: &str) -> i64 {
    if text.is_empty() { NONE } else { number_of([text]) }
}

/// Equal for orders with as many units of the same codes, in whatever lines; names stand for codes where there are none. 0
/// without lines.
pub(super) fn basket(lines: &[(String, String, i64, i64)]) -> i64 {
    let mut units: BTreeMap<(bool, String), i64> = BTreeMap::new();
    for (code, name, quantity, _) in lines {
        let key = if code.is_empty() { name } else { code };
        let sum = units.entry((code.is_empty(), key.to_lowercase())).or_default();
        *sum = sum.saturating_add(*quantity);
    }
    if units.is_empty() {
        return NONE;
    }
    let texts: Vec<String> = units
        .into_iter()
        .flat_map(|((is_name, key), units)| [is_name.to_string(), key, units.to_string()])
        .collect();
    number_of(texts.iter().map(String::as_str))
}

/// Equal for one place, however it is written: street, postal code and country without case, blanks and marks. 0 without a
/// street.
pub(super) fn address(address: &Map<String, Value>) -> i64 {
    let street = squeezed(&format!("{} {}", text(address, "address1"), text(address, "address2")));
    if street.is_empty() {
        return NONE;
    }
    let [postal_code, country] = ["postal_code", "country"].map(|part| squeezed(&text(address, part)));
    number_of([street.as_str(), postal_code.as_str(), country.as_str()])
}
