//! What a record that is to replace an order asks for.

use serde_json::{Map, Value};

use crate::date::moment;
use crate::diff::as_map;
use crate::field::{Field, Kind, find};
use crate::identifier::id_text;
use crate::item;
use crate::merge::is_blank;
use crate::number::{same, same_double};
use crate::order::fields::{self, SERVER_KEPT};
use crate::problem::{Problem, below};
use crate::rows::rows;
use crate::text::{clean_map, shows_as};

/// The parts of a given record that are not so already.
pub(super) struct Differences {
    /// Fields that differ; addresses and lines with only the parts that differ, lines at their places.
    pub(super) fields: Map<String, Value>,
    /// Notes the order does not have, with where they stand.
    pub(super) notes: Vec<(String, Map<String, Value>)>,
    /// What was left alone although it differs.
    pub(super) warnings: Vec<String>,
    /// What differs and cannot be set.
    pub(super) problems: Vec<Problem>,
}

const DATE_UPDATED: &str = "date_updated";
const NOT_OURS: &str = "differs from what is stored, and is no field that can be set: leave it out";

/// What `given` asks to be different from `base`.
pub(super) fn between(base: &Map<String, Value>, given: &Map<String, Value>, at: &str) -> Differences {
    let mut differences = Differences {
        fields: Map::new(),
        notes: Vec::new(),
        warnings: Vec::new(),
        problems: Vec::new(),
    };
    for (name, value) in given {
        let stored = base.get(name);
        let kind = find(fields::ORDER, name).map(|field| field.kind);
        if is_so(kind, stored, value) || is_same_date(name, stored, value) {
            continue;
        }
        if SERVER_KEPT.contains(&name.as_str()) {
            // Whether the record is old is judged for itself.
            if name == DATE_UPDATED && is_blank(value) {
                continue;
            }
            let warning = "was left as it is: Order Desk keeps it, and it has changed since the record was read";
            differences.warnings.push(format!("{} {warning}", below(at, name)));
            continue;
        }
        let at = below(at, name);
        let wanted = match (kind, value) {
            (None, _) if stored.is_some() => {
                differences.problems.push(Problem::new(at, NOT_OURS));
                continue;
            }
            (Some(Kind::Notes), Value::Array(given)) => {
                differences.new_notes(rows(stored), given, &at);
                // Entries that are no notes are left for the judge of the fields to refuse.
                if given.iter().all(Value::is_object) {
                    continue;
                }
                value.clone()
            }
            (Some(Kind::Lines), Value::Array(given)) => given
                .iter()
                .enumerate()
                .map(|(index, given)| differences.line(rows(stored), given, &below(&at, index)))
                .collect(),
            (Some(Kind::Labels | Kind::Metadata), Value::Object(given)) => {
                let keys = changed_keys(&stored.and_then(as_map).unwrap_or_default(), given);
                if keys.is_empty() {
                    continue;
                }
                Value::Object(keys)
            }
            (Some(Kind::Address(parts)), Value::Object(given)) => {
                let stored = stored.and_then(as_map).unwrap_or_default();
                let parts = differences.changed(parts, &stored, given, &at);
                if parts.is_empty() {
                    continue;
                }
                Value::Object(parts)
            }
            _ => value.clone(),
        };
        differences.fields.insert(name.clone(), wanted);
    }
    differences
}

impl Differences {
    /// Where they stand in the given record.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for (name, value) in &self.fields {
            let at = below("", name);
            match (find(fields::ORDER, name).map(|field| field.kind), value) {
                (Some(Kind::Lines), Value::Array(lines)) => {
                    for (index, line) in lines.iter().enumerate() {
                        let at = below(&at, index);
                        match line.as_object().filter(|line| line.contains_key("id")) {
                            Some(known) => paths.extend(parts(known).map(|name| below(&at, name))),
                            None => paths.push(at),
                        }
                    }
                }
                (Some(Kind::Address(_) | Kind::Labels | Kind::Metadata), Value::Object(given)) => {
                    paths.extend(parts(given).map(|name| below(&at, name)));
                }
                _ => paths.push(at),
            }
        }
        paths.extend(self.notes.iter().map(|(at, _)| at.clone()));
        paths
    }

    /// A given line with only what differs from the line of that id.
    fn line(&mut self, stored: &[Value], given: &Value, at: &str) -> Value {
        let Some(entry) = given.as_object() else {
            return given.clone();
        };
        let id = entry.get("id").and_then(id_text);
        let known = id.and_then(|id| {
            let line = stored
                .iter()
                .find(|line| line.get("id").and_then(id_text).as_deref() == Some(id.as_str()))?;
            line.as_object()
        });
        match known {
            None => given.clone(),
            Some(line) => {
                let mut wanted = Map::from_iter([("id".to_owned(), entry["id"].clone())]);
                let changed = self.changed(item::FIELDS, line, entry, at);
                wanted.extend(changed.into_iter().filter(|(name, _)| name != "id"));
                Value::Object(wanted)
            }
        }
    }

    /// What of a record's fields differs and may be set.
    fn changed(
        &mut self,
        table: &'static [Field],
        stored: &Map<String, Value>,
        given: &Map<String, Value>,
        at: &str,
    ) -> Map<String, Value> {
        let mut changed = Map::new();
        for (name, value) in given {
            let kept = stored.get(name);
            let kind = find(table, name).map(|field| field.kind);
            if is_so(kind, kept, value) {
                continue;
            }
            let wanted = match (kind, value) {
                (None, _) if kept.is_some() => {
                    self.problems.push(Problem::new(below(at, name), NOT_OURS));
                    continue;
                }
                (Some(Kind::Labels | Kind::Metadata), Value::Object(given)) => {
                    let keys = changed_keys(&kept.and_then(as_map).unwrap_or_default(), given);
                    if keys.is_empty() {
                        continue;
                    }
                    keys.into()
                }
                _ => value.clone(),
            };
            changed.insert(name.clone(), wanted);
        }
        changed
    }

    fn new_notes(&mut self, stored: &[Value], given: &[Value], at: &str) {
        let carried = carried_notes(stored, given);
        for (index, (given, carried)) in given.iter().zip(carried).enumerate() {
            if let (None, Some(note)) = (carried, given.as_object()) {
                self.notes.push((below(at, index), note.clone()));
            }
        }
    }
}

