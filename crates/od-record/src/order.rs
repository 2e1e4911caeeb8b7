//! Orders: their fields, and what a change makes of one.
//!
//! `change` reads what a caller asks for and judges it (`ops`, `check`, `limits`, `tag`), `merge` lays it over an order,
//! `new_order` composes one that is to be created, `upload` makes the body that is sent, and `verify` and `trail` judge what
//! was read back, where `added` finds new lines. `summary`, `sort` and `buyer` tell of an order.

/// The member of an order that holds its lines.
pub const LINES: &str = "order_items";
/// The member of an order that holds its shipments.
pub const SHIPMENTS: &str = "order_shipments";

mod added;
mod buyer;
mod card;
mod change;
mod check;
pub(crate) mod fields;
#[cfg(test)]
pub(crate) mod fixtures;
mod limits;
mod merge;
mod moved;
mod new_order;
mod odd;
mod ops;
mod payment;
mod region;
mod shipped;
mod sort;
mod summary;
mod sums;
mod tag;
mod trail;
mod upload;
mod verify;

pub use added::name_added;
pub use buyer::customer_name;
pub use change::{Change, Replacement};
pub use limits::history as history_too_long;
pub use merge::{Applied, NoteDefaults, apply, blurred, lay_over};
pub use new_order::{NewOrder, Source};
pub use ops::{AddressType, Destination, Op};
pub use payment::{awaits_payment, unpaid};
pub use shipped::{left_behind, more_shipped};
pub use sort::doubt as sort_doubt;
pub use summary::{View, add_summed, summary};
pub use sums::totals_as_before;
pub use trail::{Trail, take_history, tells_of_another_upload};
pub use upload::{same_record, upload_body};
pub use verify::verify;
