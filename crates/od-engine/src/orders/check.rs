//! Judges what a caller names in a change against the documented fields, without knowing the order.

use serde_json::{Map, Value};

use super::fields::{self, Field, Kind};
use super::limits;
use super::number;
use super::ops::{AddressType, Op, id_text};
use super::problem::{Problem, below, nearest};

/// Fields of an order to be merged into it.
pub(super) fn order(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    record(given, fields::ORDER, "an order", at, problems);
}

/// One operation.
pub(super) fn op(op: &Op, at: &str, problems: &mut Vec<Problem>) {
    match op {
        Op::SetFields { fields } => order(fields, &below(at, "fields"), problems),
        Op::UpdateAddress { address_type, address } => {
            let table = match address_type {
                AddressType::Shipping => fields::SHIPPING,
                AddressType::Customer => fields::CUSTOMER,
                AddressType::ReturnAddress => fields::RETURN_ADDRESS,
            };
            record(address, table, "an address", &below(at, "address"), problems);
        }
        Op::AddItems { items } => {
            each(items, &below(at, "items"), |item, at| new_line(item, at, problems));
        }
        Op::UpdateItems { items } => {
            each(items, &below(at, "items"), |item, at| {
                if !item.contains_key("id") && !item.contains_key("code") {
                    problems.push(Problem::new(at, "needs the id of the line to change, or its code"));
                }
                line(item, at, problems);
            });
        }
        Op::RemoveItems { item_ids } => {
            if item_ids.is_empty() {
                problems.push(Problem::new(below(at, "item_ids"), "must name at least one line"));
            }
        }
        Op::AddNote { content, .. } => note_content(content, &below(at, "content"), problems),
        Op::SetCheckoutData { values } => labels(values, &below(at, "values"), problems),
        Op::SetOrderMetadata { .. } | Op::MoveFolder(_) => {}
        Op::SetDiscounts { discounts } => {
            each(discounts, &below(at, "discounts"), |item, at| {
                discount(item, at, problems);
            });
        }
    }
}

fn each(items: &[Map<String, Value>], at: &str, mut judge: impl FnMut(&Map<String, Value>, &str)) {
    for (index, item) in items.iter().enumerate() {
        judge(item, &below(at, index));
    }
}

fn record(given: &Map<String, Value>, table: &'static [Field], what: &str, at: &str, problems: &mut Vec<Problem>) {
    for (name, given) in given {
        let at = below(at, name);
        match fields::find(table, name) {
            None => {
                let problem = Problem::new(at, format!("is not a known field of {what}"));
                problems.push(problem.suggest(meant(name, table)));
            }
            Some(Field {
                closed: Some(reason), ..
            }) => problems.push(Problem::new(at, *reason)),
            Some(field) => value(field.kind, given, &at, problems),
        }
    }
}

/// What an unknown name was probably meant to be: a near one, or for `shipping_city` the part of an address.
fn meant(name: &str, table: &'static [Field]) -> Option<String> {
    let part = table.iter().find_map(|field| match field.kind {
        Kind::Address(parts) => {
            let part = name.strip_prefix(field.name)?.strip_prefix('_')?;
            fields::settable(parts)
                .find(|settable| *settable == part)
                .map(|part| format!("{}/{part}", field.name))
        }
        _ => None,
    });
    part.or_else(|| nearest(name, fields::settable(table)).map(str::to_owned))
}

