//! What differs between two states of a record, told field by field.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identifier::id_text;
use crate::problem::below;
use crate::rows::{is_list, partners};

#[cfg(test)]
mod tests;

/// One difference. Which states `before` and `after` stand for is said where it is handed out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Where: a JSON Pointer (RFC 6901) into the later record, or into the earlier one for what is gone from the later.
    pub path: String,
    /// The id of the row that the path leads into, where it is one of a list and has one: places change, ids do not. What is
    /// added or removed as a whole has it in itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The earlier value; `None` (JSON null) when there was none.
    pub before: Option<Value>,
    /// The later value; `None` (JSON null) when there is none.
    pub after: Option<Value>,
}

impl FieldChange {
    /// A whole record that is there afterwards and was not before.
    pub fn of_added(record: &Map<String, Value>) -> Self {
        Self {
            path: String::new(),
            id: None,
            before: None,
            after: Some(record.clone().into()),
        }
    }

    /// A whole record that was there before and is not afterwards.
    pub fn of_removed(record: &Map<String, Value>) -> Self {
        Self {
            path: String::new(),
            id: None,
            before: Some(record.clone().into()),
            after: None,
        }
    }

    pub(crate) fn new(path: &str, before: Option<&Value>, after: Option<&Value>) -> Self {
        Self {
            path: path.to_owned(),
            id: None,
            before: before.cloned(),
            after: after.cloned(),
        }
    }
}

/// What changed from `before` to `after`, in the order of the record's fields.
///
/// Objects are compared key by key; `[]` and `{}` are both an empty map. Lines and shipments are recognised by `id`, notes
/// by `content`, discounts by name and code; their order does not count. Any other list is one value.
pub fn diff(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for name in keys(before, after) {
        let at = below("", name);
        match (before.get(name), after.get(name)) {
            (Some(Value::Array(before)), Some(Value::Array(after))) if is_list(name) => {
                rows(name, before, after, &at, &mut changes);
            }
            (before, after) => values(before, after, &at, &mut changes),
        }
    }
    changes
}

fn rows(field: &str, before: &[Value], after: &[Value], at: &str, changes: &mut Vec<FieldChange>) {
    let partners = partners(field, before, after);
    for (index, (row, partner)) in after.iter().zip(&partners).enumerate() {
        let at = below(at, index);
        let known = changes.len();
        values(partner.map(|partner| &before[partner]), Some(row), &at, changes);
        let id = row.get("id").and_then(id_text);
        for change in changes[known..].iter_mut().filter(|change| change.path != at) {
            change.id.clone_from(&id);
        }
    }
    for (index, row) in before
        .iter()
        .enumerate()
        .filter(|(index, _)| !partners.contains(&Some(*index)))
    {
        values(Some(row), None, &below(at, index), changes);
    }
}

fn values(before: Option<&Value>, after: Option<&Value>, at: &str, changes: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    match before.and_then(as_map).zip(after.and_then(as_map)) {
        Some((before, after)) => {
            for key in keys(&before, &after) {
                values(before.get(key), after.get(key), &below(at, key), changes);
            }
        }
        None => changes.push(FieldChange::new(at, before, after)),
    }
}

/// The map a value holds; an empty list is an empty map, because that is how Order Desk writes one.
pub fn as_map(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    match value {
        Value::Object(map) => Some(Cow::Borrowed(map)),
        Value::Array(list) if list.is_empty() => Some(Cow::Owned(Map::new())),
        _ => None,
    }
}

/// The keys of both, each once: the earlier record's in its order, then those only the later one has.
pub(crate) fn keys<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a String> {
    before
        .keys()
        .chain(after.keys().filter(|key| !before.contains_key(*key)))
}
