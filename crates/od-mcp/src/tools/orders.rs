//! Orders: finding, reading, creating, changing, moving, deleting.

use crate::tool::ToolSpec;

mod add_items;
mod create;
mod delete;
mod get;
mod history;
mod list;
mod move_folder;
mod mutate;
mod note;
mod update_address;
mod update_full;

pub(super) fn tools() -> Vec<ToolSpec> {
    vec![
        list::tool(),
        get::tool(),
        create::tool(),
        mutate::tool(),
        update_full::tool(),
        add_items::tool(),
        update_address::tool(),
        note::tool(),
        history::tool(),
        move_folder::tool(),
        delete::tool(),
    ]
}
