//! The lines of an order: their fields, and what is wrong with what a caller names of them.

use crate::part::Part;

mod check;
mod fields;
mod price;
mod quantity;
mod twin;

pub use check::{foreign_id, judge_change, judge_new};
pub(crate) use check::{line, new_line, without_name};
#[cfg(test)]
pub(crate) use fields::DELIVERY_TYPE;
pub use fields::FIELDS;
pub use price::without_price;
pub use quantity::quantity_remark;
pub use twin::twin;

/// What is peculiar to lines among the parts of an order.
pub const PART: Part = Part {
    fields: FIELDS,
    judge_new,
    // A line has no field that only Order Desk sets, but for its id, which is judged beside the order.
    take_out: |_| None,
    judge_change,
    known_by: &["code", "name"],
    filled: &[],
};
