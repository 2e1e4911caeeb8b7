//! The ids of lines that a change added. Order Desk gives them, and shows them in nothing but the order.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::LINES;
use crate::diff::FieldChange;
use crate::identifier::id_text;
use crate::item;
use crate::part::new_ones;
use crate::problem::below;
use crate::rows::rows_of;

#[cfg(test)]
mod tests;

/// Puts their ids into the lines that `changes` added to the order `base`, as it is `now`: where it is certain which line each is.
///
/// An id is not certain where somebody else added a line in the meantime that may as well be the one, or where Order Desk stored the
/// line otherwise than it was sent.
pub fn name_added<'a>(
    changes: impl IntoIterator<Item = &'a mut FieldChange>,
    base: &Map<String, Value>,
    now: &Map<String, Value>,
) {
    let mut added: Vec<&mut Map<String, Value>> = changes.into_iter().filter_map(added_line).collect();
    if added.is_empty() {
        return;
    }
    let before: Vec<_> = rows_of(base, LINES).cloned().collect();
    let new = new_ones(&before, rows_of(now, LINES).cloned().collect());
    for (line, row) in certain(&added, &new) {
        let Some(id) = new[row].get("id").filter(|id| id_text(id).is_some()) else {
            continue;
        };
        added[line].shift_insert(0, "id".to_owned(), id.clone());
    }
}

/// The line that a change added, if it did nothing but that.
fn added_line(change: &mut FieldChange) -> Option<&mut Map<String, Value>> {
    let place = change.path.strip_prefix(&below("", LINES))?.strip_prefix('/')?;
    let is_whole = change.before.is_none() && !place.contains('/');
    let line = change.after.as_mut()?.as_object_mut()?;
    (is_whole && !line.contains_key("id")).then_some(line)
}

/// Which of the `new` rows each line is, by their places. Lines that are alike to the letter are any of the rows that hold them.
fn certain(added: &[&mut Map<String, Value>], new: &[Map<String, Value>]) -> BTreeMap<usize, usize> {
    let holds = |line: &Map<String, Value>, row: &Map<String, Value>| item::PART.verify_new(line, row).stuck;
    let mut open: BTreeMap<usize, Vec<usize>> = added
        .iter()
        .map(|line| (0..new.len()).filter(|row| holds(line, &new[*row])).collect())
        .enumerate()
        .collect();
    let mut certain = BTreeMap::new();
    loop {
        let settled = open.values().find_map(|rows| {
            let same: Vec<usize> = open
                .iter()
                .filter(|(_, others)| *others == rows)
                .map(|(line, _)| *line)
                .collect();
            (!rows.is_empty() && same.len() == rows.len()).then(|| (same, rows.clone()))
        });
        let Some((lines, rows)) = settled else { return certain };
        for line in &lines {
            open.remove(line);
        }
        for others in open.values_mut() {
            others.retain(|row| !rows.contains(row));
        }
        certain.extend(lines.into_iter().zip(rows));
    }
}
