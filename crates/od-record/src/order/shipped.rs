//! Lines that a change takes pieces of which are in parcels already.

use serde_json::{Map, Value};

use super::{LINES, SHIPMENTS};
use crate::rows::rows_of;
use crate::shipment::{Packing, rest_of};
use crate::text::listed;

#[cfg(test)]
mod tests;

/// As many lines are named.
const NAMED: usize = 5;

/// What should be said of a change that leaves fewer of a line than its shipments hold, or nothing of it. What was ordered may well be
/// less than what was sent; the shipments stay as they are.
pub(super) fn remarks(base: &Map<String, Value>, desired: &Map<String, Value>) -> Option<String> {
    more_shipped(rows_of(base, LINES), rows_of(desired, LINES), rows_of(base, SHIPMENTS))
}

/// The same for lines as they were and as they are, beside the order's shipments.
pub fn more_shipped<'a>(
    before: impl IntoIterator<Item = &'a Map<String, Value>>,
    after: impl IntoIterator<Item = &'a Map<String, Value>>,
    shipments: impl IntoIterator<Item = &'a Map<String, Value>>,
) -> Option<String> {
    let (before, after) = (Packing::of(before, shipments), Packing::of(after, []));
    let told = before.lines().iter().filter(|line| line.packed > 0).filter_map(|line| {
        let (called, packed) = (line.called(), line.packed);
        let Some(now) = after.lines().iter().find(|now| now.id == line.id) else {
            return Some(format!("{packed} of {called}, which the order has no more"));
        };
        let ordered = now.ordered.filter(|now| *now < packed && Some(*now) != line.ordered)?;
        Some(format!("{packed} of {called}, of which {ordered} are ordered now"))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| {
        format!(
            "The order's shipments hold more than its lines, and stay as they are: {}.",
            listed(told, NAMED)
        )
    })
}

/// What an order that was shipped in part has left, as what is to be said of it.
pub fn left_behind(order: &Map<String, Value>) -> Option<String> {
    let rest = rest_of(&Packing::of(rows_of(order, LINES), rows_of(order, SHIPMENTS)))?;
    Some(format!("was shipped in part; in no shipment of it yet: {rest}"))
}
