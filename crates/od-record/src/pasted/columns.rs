//! What the columns of a table are about: by their headings, and where there are none by what they hold.

use super::cell::trimmed;
use super::heading::{Role, role};
use super::table::Record;
use super::tracking::looks_like_one;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the table has it.
    pub heading: Option<String>,
    /// What it is taken for; nothing when it is not used.
    pub role: Option<Role>,
}

pub(super) fn columns(header: Option<&Record>, body: &[Record]) -> Vec<Column> {
    let width = body
        .iter()
        .chain(header)
        .map(|record| record.cells.len())
        .max()
        .unwrap_or(0);
    let heading = |at: usize| header.map(|record| record.cells.get(at).cloned().unwrap_or_default());
    let mut columns: Vec<Column> = (0..width)
        .map(|at| Column {
            role: heading(at).as_deref().and_then(role),
            heading: heading(at),
        })
        .collect();
    let missing = |columns: &[Column], role: Role| columns.iter().all(|column| column.role != Some(role));
    let has_text = |column: &Column| {
        header.is_none()
            || column
                .heading
                .as_deref()
                .is_some_and(|heading| !trimmed(heading).is_empty())
    };
    if missing(&columns, Role::Tracking) {
        let most = (0..width)
            .filter(|at| columns[*at].role.is_none())
            .map(|at| (count(body, at, looks_like_one), at))
            .filter(|(count, _)| *count > 0)
            .max_by_key(|(count, at)| (*count, usize::MAX - at));
        if let Some((_, at)) = most {
            columns[at].role = Some(Role::Tracking);
        }
    }
    let people = !missing(&columns, Role::Email) && !missing(&columns, Role::Name);
    if missing(&columns, Role::Order) && !people {
        let is_order = |cell: &str| !trimmed(cell).is_empty() && !looks_like_one(cell);
        let first = (0..width).find(|at| {
            let column = &columns[*at];
            column.role.is_none() && has_text(column) && count(body, *at, is_order) * 2 > body.len()
        });
        if let Some(at) = first {
            columns[at].role = Some(Role::Order);
        }
    }
    columns
}

fn count(body: &[Record], at: usize, is_such: impl Fn(&str) -> bool) -> usize {
    body.iter()
        .filter(|record| record.cells.get(at).is_some_and(|cell| is_such(cell)))
        .count()
}
