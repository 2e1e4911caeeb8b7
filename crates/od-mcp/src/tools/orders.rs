//! Orders: finding, reading, creating, changing, moving, deleting.

pub(super) mod add_items;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod history;
pub(super) mod list;
pub(super) mod move_folder;
pub(super) mod mutate;
pub(super) mod note;
pub(super) mod update_address;
pub(super) mod update_full;

pub(crate) use mutate::example as op_example;
