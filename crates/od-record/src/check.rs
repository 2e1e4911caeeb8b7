//! Judges what a caller names against the documented fields of a record, without knowing the record.

use serde_json::{Map, Value};

use crate::date::moment;
use crate::field::{Field, Kind, find, settable};
use crate::identifier::{NOT_WHOLE, id_text, is_whole, tidy};
use crate::names::{Meant, NameOf, meant, slip};
use crate::number;
use crate::problem::{Problem, SUGGESTED, below};

/// How a message begins that tells of a name which no record has.
pub(crate) const UNKNOWN: &str = "is not a known field of ";

/// The documented fields of one sort of record.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// What it is, with its article: "an order".
    pub(crate) what: &'static str,
    /// Whose names its fields have.
    pub(crate) of: NameOf,
    /// Its fields.
    pub(crate) table: &'static [Field],
    /// Judges a field that holds a list of further records.
    pub(crate) rows: fn(Kind, &Value, &str, &mut Vec<Problem>),
}

impl Fields {
    /// Adds everything that is wrong with `given` to `problems`: unknown names, closed fields, values that do not fit.
    pub(crate) fn judge(&self, given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
        let mut listed = false;
        for (name, given) in given {
            let at = below(at, name);
            match find(self.table, name) {
                None => {
                    let (told, suggestion) = self.meant(name, &mut listed, problems.len());
                    let problem = Problem::new(at, format!("{UNKNOWN}{}{told}", self.what));
                    problems.push(problem.suggest(suggestion));
                }
                Some(Field {
                    closed: Some(reason), ..
                }) => problems.push(Problem::new(at, *reason)),
                Some(field) => self.value(field.kind, given, &at, problems),
            }
        }
    }

    /// What an unknown name was probably meant to be: in words and as a name. Which names there are is said once.
    fn meant(&self, name: &str, listed: &mut bool, told: usize) -> (String, Option<String>) {
        if told >= SUGGESTED {
            return (String::new(), None);
        }
        let allowed = || settable(self.table).chain(self.of.only_when_new().iter().copied());
        let meant = meant(name, self.of, allowed());
        let unknown = meant == Meant::default();
        let told = if unknown && *listed {
            String::new()
        } else {
            meant.told(allowed())
        };
        *listed |= unknown;
        (told, meant.name)
    }

    fn value(&self, kind: Kind, given: &Value, at: &str, problems: &mut Vec<Problem>) {
        if given.is_null() && kind.is_clearable() {
            return;
        }
        if kind.may_hold_numbers() && !numbers(given, at, problems) {
            return;
        }
        let mut fault = |message: &str| problems.push(Problem::new(at, message));
        match (kind, given) {
            (Kind::Text, Value::String(_)) | (Kind::Metadata, Value::Object(_)) => {}
            (Kind::Identifier, Value::String(text)) => {
                if !is_whole(text) {
                    fault(NOT_WHOLE);
                }
            }
            (Kind::Text | Kind::Identifier, _) => fault("must be text, or null to blank it"),

            (Kind::Number | Kind::Amount, _) => match number::canonical(given) {
                None => fault("must be a number such as 12.5 or \"12.50\""),
                Some(number) if matches!(kind, Kind::Amount) && number.starts_with('-') => {
                    fault("must not be negative: a discount's amount is what is taken off");
                }
                Some(_) => {}
            },
            (Kind::Integer, _) => {
                if number::canonical(given).is_none_or(|number| number.parse::<i64>().is_err()) {
                    fault("must be a whole number");
                }
            }

            (Kind::Date, Value::String(date)) if is_date(date) => {}
            (Kind::Date, _) => {
                fault("must be a day alone, without a time, such as \"2026-11-24\", or null to blank it");
            }

            (Kind::Moment, Value::String(text)) if text.is_empty() || moment(text).is_some() => {}
            (Kind::Moment, _) => {
                fault("must be a moment such as \"2026-11-24 09:30:00\" (UTC) or \"2026-11-24T09:30:00Z\"");
            }

            (Kind::Choice(allowed), Value::String(given)) if allowed.contains(&given.as_str()) => {}
            (Kind::Choice(allowed), _) => {
                let given = given.as_str().filter(|_| problems.len() < SUGGESTED);
                let suggestion = given.and_then(|given| slip(given, allowed.iter().copied()));
                problems.push(Problem::new(at, format!("must be one of {}", allowed.join(", "))).suggest(suggestion));
            }

            (Kind::CardDigits, Value::String(digits)) if is_last_four(digits) => {}
            (Kind::CardDigits, _) => {
                fault("must be the last four digits as text; a full card number must never be sent");
            }

            (Kind::Id, _) if id_text(given).is_some() => {}
            (Kind::Id, _) => fault("must be the id of a line; leave it out to add a line"),

            (Kind::Labels, Value::Object(map)) => labels(map, at, problems),
            (Kind::Labels | Kind::Metadata, Value::Array(list)) if list.is_empty() => {}
            (Kind::Labels | Kind::Metadata, _) => fault("must be an object of keys and values, or null to empty it"),

            (Kind::Address(table), Value::Object(map)) => {
                let address = Self {
                    what: "an address",
                    of: NameOf::Address,
                    table,
                    ..*self
                };
                address.judge(map, at, problems);
            }
            (Kind::Address(_), _) => fault("must be an object of address fields"),

            (Kind::Discounts | Kind::Notes | Kind::Lines, _) => (self.rows)(kind, given, at, problems),
        }
    }
}

/// Judges each record of a list.
pub(crate) fn list(
    given: &Value,
    at: &str,
    problems: &mut Vec<Problem>,
    message: &str,
    judge: fn(&Map<String, Value>, &str, &mut Vec<Problem>),
) {
    let Some(items) = given.as_array() else {
        problems.push(Problem::new(at, message));
        return;
    };
    for (index, item) in items.iter().enumerate() {
        let at = below(at, index);
        match item.as_object() {
            Some(item) => judge(item, &at, problems),
            None => problems.push(Problem::new(at, "must be an object")),
        }
    }
}

/// Adds every number inside `given` that would not be kept to `problems`. Whether there is none.
pub(crate) fn numbers(given: &Value, at: &str, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    match given {
        Value::Number(given) if !number::is_kept(given) => problems.push(Problem::new(at, number::NOT_KEPT)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                numbers(item, &below(at, index), problems);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                numbers(member, &below(at, name), problems);
            }
        }
        _ => {}
    }
    problems.len() == before
}

/// Free keys with plain values.
pub(crate) fn labels(values: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    for (label, value) in values.iter().filter(|(_, value)| value.is_array() || value.is_object()) {
        let found = if value.is_array() { "a list" } else { "an object" };
        problems.push(Problem::new(
            below(at, label),
            format!("must be a plain value, not {found}"),
        ));
    }
}

/// The fault of a change that takes a record's required text away.
pub(crate) fn blanked(given: &Map<String, Value>, name: &str, reason: &str, at: &str) -> Option<Problem> {
    let blank = match given.get(name)? {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        // Of the wrong type, which is reported for itself.
        _ => false,
    };
    blank.then(|| Problem::new(below(at, name), format!("must not be blank: {reason}")))
}

/// A day of the calendar as Order Desk writes it.
fn is_date(text: &str) -> bool {
    let text = tidy(text);
    text.len() == "2026-11-24".len() && text.parse::<jiff::civil::Date>().is_ok()
}

fn is_last_four(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}
