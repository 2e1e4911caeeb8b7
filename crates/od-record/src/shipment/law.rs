//! What is peculiar to shipments among the parts of an order.

use super::fields::{FIELDS, judge_change, judge_new};
use crate::part::Part;

/// The law of shipments.
pub const PART: Part = Part {
    fields: FIELDS,
    judge_new,
    judge_change,
    known_by: &["tracking_number"],
    filled: &["tracking_url"],
};
