//! Orders: finding, reading, changing, moving.

use crate::tool::ToolSpec;

mod get;
mod list;
mod move_folder;
mod mutate;
mod note;

pub(super) fn tools() -> Vec<ToolSpec> {
    vec![
        list::tool(),
        get::tool(),
        mutate::tool(),
        note::tool(),
        move_folder::tool(),
    ]
}
