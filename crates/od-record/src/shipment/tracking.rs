//! Tracking numbers: what tells one shipment of an order from another.

use serde_json::{Map, Value};

use crate::diff::FieldChange;
use crate::identifier::id_text;
use crate::pasted::tight;

#[cfg(test)]
mod tests;

/// What stands for a parcel without tracking. It names nothing: many shipments may have it.
const NO_TRACKING: &str = "n/a";

/// The tracking number of a shipment, when it has a real one.
pub fn tracking(shipment: &Map<String, Value>) -> Option<String> {
    let number = shipment.get("tracking_number").and_then(id_text)?;
    (!number.eq_ignore_ascii_case(NO_TRACKING)).then_some(number)
}

/// The same as parcels are compared: labels, spreadsheets and people write one number with blanks, hyphens and small letters, or
/// without.
pub fn parcel(shipment: &Map<String, Value>) -> Option<String> {
    let number = tracking(shipment)?;
    let folded = tight(&number);
    // Of hyphens alone nothing would be left.
    Some(if folded.is_empty() { number } else { folded })
}

/// Whether both have one tracking number, however it is spelled.
pub fn is_same_parcel(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    parcel(one).is_some_and(|number| parcel(other) == Some(number))
}

/// Whether both have one tracking number to the letter, but for what stands around it.
pub fn is_spelled_alike(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    tracking(one).is_some_and(|number| tracking(other) == Some(number))
}

/// The shipment that has the same tracking number, however it is spelled; of several that which is spelled so.
pub fn same_tracking<'a>(
    shipments: &'a [Map<String, Value>],
    given: &Map<String, Value>,
) -> Option<&'a Map<String, Value>> {
    let wanted = parcel(given)?;
    let mut same = shipments
        .iter()
        .filter(|shipment| parcel(shipment).as_deref() == Some(wanted.as_str()));
    let first = same.clone().next();
    let alike = same.clone().find(|shipment| is_spelled_alike(shipment, given));
    same.find(|shipment| shipment.get("tracking_number") == given.get("tracking_number"))
        .or(alike)
        .or(first)
}

/// Names the shipment that is there already, as what an order does.
pub fn already(existing: &Map<String, Value>) -> String {
    let id = existing.get("id").and_then(id_text).unwrap_or_default();
    format!("already has a shipment with this tracking number: its id is {id}")
}

/// A new tracking number behind an old link sends the customer to the wrong parcel.
pub fn remark(given: &Map<String, Value>, desired: &Map<String, Value>, changes: &[FieldChange]) -> Option<String> {
    let renumbered = changes.iter().any(|change| change.path == "/tracking_number");
    let link = desired.get("tracking_url").and_then(Value::as_str).unwrap_or_default();
    (renumbered && !link.is_empty() && !given.contains_key("tracking_url")).then(|| {
        "tracking_url was left as it is and may lead to the old tracking number: set it too, or null to let Order Desk \
         guess it."
            .to_owned()
    })
}
