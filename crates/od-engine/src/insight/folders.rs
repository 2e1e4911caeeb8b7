//! Folders of orders that nobody fulfils.

use od_record::tidy;

use crate::stores::Folder;

/// Folders whose orders do not count unless they are asked for.
const NOT_COUNTED: [&str; 3] = ["canceled", "cancelled", "deleted"];

/// Whether the orders of a folder with this name do not count.
pub(crate) fn is_left_out(name: &str) -> bool {
    NOT_COUNTED.contains(&tidy(name).to_lowercase().as_str())
}

/// Those of these folders whose orders do not count.
pub(super) fn left_out(folders: &[Folder]) -> Vec<&Folder> {
    folders.iter().filter(|folder| is_left_out(&folder.name)).collect()
}

/// Their ids, as a copy has them.
pub(super) fn ids(folders: &[&Folder]) -> Vec<i64> {
    folders.iter().filter_map(|folder| folder.id.parse().ok()).collect()
}
