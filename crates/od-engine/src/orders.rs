//! Orders: reading them, and changing them without losing anything.
//!
//! `query` reads; `mutate`, with `replace` and `steps` as doors to it, and `move_folder` change; `create`, `delete` and
//! `history` send what Order Desk does once. What they change an order *to* is decided by [`od_record::order`], without
//! waiting and without asking anybody.

mod create;
mod delete;
mod history;
mod move_folder;
mod mutate;
mod query;
mod replace;
mod steps;

pub use create::CreateOrder;
pub use delete::DeleteOrder;
pub use history::CreateHistory;
pub use move_folder::MoveOrders;
pub(crate) use mutate::Groups;
pub use mutate::MutateOrder;
pub use od_record::order::{
    AddressType, Applied, Change, Destination, NoteDefaults, Op, Replacement, View, apply, same_record, upload_body,
    verify,
};
pub use od_record::{FieldChange, Problem, Verification, diff};
pub use query::{Filters, GetOrder, ListOrders, SortOrder};
pub(crate) use query::{TWO_FOLDERS, missing, order_id};
pub use replace::UpdateFull;
pub use steps::{AddItems, AddNote, UpdateAddress};

use crate::engine::Engine;

/// Order operations.
pub struct Orders<'a>(pub(crate) &'a Engine);

impl Engine {
    /// Order operations.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }
}
