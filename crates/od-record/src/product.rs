//! Inventory items, which are a store's products: their fields, what is wrong with what a caller names of them, and what a
//! change makes of one.

mod change;
pub(crate) mod fields;

pub use change::{Change, below_zero, below_zero_remark, compose};
pub(crate) use fields::FIELDS;
pub use fields::{LENIENCY, WRITER, code, judge_change, judge_new, take_out, unsearchable};
