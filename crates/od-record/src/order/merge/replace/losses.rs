//! What an order holds and a record that is to replace it does not carry.

use serde_json::{Map, Value};

use super::differences::{carried, carried_notes};
use crate::field::{Field, Kind, find};
use crate::identifier::id_text;
use crate::item;
use crate::merge::is_blank;
use crate::number;
use crate::order::fields;
use crate::problem::{Problem, below};
use crate::rows::rows;
use crate::text::{clean_text, shows_as};

/// Blanks or removes what `given` does not carry, and lists it with pointers below `at`. What holds nothing, what only
/// Order Desk sets, and choices that have to be made stay as they are.
pub(super) fn drop_missing(order: &mut Map<String, Value>, given: &Map<String, Value>, at: &str) -> Vec<Problem> {
    let mut losses = Losses(Vec::new());
    losses.fields(order, given, fields::ORDER, at);
    losses.0
}

struct Losses(Vec<Problem>);

impl Losses {
    fn add(&mut self, at: &str, message: impl Into<String>) {
        self.0.push(Problem::new(at, message));
    }

    fn field_missing(&mut self, at: &str) {
        self.add(at, "does not carry this field, which the order has");
    }

    fn fields(
        &mut self,
        record: &mut Map<String, Value>,
        given: &Map<String, Value>,
        table: &'static [Field],
        at: &str,
    ) {
        for (name, stored) in record.iter_mut() {
            if let Some(field) = find(table, name).filter(|field| field.closed.is_none()) {
                self.field(field.kind, stored, given.get(name), &below(at, name));
            }
        }
    }

    fn field(&mut self, kind: Kind, stored: &mut Value, given: Option<&Value>, at: &str) {
        match (kind, given) {
            (Kind::Id | Kind::Choice(_) | Kind::CardDigits, _) => {}
            (Kind::Notes, None | Some(Value::Array(_))) => self.notes(stored, rows(given), at),
            (Kind::Lines, None | Some(Value::Array(_))) => self.lines(stored, rows(given), at),
            (Kind::Discounts, None | Some(Value::Array(_))) => self.discounts(stored, rows(given), at),
            (Kind::Address(parts), Some(Value::Object(given))) => {
                if let Some(stored) = stored.as_object_mut() {
                    self.fields(stored, given, parts, at);
                }
            }
            (Kind::Labels | Kind::Metadata, Some(Value::Object(given))) => self.keys(stored, given, at),
            (Kind::Labels | Kind::Metadata, Some(Value::Array(list))) if list.is_empty() => {
                self.keys(stored, &Map::new(), at);
            }
            (_, None) if holds_something(kind, stored) => {
                self.field_missing(at);
                blank(kind, stored);
            }
            // Named: the order gets what is given, or the caller is told why not.
            _ => {}
        }
    }

    /// Free keys, under their own spelling or the one that a reply showed.
    fn keys(&mut self, stored: &mut Value, given: &Map<String, Value>, at: &str) {
        let Some(map) = stored.as_object_mut().filter(|map| !map.is_empty()) else {
            return;
        };
        map.retain(|key, stored| {
            let at = below(at, key);
            match given.get(key).or_else(|| given.get(clean_text(key).as_ref())) {
                Some(Value::Object(given)) => {
                    self.keys(stored, given, &at);
                    true
                }
                Some(_) => true,
                None => {
                    self.field_missing(&at);
                    false
                }
            }
        });
        if map.is_empty() {
            // As Order Desk writes an empty map.
            *stored = Value::Array(Vec::new());
        }
    }

    fn lines(&mut self, stored: &mut Value, given: &[Value], at: &str) {
        let Some(lines) = stored.as_array_mut() else { return };
        lines.retain_mut(|line| {
            let Some(id) = line.get("id").and_then(id_text) else {
                return true;
            };
            let carried = given
                .iter()
                .position(|given| given.get("id").and_then(id_text).as_deref() == Some(id.as_str()));
            let Some(index) = carried else {
                self.add(at, format!("does not carry the order's line {id}"));
                return false;
            };
            if let (Some(line), Some(given)) = (line.as_object_mut(), given[index].as_object()) {
                self.fields(line, given, item::FIELDS, &below(at, index));
            }
            true
        });
    }

    fn notes(&mut self, stored: &mut Value, given: &[Value], at: &str) {
        let carried = carried_notes(rows(Some(stored)), given);
        self.rows(stored, &carried, "note", at);
    }

    /// A discount of the same name and code carries one on, whatever its amount.
    fn discounts(&mut self, stored: &mut Value, given: &[Value], at: &str) {
        let same = |given: &Map<String, Value>, stored: &Value| {
            ["name", "code"]
                .iter()
                .all(|part| match (given.get(*part), stored.get(*part)) {
                    (Some(given), Some(stored)) => shows_as(stored, given),
                    (given, stored) => given.or(stored).is_none_or(is_blank),
                })
        };
        let carried = carried(rows(Some(stored)), given, same);
        self.rows(stored, &carried, "discount", at);
    }

    fn rows(&mut self, stored: &mut Value, carried: &[Option<usize>], what: &str, at: &str) {
        let Some(list) = stored.as_array_mut() else { return };
        let all = list.len();
        let mut index = 0;
        list.retain(|_| {
            let keep = carried.contains(&Some(index));
            index += 1;
            if !keep {
                self.add(at, format!("does not carry the order's {what} {index} of {all}"));
            }
            keep
        });
    }
}

fn holds_something(kind: Kind, stored: &Value) -> bool {
    match stored {
        Value::Object(parts) if matches!(kind, Kind::Address(_)) => parts.values().any(|part| !is_blank(part)),
        _ if kind.is_numeric() && number::canonical(stored).as_deref() == Some("0") => false,
        _ => !is_blank(stored),
    }
}

fn blank(kind: Kind, stored: &mut Value) {
    match (kind, stored) {
        (Kind::Address(_), Value::Object(parts)) => {
            for part in parts.values_mut().filter(|part| part.is_string()) {
                *part = "".into();
            }
        }
        (Kind::Labels | Kind::Metadata, stored) => *stored = Value::Array(Vec::new()),
        (kind, stored) if kind.is_numeric() => *stored = number::retyped(&0.into(), stored),
        (_, stored) => *stored = "".into(),
    }
}
