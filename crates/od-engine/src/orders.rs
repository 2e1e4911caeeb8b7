//! Orders: reading them, and changing them without losing anything.
//!
//! `query` reads; `mutate`, with `replace` and `steps` as doors to it, and `move_folder` change; `create`, `delete` and
//! `history` send what Order Desk does once. What they change an order *to* is decided by pure functions of
//! values: `change` judges the request, `merge` applies it, `upload` makes the body,
//! `verify` judges what was read back.

mod card;
mod change;
mod check;
mod create;
mod delete;
mod fields;
#[cfg(test)]
pub(crate) mod fixtures;
mod history;
mod limits;
mod merge;
mod move_folder;
mod mutate;
mod ops;
mod query;
mod replace;
mod steps;
mod upload;
mod verify;

pub use change::{Change, Replacement};
pub(crate) use check::{line as judge_line, new_line as judge_new_line};
pub use create::CreateOrder;
pub use delete::DeleteOrder;
pub(crate) use fields::ITEM as ITEM_FIELDS;
pub use history::CreateHistory;
pub use merge::{Applied, NoteDefaults, apply};
pub use move_folder::MoveOrders;
pub(crate) use mutate::Groups;
pub use mutate::MutateOrder;
pub use ops::{AddressType, Destination, Op};
pub use query::{Filters, GetOrder, ListOrders, SortOrder, View};
pub(crate) use query::{missing, order_id};
pub use replace::UpdateFull;
pub use steps::{AddItems, UpdateAddress};
pub use upload::{same_record, upload_body};
pub use verify::verify;

use crate::engine::Engine;
pub use crate::record::diff::{FieldChange, diff};
pub use crate::record::problem::Problem;
pub use crate::record::verify::Verification;

/// Order operations.
pub struct Orders<'a>(pub(crate) &'a Engine);

impl Engine {
    /// Order operations.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }
}
