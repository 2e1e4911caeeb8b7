//! Orders: reading them, and changing them without losing anything.
//!
//! `query` reads; `mutate` and `move_folder` change. What they change an order *to* is decided by pure functions of
//! values: `change` judges the request, `merge` applies it, `diff` tells the difference, `upload` makes the body,
//! `verify` judges what was read back.

mod card;
mod change;
mod check;
mod diff;
mod fields;
#[cfg(test)]
mod fixtures;
mod limits;
mod merge;
mod move_folder;
mod mutate;
mod number;
mod ops;
mod problem;
mod query;
mod rows;
mod upload;
mod verify;

pub use change::Change;
pub use diff::{FieldChange, diff};
pub use merge::{Applied, NoteDefaults, apply};
pub use move_folder::MoveOrders;
pub(crate) use mutate::Groups;
pub use mutate::MutateOrder;
pub use ops::{AddressType, Destination, Op};
pub use problem::Problem;
pub use query::{Filters, GetOrder, ListOrders, SortOrder, View};
pub use upload::{same_record, upload_body};
pub use verify::{Verification, verify};

use crate::engine::Engine;

/// Order operations.
pub struct Orders<'a>(pub(crate) &'a Engine);

impl Engine {
    /// Order operations.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }
}
