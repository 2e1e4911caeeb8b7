//! Full replacement: how a record is composed from an upload, field by field.
//!
//! The rule of the whole API: what an upload leaves out is stored blank. A layout names the documented fields of a
//! record in the order of replies, and how each is read from an upload.

#[cfg(test)]
mod tests;

use serde_json::{Map, Number, Value};

pub(crate) type Record = Map<String, Value>;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The server's own: taken from the stored record, whatever was sent.
    Kept,
    /// Text; numbers become text; blank is `""`.
    Text,
    /// Text with another blank.
    TextOr(&'static str),
    /// Text or null; blank is null.
    TextOrNull,
    /// Text that holds a number, `"2.10"`; blank as given.
    NumberText(&'static str),
    /// A JSON number; numeric text becomes a number; blank is 0.
    Number,
    /// A number or numeric text, stored in the type it was sent in; blank is 0.
    Amount,
    /// A whole number; blank as given.
    Whole(i64),
    /// A map; an empty one is `[]` (PHP has one empty array for both).
    Bag,
    /// An object of text fields, all always present.
    Address(&'static [&'static str]),
}

pub(crate) type Layout = [(&'static str, Kind)];

/// The record that results from uploading `input` over `old` (or from creating it, without `old`).
///
/// Undocumented fields the stored record has are replaced or blanked like any other; undocumented fields it does not
/// have are not taken on, as a database without that column would not.
pub(crate) fn compose(layout: &Layout, input: &Record, old: Option<&Record>) -> Record {
    let mut record = Record::new();
    for (key, kind) in layout {
        let value = match kind {
            Kind::Kept => old.and_then(|old| old.get(*key)).cloned().unwrap_or(Value::Null),
            _ => read(*kind, input.get(*key)),
        };
        record.insert((*key).to_owned(), value);
    }
    for (key, value) in old.into_iter().flatten() {
        if !record.contains_key(key) {
            let uploaded = input.get(key).cloned();
            record.insert(key.clone(), uploaded.unwrap_or_else(|| blank(value)));
        }
    }
    record
}

fn read(kind: Kind, sent: Option<&Value>) -> Value {
    let sent = sent.unwrap_or(&Value::Null);
    match kind {
        Kind::Kept => Value::Null,
        Kind::Text => text(sent).unwrap_or_default().into(),
        Kind::TextOr(blank) => non_empty(text(sent)).unwrap_or_else(|| blank.to_owned()).into(),
        Kind::TextOrNull => text(sent).map_or(Value::Null, Value::from),
        Kind::NumberText(blank) => number_text(sent).unwrap_or_else(|| blank.to_owned()).into(),
        Kind::Number => number(sent).map_or_else(|| 0.into(), Value::Number),
        Kind::Amount => number(sent).map_or_else(|| 0.into(), |_| sent.clone()),
        Kind::Whole(blank) => number(sent).map_or(blank.into(), |number| decimal(float(&number), 0)),
        Kind::Bag => match sent {
            Value::Object(map) if !map.is_empty() => sent.clone(),
            _ => Value::Array(Vec::new()),
        },
        Kind::Address(fields) => fields
            .iter()
            .map(|field| ((*field).to_owned(), text(&sent[*field]).unwrap_or_default().into()))
            .collect::<Record>()
            .into(),
    }
}

/// What a column of this value's type holds when nothing is written to it.
fn blank(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => Value::Null,
        Value::Number(_) => 0.into(),
        Value::String(_) => "".into(),
        Value::Array(_) | Value::Object(_) => Value::Array(Vec::new()),
    }
}

/// A scalar as text; nothing for null and for structures.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("1".into()),
        Value::Bool(false) => Some(String::new()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(format!("{:.2}", float(number))),
        _ => non_empty(text(value)),
    }
}

/// A number, or text that reads as one.
pub(crate) fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            let read: f64 = text.trim().parse().ok()?;
            match decimal(read, 4) {
                Value::Number(number) if read.is_finite() => Some(number),
                _ => None,
            }
        }
        _ => None,
    }
}

/// For sums; 0 when the value is no number.
pub(crate) fn amount(value: &Value) -> f64 {
    number(value).map_or(0.0, |number| float(&number))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(0.0)
}

/// A sum rounded to so many places, written as PHP's JSON writes it in the documented samples: `20`, `54.5`.
pub(crate) fn decimal(value: f64, places: usize) -> Value {
    let written = format!("{value:.places$}");
    let short = if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.')
    } else {
        &written
    };
    let short = if short == "-0" { "0" } else { short };
    serde_json::from_str(short).unwrap_or_else(|_| 0.into())
}
