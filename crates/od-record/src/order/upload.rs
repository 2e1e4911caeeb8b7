//! What an update sends, and whether two reads of an order are the same.

use serde_json::{Map, Value};

use super::card::last_four;

#[cfg(test)]
mod tests;

/// The body of `PUT /orders/{id}`: the bare order, whole. Order Desk blanks whatever is missing from it.
///
/// Nothing is left out, not even what Order Desk ignores (totals, shipments): a field that is ignored today costs nothing,
/// and one that is not would be lost. Only the history stays here, which no upload can change; the records that changes are
/// laid over have none ([`take_history`](super::take_history)). Card digits are read as `cc_number_masked` and written as
/// `cc_number`, so that an order that has some gets them written again unless the change set others.
pub fn upload_body(desired: &Map<String, Value>) -> Map<String, Value> {
    let mut body = desired.clone();
    if let (false, Some(digits)) = (desired.contains_key("cc_number"), last_four(desired)) {
        body.insert("cc_number".to_owned(), digits.into());
    }
    body
}

/// Whether two reads show the same record: every field with the same JSON value, `date_updated` included. Key order does
/// not count. A number that changed its spelling counts as a difference; reading once more is cheaper than overlooking
/// somebody's edit.
pub fn same_record(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    a == b
}
