//! Which orders count.

use od_db::mirror::Selection;
use od_record::{Problem, tidy};
use serde::Deserialize;
use serde_json::Value;

use super::super::days::{Window, number};
use super::super::kept::folded;
use super::super::mirror::Ready;
use crate::error::Error;

/// Filters, under the names that lists of orders have for them.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Where {
    /// One folder id, or several with commas.
    pub folder_id: Option<String>,
    /// A folder's name, in any case.
    pub folder_name: Option<String>,
    /// The sales channel, exact.
    pub source_name: Option<String>,
    /// The id in the sales channel, exact.
    pub source_id: Option<String>,
    /// E-mail address, in any case.
    pub email: Option<String>,
}

/// Names of the filters.
const FILTERS: [&str; 5] = ["folder_id", "folder_name", "source_name", "source_id", "email"];

/// What is wrong with filters: names that there are not, and what is no text.
pub(super) fn judge(filters: &Value) -> Vec<Problem> {
    let members = filters.as_object().into_iter().flatten();
    members
        .filter_map(|(name, value)| {
            let path = format!("/where/{}", name.replace('~', "~0").replace('/', "~1"));
            if !FILTERS.contains(&name.as_str()) {
                let mut problem = Problem::new(
                    path,
                    format!("is no filter of reports: they have {}", FILTERS.join(", ")),
                );
                problem.suggestion = od_record::nearest(name, FILTERS).map(str::to_owned);
                return Some(problem);
            }
            let is_filter = value
                .as_str()
                .is_some_and(|text| (1..=300).contains(&text.chars().count()));
            (!is_filter).then(|| Problem::new(path, "must be a text of 1 to 300 characters"))
        })
        .collect()
}

/// Folders whose orders do not count unless they are asked for.
const NOT_COUNTED: [&str; 3] = ["canceled", "cancelled", "deleted"];

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
    let folders = &copy.shop.folders;
    let id = |id: &str| id.parse::<i64>().ok();
    let mut only = None;
    if let Some(ids) = &filters.folder_id {
        let mut wanted = Vec::new();
        for one in ids.split(',').map(tidy) {
            let known = folders.iter().any(|folder| folder.id == one);
            let one = id(one).filter(|_| known);
            wanted.push(one.ok_or_else(|| no_folder("/where/folder_id"))?);
        }
        only = Some(wanted);
    }
    if let Some(name) = filters.folder_name.as_deref().map(|name| tidy(name).to_lowercase()) {
        let found: Vec<i64> = folders
            .iter()
            .filter(|folder| folder.name.to_lowercase() == name)
            .filter_map(|folder| id(&folder.id))
            .collect();
        if found.is_empty() {
            return Err(no_folder("/where/folder_name"));
        }
        only = Some(match only {
            None => found,
            Some(ids) => ids.into_iter().filter(|id| found.contains(id)).collect(),
        });
    }
    let left_out: Vec<_> = folders
        .iter()
        .filter(|folder| only.is_none() && NOT_COUNTED.contains(&tidy(&folder.name).to_lowercase().as_str()))
        .collect();
    Ok(Selected {
        selection: Selection {
            from: number(window.from),
            to: number(window.to),
            folders: only,
            without: left_out.iter().filter_map(|folder| id(&folder.id)).collect(),
            source: filters.source_name.as_deref().map(|name| tidy(name).to_owned()),
            source_id: filters.source_id.as_deref().map(|id| tidy(id).to_owned()),
            email: filters.email.as_deref().map(folded),
        },
        left_out: left_out.iter().map(|folder| folder.name.clone()).collect(),
    })
}

fn no_folder(path: &str) -> Error {
    Error::invalid(path, "is none of this store's folders; folders_list gives them")
}
