//! The merge law, held against random orders and random changes.

use std::cell::Cell;

use proptest::prelude::{ProptestConfig, TestCaseError};
use proptest::test_runner::TestRunner;
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Map, Value, json};

use super::{NoteDefaults, apply};
use crate::diff::diff;
use crate::order::change::Change;
use crate::order::upload::upload_body;
use crate::order::verify::verify;
use crate::text::clean_text;

pub(in crate::order) mod generate;

/// Random orders and changes that the main law is held against.
const CASES: u32 = 10_000;
/// For the laws that follow from it.
const FEWER_CASES: u32 = 2_000;

type Verdict = Result<(), TestCaseError>;

/// Runs `law` on random orders, the mutations laid over them and what came out. Some mutations are refused, for instance
/// because no name would be left; they must stay the exception.
fn hold(cases: u32, law: impl Fn(&Map<String, Value>, &Map<String, Value>, &Map<String, Value>) -> Verdict) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let applied = Cell::new(0);
    let outcome = TestRunner::new(config).run(&generate::order_and_mutation(), |(base, mutation)| {
        match apply(&base, &Change::Mutation(mutation.clone()), &NoteDefaults::default()) {
            Ok(done) => {
                applied.set(applied.get() + 1);
                law(&base, &mutation, &done.desired)
            }
            Err(problems) => {
                let reasons = ["without a first name", "does not fit", "Order Desk keeps at most"];
                let allowed = problems
                    .iter()
                    .all(|problem| reasons.iter().any(|reason| problem.message.contains(reason)));
                prop_assert!(allowed, "refused: {problems:?}");
                Ok(())
            }
        }
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(
        applied.get() * 10 >= cases * 9,
        "only {} of {cases} mutations could be applied",
        applied.get()
    );
}

#[test]
fn what_was_not_named_is_not_dropped_retyped_or_reordered() {
    hold(CASES, |base, mutation, desired| {
        same_order(base, desired)?;
        for (name, before) in base {
            let Some(after) = desired.get(name) else {
                return Err(TestCaseError::fail(format!("{name} was dropped")));
            };
            match (mutation.get(name), name.as_str()) {
                (None, _) => unchanged(name, before, after)?,
                (Some(given), "order_items") => lines_kept(before, given, after)?,
                (Some(_), "order_notes") => notes_kept(before, after)?,
                (Some(given), _) => maps_kept(before, given, after)?,
            }
        }
        Ok(())
    });
}

fn unchanged(name: &str, before: &Value, after: &Value) -> Verdict {
    prop_assert_eq!(before.to_string(), after.to_string(), "{} was not named", name);
    Ok(())
}

/// The keys that were there still come first, in their old order.
fn same_order(before: &Map<String, Value>, after: &Map<String, Value>) -> Verdict {
    let survivors: Vec<_> = before.keys().filter(|key| after.contains_key(*key)).collect();
    let first: Vec<_> = after.keys().take(survivors.len()).collect();
    prop_assert_eq!(survivors, first);
    Ok(())
}

fn maps_kept(before: &Value, given: &Value, after: &Value) -> Verdict {
    let (Some(before), Some(given), Some(after)) = (before.as_object(), given.as_object(), after.as_object()) else {
        return Ok(());
    };
    same_order(before, after)?;
    for (key, before) in before {
        match (named(given, key), after.get(key)) {
            (None, None) => return Err(TestCaseError::fail(format!("{key} was dropped"))),
            (None, Some(after)) => unchanged(key, before, after)?,
            (Some(Value::Null), _) => {}
            (Some(_), None) => return Err(TestCaseError::fail(format!("{key} was dropped though it was given"))),
            (Some(given), Some(after)) => maps_kept(before, given, after)?,
        }
    }
    Ok(())
}

/// What was given for a key, under its own name or the one that a reply showed.
fn named<'a>(given: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    given.get(key).or_else(|| given.get(clean_text(key).as_ref()))
}

fn lines_kept(before: &Value, given: &Value, after: &Value) -> Verdict {
    let rows = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (before, given, after) = (rows(before), rows(given), rows(after));
    prop_assert!(after.len() >= before.len(), "a line was dropped");
    for (before, after) in before.iter().zip(&after) {
        let meant = |given: &&Value| match given.get("id") {
            Some(id) => Some(id) == before.get("id"),
            None => given.get("code") == before.get("code"),
        };
        match given.iter().find(meant) {
            None => unchanged("a line", before, after)?,
            Some(entry) => {
                prop_assert_eq!(before.get("id"), after.get("id"));
                maps_kept(before, entry, after)?;
            }
        }
    }
    Ok(())
}