/// The members that differ. An id selects.
fn parts(given: &Map<String, Value>) -> impl Iterator<Item = &String> {
    given.keys().filter(|name| *name != "id")
}

/// For each given note the stored one that it carries on: one that has all it says.
pub(super) fn carried_notes(stored: &[Value], given: &[Value]) -> Vec<Option<usize>> {
    let says_nothing_else = |given: &Map<String, Value>, stored: &Value| {
        given.contains_key("content") && given.iter().all(|(name, value)| is_shown(stored.get(name), value))
    };
    carried(stored, given, says_nothing_else)
}

/// For each given row the stored one that it carries on. Each is carried once.
pub(super) fn carried(
    stored: &[Value],
    given: &[Value],
    carries: impl Fn(&Map<String, Value>, &Value) -> bool,
) -> Vec<Option<usize>> {
    let mut free = vec![true; stored.len()];
    given
        .iter()
        .map(|given| {
            let given = given.as_object()?;
            let index = (0..stored.len()).find(|&index| free[index] && carries(given, &stored[index]))?;
            free[index] = false;
            Some(index)
        })
        .collect()
}

/// What of free keys differs, at every depth. What is missing is told of as lost.
fn changed_keys(stored: &Map<String, Value>, given: &Map<String, Value>) -> Map<String, Value> {
    let differing = given.iter().filter(|(key, value)| !is_shown(stored.get(*key), value));
    let wanted = differing.filter_map(|(key, value)| match (stored.get(key), value) {
        (Some(Value::Object(stored)), Value::Object(given)) => {
            let keys = changed_keys(stored, given);
            (!keys.is_empty()).then(|| (key.clone(), keys.into()))
        }
        _ => Some((key.clone(), value.clone())),
    });
    wanted.collect()
}

/// Whether a field holds what is given already, in whatever spelling: `"12.50"` is 12.5 where a number is meant, and nothing
/// is nothing.
fn is_so(kind: Option<Kind>, stored: Option<&Value>, given: &Value) -> bool {
    let is_same = |stored: &Value| {
        reads_as(stored, given)
            || (kind.is_some_and(Kind::is_numeric) && same(stored, given))
            || (is_blank(stored) && is_blank(given))
    };
    stored.is_some_and(is_same)
}

/// Whether a date of the order is given in another way of writing it.
fn is_same_date(name: &str, stored: Option<&Value>, given: &Value) -> bool {
    let date = |value: &Value| moment(value.as_str()?);
    matches!(name, DATE_UPDATED | "date_added")
        && stored.and_then(date).is_some_and(|stored| date(given) == Some(stored))
}

fn is_shown(stored: Option<&Value>, given: &Value) -> bool {
    stored.is_some_and(|stored| reads_as(stored, given))
}

/// Whether `given` is the stored value as a reply showed it and a reader may have read it: most read numbers as doubles.
fn reads_as(stored: &Value, given: &Value) -> bool {
    let same = shows_as(stored, given) || same_double(stored, given);
    same || match (stored, given) {
        (Value::Array(stored), Value::Array(given)) => {
            stored.len() == given.len() && stored.iter().zip(given).all(|(stored, given)| reads_as(stored, given))
        }
        (Value::Object(stored), Value::Object(given)) if stored.len() == given.len() => {
            let shown = clean_map(stored);
            given.iter().all(|(key, given)| is_shown(shown.get(key), given))
        }
        _ => false,
    }
}
