//! Card digits, the one field that is written under another name than it is read.

use serde_json::{Map, Value};

/// Where the last four digits are written.
const WRITTEN: &str = "cc_number";
/// Where they are read, behind a mask.
const READ: &str = "cc_number_masked";

/// The last four digits the order holds, as read.
pub(crate) fn last_four(order: &Map<String, Value>) -> Option<&str> {
    let masked = order.get(READ)?.as_str()?;
    let digits = masked.len().checked_sub(4).and_then(|start| masked.get(start..))?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// Sets the digits, or blanks them for null. Digits the order holds already leave the record as it is.
pub(crate) fn set(order: &mut Map<String, Value>, given: &Value) {
    let wanted = given.as_str().unwrap_or_default();
    let held = match order.get(WRITTEN) {
        Some(written) => written.as_str().unwrap_or_default(),
        None => last_four(order).unwrap_or_default(),
    };
    if held != wanted {
        order.insert(WRITTEN.to_owned(), wanted.into());
    }
}