fn notes_kept(before: &Value, after: &Value) -> Verdict {
    let before = before.as_array().cloned().unwrap_or_default();
    let after = after.as_array().cloned().unwrap_or_default();
    prop_assert_eq!(json!(before).to_string(), json!(after.get(..before.len())).to_string());
    Ok(())
}

#[test]
fn applying_twice_is_applying_once() {
    hold(FEWER_CASES, |base, mutation, _| {
        let mut mutation = mutation.clone();
        if let Some(lines) = mutation.get_mut("order_items").and_then(Value::as_array_mut) {
            lines.retain(|line| line.get("name").is_none());
        }
        let change = Change::Mutation(mutation);
        let apply = |order: &Map<String, Value>| apply(order, &change, &NoteDefaults::default());
        if let Ok(once) = apply(base) {
            let twice = apply(&once.desired).map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
            prop_assert_eq!(json!(once.desired).to_string(), json!(twice.desired).to_string());
        }
        Ok(())
    });
}

#[test]
fn differences_are_complete_and_their_paths_lead_there() {
    hold(FEWER_CASES, |base, _, desired| {
        prop_assert_eq!(diff(base, base), []);
        let changes = diff(base, desired);
        if changes.is_empty() {
            // An empty list is an empty map.
            let text = |order: &Map<String, Value>| json!(order).to_string().replace("{}", "[]");
            prop_assert_eq!(text(base), text(desired));
        }
        let (before, after) = (json!(base), json!(desired));
        for change in changes {
            let there = if change.after.is_some() { &after } else { &before };
            let value = change.after.as_ref().or(change.before.as_ref());
            prop_assert_eq!(there.pointer(&change.path), value, "{}", change.path);
            prop_assert!(change.before != change.after);
        }
        Ok(())
    });
}

#[test]
fn an_upload_leaves_nothing_out() {
    hold(FEWER_CASES, |_, _, desired| {
        let body = upload_body(desired);
        let kept: Map<_, _> = body
            .into_iter()
            .filter(|(name, _)| desired.contains_key(name))
            .collect();
        prop_assert_eq!(json!(kept).to_string(), json!(desired).to_string());
        Ok(())
    });
}

#[test]
fn an_upload_that_took_is_seen_to_have_taken() {
    hold(FEWER_CASES, |base, _, desired| {
        let verification = verify(base, desired, &stored(desired));
        prop_assert!(
            verification.stuck && verification.foreign.is_empty(),
            "{:?}",
            verification
        );
        Ok(())
    });
}

/// The order as Order Desk shows it after the upload: totals, dates and ids are its own.
fn stored(desired: &Map<String, Value>) -> Map<String, Value> {
    let mut order = desired.clone();
    if let Some(digits) = order.shift_remove("cc_number") {
        let masked = digits
            .as_str()
            .filter(|digits| !digits.is_empty())
            .map(|digits| format!("xxxxxxxxxxxx{digits}"));
        order.insert("cc_number_masked".to_owned(), masked.unwrap_or_default().into());
    }
    for total in ["order_total", "product_total", "quantity_total"] {
        order.insert(total.to_owned(), json!(123.45));
    }
    order.insert("date_updated".to_owned(), json!("2026-03-03 00:00:00"));
    for note in order
        .get_mut("order_notes")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        note["date_added"] = json!("2026-03-03 00:00:00");
    }
    let lines = order
        .get_mut("order_items")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    for (index, line) in lines.enumerate().filter(|(_, line)| line.get("id").is_none()) {
        line["id"] = json!(format!("9{index}"));
        line["tax_code"] = json!("DEFAULT");
    }
    order
}

#[test]
fn nothing_named_means_not_one_byte_changed() {
    hold(FEWER_CASES, |base, _, _| {
        let text = json!(base).to_string();
        let read: Map<String, Value> =
            serde_json::from_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let change = Change::Mutation(Map::new());
        let applied = apply(&read, &change, &NoteDefaults::default())
            .map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
        prop_assert_eq!(json!(applied.desired).to_string(), text);
        Ok(())
    });
}
