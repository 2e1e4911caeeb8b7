//! Judges what a caller names in a change against the documented fields, without knowing the order.

use serde_json::{Map, Value};

use super::buyer::has_name;
use super::fields;
use super::limits;
use super::ops::{AddressType, Op};
use crate::check::{Fields, blanked, labels, list, numbers};
use crate::field::{Field, Kind};
use crate::item::{line, new_line};
use crate::names::NameOf;
use crate::problem::{Problem, below};

const NAMED: &str = "a line needs a name";

/// Fields of an order to be merged into it.
pub(super) fn order(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    record(given, fields::ORDER, ("an order", NameOf::Order), at, problems);
    for name in ["shipping", "customer"]
        .into_iter()
        .filter(|name| given.get(*name).is_some_and(Value::is_null))
    {
        let message =
            "cannot be emptied as a whole, or nobody is left: name each part to clear, such as {\"address2\": null}";
        problems.push(Problem::new(below(at, name), message));
    }
}

/// Fields of a new order.
pub(super) fn new_order(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    let mut beside = given.clone();
    let lines = beside.shift_remove("order_items").unwrap_or_default();
    record(&beside, fields::ORDER, ("an order", NameOf::NewOrder), at, problems);
    let at_lines = below(at, "order_items");
    match &lines {
        Value::Array(given) if !given.is_empty() => {
            list(&lines, &at_lines, problems, "must be a list of lines", new_line);
        }
        _ => problems.push(Problem::new(
            at_lines,
            "must be a list with at least one line: {\"name\": ..}",
        )),
    }
    if !has_name(given) {
        let message = "is missing: an order needs a first name, last name or company in customer or in shipping";
        problems.push(Problem::new(below(at, "customer"), message));
    }
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
            record(
                address,
                table,
                ("an address", NameOf::Address),
                &below(at, "address"),
                problems,
            );
        }
        Op::AddItems { items } => {
            some_line(items.is_empty(), &below(at, "items"), problems);
            each(items, &below(at, "items"), |item, at| new_line(item, at, problems));
        }
        Op::UpdateItems { items } => {
            some_line(items.is_empty(), &below(at, "items"), problems);
            each(items, &below(at, "items"), |item, at| {
                if !item.contains_key("id") && !item.contains_key("code") {
                    problems.push(Problem::new(at, "needs the id of the line to change, or its code"));
                }
                problems.extend(blanked(item, "name", NAMED, at));
                line(item, at, problems);
            });
        }
        Op::RemoveItems { item_ids } => {
            some_line(item_ids.is_empty(), &below(at, "item_ids"), problems);
        }
        Op::RemoveNote { content, .. } => {
            if content.trim().is_empty() {
                problems.push(Problem::new(below(at, "content"), "must be the text of the note"));
            }
        }
        Op::AddNote { content, .. } => note_content(content, &below(at, "content"), problems),
        Op::SetCheckoutData { values } => {
            let at = below(at, "values");
            labels(values, &at, problems);
            members(values, &at, problems);
        }
        Op::SetOrderMetadata { values } => members(values, &below(at, "values"), problems),
        Op::MoveFolder(_) => {}
        Op::SetDiscounts { discounts } => {
            each(discounts, &below(at, "discounts"), |item, at| {
                discount(item, at, problems);
            });
        }
    }
}

fn some_line(is_empty: bool, at: &str, problems: &mut Vec<Problem>) {
    if is_empty {
        problems.push(Problem::new(at, "must name at least one line"));
    }
}

/// Numbers in a map with free keys.
fn members(values: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    for (name, value) in values {
        numbers(value, &below(at, name), problems);
    }
}

fn each(items: &[Map<String, Value>], at: &str, mut judge: impl FnMut(&Map<String, Value>, &str)) {
    for (index, item) in items.iter().enumerate() {
        judge(item, &below(at, index));
    }
}

fn record(
    given: &Map<String, Value>,
    table: &'static [Field],
    (what, of): (&'static str, NameOf),
    at: &str,
    problems: &mut Vec<Problem>,
) {
    let fields = Fields { what, of, table, rows };
    fields.judge(given, at, problems);
}

/// Lists inside an order.
fn rows(kind: Kind, given: &Value, at: &str, problems: &mut Vec<Problem>) {
    match kind {
        Kind::Discounts => list(given, at, problems, "must be the list of all discounts", discount),
        Kind::Notes => list(given, at, problems, "must be a list of notes to append", note),
        _ => {
            let message = "must be a list of lines to change or add; remove_items removes lines";
            list(given, at, problems, message, mergeable_line);
        }
    }
}

/// A line that the merge law decides about: with `id` or `code` it may be one the order has.
fn mergeable_line(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    if given.contains_key("id") || given.contains_key("code") {
        problems.extend(blanked(given, "name", NAMED, at));
        line(given, at, problems);
    } else {
        new_line(given, at, problems);
    }
}

fn discount(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    for name in ["name", "amount"].into_iter().filter(|name| !given.contains_key(*name)) {
        problems.push(Problem::new(
            below(at, name),
            "is missing: a discount has a name and an amount",
        ));
    }
    record(given, fields::DISCOUNT, ("a discount", NameOf::Discount), at, problems);
}

/// A note to append.
pub(super) fn note(given: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) {
    match given.get("content") {
        Some(Value::String(content)) => note_content(content, &below(at, "content"), problems),
        None | Some(Value::Null) => {
            problems.push(Problem::new(below(at, "content"), "is missing: a note has a text"));
        }
        // Of the wrong type, which is reported below.
        Some(_) => {}
    }
    record(given, fields::NOTE, ("a note", NameOf::Note), at, problems);
}

fn note_content(content: &str, at: &str, problems: &mut Vec<Problem>) {
    if content.trim().is_empty() {
        problems.push(Problem::new(at, "must not be blank"));
    }
    problems.extend(limits::note(content).map(|message| Problem::new(at, message)));
}
