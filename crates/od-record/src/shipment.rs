//! The shipments of an order: their fields, what is wrong with what a caller names of them, and their tracking numbers.

use crate::part::Part;

mod contents;
mod fields;
mod tracking;

pub use contents::{Packing, names_contents, same_contents};
pub(crate) use fields::CONTENT;
pub use fields::{FIELDS, judge_change, judge_new};
pub use tracking::{already, remark, same_tracking, tracking};

/// What is peculiar to shipments among the parts of an order.
pub const PART: Part = Part {
    fields: FIELDS,
    judge_new,
    judge_change,
    known_by: &["tracking_number"],
    filled: &["tracking_url"],
};
