//! What all records of Order Desk share: tables of their fields, the merge law, differences, and reading back.
//!
//! Order Desk replaces a record with what it is sent, whether it is an order, a part of one or an inventory item. So each
//! is judged, merged and compared by the same rules, over a table that names its fields. Pure: values in, values out.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod field;
pub(crate) mod number;
pub(crate) mod pick;
pub(crate) mod problem;
pub(crate) mod read_back;
pub(crate) mod rows;
pub(crate) mod set;
pub(crate) mod verify;