fn value(kind: Kind, given: &Value, at: &str, problems: &mut Vec<Problem>) {
    if given.is_null() && kind.is_clearable() {
        return;
    }
    let mut fault = |message: &str| problems.push(Problem::new(at, message));
    match (kind, given) {
        (Kind::Text, Value::String(_)) | (Kind::Metadata, Value::Object(_)) => {}
        (Kind::Text, _) => fault("must be text, or null to blank it"),

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

        (Kind::Choice(allowed), Value::String(given)) if allowed.contains(&given.as_str()) => {}
        (Kind::Choice(allowed), _) => {
            let suggestion = given.as_str().and_then(|given| choice_meant(given, allowed));
            problems.push(Problem::new(at, format!("must be one of {}", allowed.join(", "))).suggest(suggestion));
        }

        (Kind::CardDigits, Value::String(digits)) if is_last_four(digits) => {}
        (Kind::CardDigits, _) => fault("must be the last four digits as text; a full card number must never be sent"),

        (Kind::Id, _) if id_text(given).is_some() => {}
        (Kind::Id, _) => fault("must be the id of a line; leave it out to add a line"),

        (Kind::Labels, Value::Object(map)) => labels(map, at, problems),
        (Kind::Labels | Kind::Metadata, Value::Array(list)) if list.is_empty() => {}
        (Kind::Labels | Kind::Metadata, _) => fault("must be an object of keys and values, or null to empty it"),

        (Kind::Address(parts), Value::Object(map)) => record(map, parts, "an address", at, problems),
        (Kind::Address(_), _) => fault("must be an object of address fields, or null to blank it"),

        (Kind::Discounts, _) => list(given, at, problems, "must be the list of all discounts", discount),
        (Kind::Notes, _) => list(given, at, problems, "must be a list of notes to append", note),
        (Kind::Lines, _) => {
            let message = "must be a list of lines to change or add; remove_items removes lines";
            list(given, at, problems, message, mergeable_line);
        }
    }
}

fn choice_meant(given: &str, allowed: &'static [&'static str]) -> Option<&'static str> {
    let same = allowed
        .iter()
        .copied()
        .find(|allowed| allowed.eq_ignore_ascii_case(given.trim()));
    same.or_else(|| nearest(given, allowed.iter().copied()))
}

fn list(
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

fn labels(values: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    for (label, value) in values.iter().filter(|(_, value)| value.is_array() || value.is_object()) {
        let found = if value.is_array() { "a list" } else { "an object" };
        problems.push(Problem::new(
            below(at, label),
            format!("must be a plain value, not {found}"),
        ));
    }
}

fn line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    record(given, fields::ITEM, "an order item", at, problems);
}

/// A line that the merge law decides about: with `id` or `code` it may be one the order has.
fn mergeable_line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    if given.contains_key("id") || given.contains_key("code") {
        line(given, at, problems);
    } else {
        new_line(given, at, problems);
    }
}

fn new_line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    if given.contains_key("id") {
        problems.push(Problem::new(
            below(at, "id"),
            "cannot be chosen: Order Desk gives a new line its id",
        ));
    }
    problems.extend(without_name(given, at));
    line(given, at, problems);
}

/// The fault of a new line that has no name.
pub(super) fn without_name(given: &Map<String, Value>, at: &str) -> Option<Problem> {
    let named = match given.get("name") {
        Some(Value::String(name)) => !name.trim().is_empty(),
        // Of the wrong type, which is reported for itself.
        Some(other) => !other.is_null(),
        None => false,
    };
    (!named).then(|| Problem::new(below(at, "name"), "is missing: a new line needs a name"))
}

fn discount(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    for name in ["name", "amount"].into_iter().filter(|name| !given.contains_key(*name)) {
        problems.push(Problem::new(
            below(at, name),
            "is missing: a discount has a name and an amount",
        ));
    }
    record(given, fields::DISCOUNT, "a discount", at, problems);
}

fn note(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    match given.get("content") {
        Some(Value::String(content)) => note_content(content, &below(at, "content"), problems),
        None | Some(Value::Null) => {
            problems.push(Problem::new(below(at, "content"), "is missing: a note has a text"));
        }
        // Of the wrong type, which is reported below.
        Some(_) => {}
    }
    record(given, fields::NOTE, "a note", at, problems);
}

fn note_content(content: &str, at: &str, problems: &mut Vec<Problem>) {
    if content.trim().is_empty() {
        problems.push(Problem::new(at, "must not be blank"));
    }
    problems.extend(limits::note(content).map(|message| Problem::new(at, message)));
}

fn is_last_four(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}
