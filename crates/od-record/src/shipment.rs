//! The shipments of an order: their fields, what is wrong with what a caller names of them, and their tracking numbers.

mod beside;
mod check;
mod contents;
mod fields;
mod law;
mod restored;
mod tracking;

pub(crate) use beside::rest_of;
pub use beside::{doubts_beside, left_beside, parts, wholes};
pub use check::{judge_change, judge_new};
pub use contents::{Held, Line, Packing, names_contents, same_contents};
pub(crate) use fields::CONTENT;
pub use fields::FIELDS;
pub use law::PART;
pub use restored::take_out;
pub use tracking::{already, is_same_parcel, is_spelled_alike, parcel, remark, same_tracking, tracking};
