//! Whether an update of an order took, judged by reading it again.

use serde_json::{Map, Value};

use super::card::last_four;
use super::fields::{NUMERIC, SERVER_KEPT};
use crate::diff::FieldChange;
use crate::verify::{self as record, Leniency, Verification};

#[cfg(test)]
mod tests;

/// Compares what was read back with what was wanted, given the order the change was laid over.
///
/// Left out of the comparison: totals and other fields Order Desk keeps itself, dates of notes, ids and defaults of new
/// lines, history, and the difference between 5, 5.0 and "5.00" where a number is meant.
pub fn verify(base: &Map<String, Value>, desired: &Map<String, Value>, read_back: &Map<String, Value>) -> Verification {
    // Digits are written in full view and read back behind a mask: they are compared by themselves.
    let mut left_out = SERVER_KEPT.to_vec();
    left_out.push("cc_number");
    if desired.contains_key("cc_number") {
        left_out.push("cc_number_masked");
    }
    let leniency = Leniency {
        left_out: &left_out,
        tables: NUMERIC,
    };
    let mut verification = record::verify(base, desired, read_back, leniency);
    if let Some(wanted) = desired.get("cc_number") {
        let held = last_four(read_back).unwrap_or_default();
        if wanted.as_str().unwrap_or_default() == held {
            verification.took = true;
        } else {
            let masked = read_back.get("cc_number_masked");
            verification
                .not_applied
                .push(FieldChange::new("/cc_number", Some(wanted), masked));
            verification.stuck = false;
            verification.elsewhere |= held != last_four(base).unwrap_or_default();
        }
    }
    verification
}
