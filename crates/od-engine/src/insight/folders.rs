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

/// Folders of orders that are done with, shipped or not: what was downloaded or fetched has no shipment.
const DONE: [&str; 5] = ["closed", "complete", "completed", "archive", "archived"];

/// Those of these folders in which no order waits for anything: what nobody fulfils, and what is done.
pub(super) fn not_waiting(folders: &[Folder]) -> Vec<&Folder> {
    let is_done = |name: &str| DONE.contains(&tidy(name).to_lowercase().as_str());
    let without = folders
        .iter()
        .filter(|folder| is_left_out(&folder.name) || is_done(&folder.name));
    without.collect()
}

/// Their ids, as a copy has them.
pub(super) fn ids(folders: &[&Folder]) -> Vec<i64> {
    folders.iter().filter_map(|folder| folder.id.parse().ok()).collect()
}
