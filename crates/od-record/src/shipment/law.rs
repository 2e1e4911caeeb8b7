//! What is peculiar to shipments among the parts of an order.

use super::check::{judge_change, judge_new};
use super::fields::FIELDS;
use super::restored::take_out;
use crate::part::Part;

/// The law of shipments.
pub const PART: Part = Part {
    fields: FIELDS,
    judge_new,
    take_out,
    judge_change,
    known_by: &["tracking_number"],
    filled: &["tracking_url"],
};
