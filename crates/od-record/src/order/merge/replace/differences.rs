//! What a record that is to replace an order asks for.

use serde_json::{Map, Value};

use crate::diff::as_map;
use crate::field::{Kind, find};
use crate::identifier::id_text;
use crate::order::fields::{self, SERVER_KEPT};
use crate::problem::below;
use crate::rows::rows;
use crate::text::shows_as;

/// The parts of a given record that are not so already.
pub(super) struct Differences {
    /// Fields that differ; addresses and lines with only the parts that differ, lines at their places.
    pub(super) fields: Map<String, Value>,
    /// Notes the order does not have, with where they stand.
    pub(super) notes: Vec<(String, Map<String, Value>)>,
    /// What was left alone although it differs.
    pub(super) warnings: Vec<String>,
}

/// What `given` asks to be different from `base`.
pub(super) fn between(base: &Map<String, Value>, given: &Map<String, Value>, at: &str) -> Differences {
    let mut differences = Differences {
        fields: Map::new(),
        notes: Vec::new(),
        warnings: Vec::new(),
    };
    for (name, value) in given {
        let stored = base.get(name);
        if is_shown(stored, value) {
            continue;
        }
        if SERVER_KEPT.contains(&name.as_str()) {
            let warning = "was left as it is: Order Desk keeps it, and it has changed since the record was read";
            differences.warnings.push(format!("{} {warning}", below(at, name)));
            continue;
        }
        let kind = find(fields::ORDER, name).map(|field| field.kind);
        let wanted = match (kind, value) {
            (Some(Kind::Notes), Value::Array(given)) => {
                differences.new_notes(rows(stored), given, &below(at, name));
                // Entries that are no notes are left for the judge of the fields to refuse.
                if given.iter().all(Value::is_object) {
                    continue;
                }
                value.clone()
            }
            (Some(Kind::Lines), Value::Array(given)) => given.iter().map(|given| line(rows(stored), given)).collect(),
            (Some(Kind::Address(_)), Value::Object(given)) => {
                let stored = stored.and_then(as_map).unwrap_or_default();
                let parts = changed(&stored, given);
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
    fn new_notes(&mut self, stored: &[Value], given: &[Value], at: &str) {
        let carried = carried_notes(stored, given);
        for (index, (given, carried)) in given.iter().zip(carried).enumerate() {
            if let (None, Some(note)) = (carried, given.as_object()) {
                self.notes.push((below(at, index), note.clone()));
            }
        }
    }
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

/// A given line with only what differs from the line of that id.
fn line(stored: &[Value], given: &Value) -> Value {
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
            wanted.extend(changed(line, entry).into_iter().filter(|(name, _)| name != "id"));
            Value::Object(wanted)
        }
    }
}

fn changed(stored: &Map<String, Value>, given: &Map<String, Value>) -> Map<String, Value> {
    given
        .iter()
        .filter(|(name, value)| !is_shown(stored.get(*name), value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_shown(stored: Option<&Value>, given: &Value) -> bool {
    stored.is_some_and(|stored| shows_as(stored, given))
}
