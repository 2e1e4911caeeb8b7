//! Laying fields over an order.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::field::{Field, Kind, find};
use crate::merge::{self, is_empty_map};
use crate::order::{card, fields, limits, tag};
use crate::problem::below;

#[cfg(test)]
mod tests;

impl Draft<'_> {
    pub(super) fn merge(&mut self, given: &Map<String, Value>, at: &str) {
        for (name, value) in given {
            self.set(name, value, &below(at, name));
        }
    }

    pub(super) fn set(&mut self, name: &str, given: &Value, at: &str) {
        let Some(field) = find(fields::ORDER, name) else {
            self.fault(at, "is not a known field of an order");
            return;
        };
        match (field.kind, given) {
            (Kind::Notes, Value::Array(notes)) => self.append_notes(notes, at),
            (Kind::Lines, Value::Array(lines)) => self.merge_lines(lines, at),
            (Kind::CardDigits, _) => card::set(&mut self.record, given),
            _ => self.set_field(field, given, at),
        }
    }

    fn set_field(&mut self, field: &'static Field, given: &Value, at: &str) {
        let before = self.record.get(field.name).cloned();
        if let Err(refused) = merge::set(&mut self.record, field, given) {
            self.fault(at, refused.0);
            return;
        }
        let changed = self
            .record
            .get(field.name)
            .filter(|after| before.as_ref() != Some(after));
        let too_large = changed.and_then(|after| limits::map(field.name, after));
        let remark = changed.filter(|_| field.name == "tag_name").and_then(tag::remark);
        if let Some(message) = too_large {
            self.fault(at, message);
        }
        self.warnings.extend(remark.map(|remark| format!("{at}: {remark}")));
        let stored_keys = before
            .as_ref()
            .and_then(Value::as_object)
            .is_some_and(|stored| !stored.is_empty());
        if stored_keys && is_empty_map(given) {
            let name = field.name;
            let how = match name {
                "shipping" | "customer" => "name each part that is to be cleared",
                _ => "null empties it",
            };
            self.warnings.push(format!(
                "{at}: an empty object names nothing, so {name} was left alone; {how}"
            ));
        }
    }
}
