//! Which orders count.

use od_db::mirror::Selection;
use od_record::text::quoted;
use od_record::tidy;

use super::super::days::{Window, number};
use super::super::folders;
use super::super::kept::folded;
use super::super::mirror::Ready;
use super::filters::Where;
use crate::error::Error;
use crate::stores::Folder;

/// Folders that are told at most.
const TOLD: usize = 20;

pub(in crate::insight) struct Selected {
    pub selection: Selection,
    /// Names of the folders that do not count.
    pub left_out: Vec<String>,
}

/// The orders of a window that fit the filters.
///
/// # Errors
/// [`Error::Invalid`] for a folder that the store does not have.
pub(in crate::insight) fn select(copy: &Ready, window: Window, filters: &Where) -> Result<Selected, Error> {
    let known = &copy.shop.folders;
    let id = |id: &str| id.parse::<i64>().ok();
    let mut only = None;
    if let Some(ids) = &filters.folder_id {
        let mut wanted = Vec::new();
        for one in ids.split(',').map(tidy) {
            let is_known = known.iter().any(|folder| folder.id == one);
            let one = id(one).filter(|_| is_known);
            wanted.push(one.ok_or_else(|| no_folder("/where/folder_id", known))?);
        }
        only = Some(wanted);
    }
    if let Some(name) = filters.folder_name.as_deref() {
        let named = Folder::named(known, name);
        let found: Vec<i64> = named.iter().filter_map(|folder| id(&folder.id)).collect();
        if found.is_empty() {
            return Err(no_folder("/where/folder_name", known));
        }
        only = Some(match only {
            None => found,
            Some(ids) => ids.into_iter().filter(|id| found.contains(id)).collect(),
        });
    }
    let left_out = if only.is_none() {
        folders::left_out(known)
    } else {
        Vec::new()
    };
    Ok(Selected {
        selection: Selection {
            from: number(window.from),
            to: number(window.to),
            folders: only,
            without: folders::ids(&left_out),
            source: filters.source_name.as_deref().map(|name| tidy(name).to_owned()),
            source_id: filters.source_id.as_deref().map(|id| tidy(id).to_owned()),
            email: filters.email.as_deref().map(folded),
            buyer: filters.customer_id.as_deref().map(|id| tidy(id).to_owned()),
            added: filters.added(&copy.shop.zone),
            updated: filters.updated(),
        },
        left_out: left_out.iter().map(|folder| folder.name.clone()).collect(),
    })
}

fn no_folder(path: &str, known: &[Folder]) -> Error {
    let by_id = path.ends_with("id");
    let one = |folder: &Folder| {
        let name = quoted(&folder.name);
        if by_id { format!("{} ({name})", folder.id) } else { name }
    };
    let mut folders = known.iter().map(one).take(TOLD).collect::<Vec<_>>().join(", ");
    if known.len() > TOLD {
        folders.push_str(" and others");
    }
    Error::invalid(path, format!("is none of this store's folders; there are {folders}"))
}
