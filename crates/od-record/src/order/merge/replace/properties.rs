//! The law of replacing, held against random orders.

use proptest::prelude::{ProptestConfig, TestCaseError};
use proptest::test_runner::TestRunner;
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Map, Value, json};

use crate::field::find;
use crate::order::change::{Change, Replacement};
use crate::order::fields::ORDER;
use crate::order::merge::properties::generate::order_and_mutation;
use crate::order::merge::{Applied, NoteDefaults, apply};
use crate::problem::Problem;
use crate::text::clean_map;

fn hold(law: impl Fn(&Map<String, Value>, &Map<String, Value>) -> Result<(), TestCaseError>) {
    let config = ProptestConfig {
        cases: 3_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&order_and_mutation(), |(base, mutation)| law(&base, &mutation));
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

fn replace(base: &Map<String, Value>, order: Map<String, Value>, allow_loss: bool) -> Result<Applied, Vec<Problem>> {
    let replacement = Replacement {
        order,
        allow_loss,
        expected_date_updated: None,
        agreed_date_updated: None,
    };
    apply(base, &Change::Replace(replacement), &NoteDefaults::default())
}

fn told(problems: &[Problem]) -> TestCaseError {
    TestCaseError::fail(format!("{problems:?}"))
}

#[test]
fn a_record_read_and_sent_back_changes_not_one_byte() {
    hold(|base, _| {
        let done = replace(base, clean_map(base), false).map_err(|problems| told(&problems))?;
        prop_assert_eq!(json!(done.desired).to_string(), json!(base).to_string());
        prop_assert!(done.warnings.is_empty(), "{:?}", done.warnings);
        Ok(())
    });
}

/// Most readers of JSON keep numbers as doubles.
#[test]
fn a_record_that_a_reader_of_doubles_sends_back_changes_not_one_byte() {
    hold(|base, _| {
        let given = through_doubles(clean_map(base).into());
        let given = given.as_object().cloned().unwrap_or_default();
        let done = replace(base, given, false).map_err(|problems| told(&problems))?;
        prop_assert_eq!(json!(done.desired).to_string(), json!(base).to_string());
        Ok(())
    });
}

/// What JavaScript writes of a value that it has read.
fn through_doubles(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            let double = number.as_f64().unwrap_or_default();
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole, and within what a whole number holds"
            )]
            let whole = (double.fract() == 0.0 && double.abs() < 9e18).then_some(double as i64);
            whole.map_or(json!(double), Value::from)
        }
        Value::Array(items) => items.into_iter().map(through_doubles).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, through_doubles(member)))
            .collect(),
        other => other,
    }
}

/// Whatever single field is left out: either it is named in a refusal, or the order keeps it.
#[test]
fn no_field_is_lost_without_a_word() {
    hold(|base, _| {
        let shown = clean_map(base);
        for name in base.keys() {
            let mut given = shown.clone();
            given.shift_remove(name);
            if given.is_empty() {
                continue;
            }
            match replace(base, given, false) {
                Ok(done) => prop_assert_eq!(json!(done.desired), json!(base), "{}", name),
                Err(problems) => {
                    let at = format!("/order/{name}");
                    prop_assert!(
                        problems.iter().any(|problem| problem.path == at),
                        "{name}: {problems:?}"
                    );
                }
            }
        }
        Ok(())
    });
}

/// Whatever is given, also with every loss allowed, what a caller cannot set stays as it was.
#[test]
fn what_is_not_the_callers_stays() {
    hold(|base, mutation| {
        let Ok(done) = replace(base, mutation.clone(), true) else {
            return Ok(());
        };
        let theirs = |name: &str| find(ORDER, name).is_some_and(|field| field.closed.is_none());
        for (name, before) in base.iter().filter(|(name, _)| !theirs(name)) {
            prop_assert_eq!(Some(before), done.desired.get(name), "{}", name);
        }
        Ok(())
    });
}

/// A replacement that is accepted without a loss is the mutation of what differs: everything else is carried.
#[test]
fn an_accepted_record_loses_no_line_and_no_note() {
    hold(|base, mutation| {
        let mut given = clean_map(base);
        for (name, value) in mutation.iter().filter(|(name, _)| *name != "order_items") {
            given.insert(name.clone(), value.clone());
        }
        let Ok(done) = replace(base, given, false) else {
            return Ok(());
        };
        let count =
            |order: &Map<String, Value>, name: &str| order.get(name).and_then(Value::as_array).map_or(0, Vec::len);
        for name in ["order_items", "order_notes"] {
            prop_assert!(count(&done.desired, name) >= count(base, name), "{} shrank", name);
        }
        Ok(())
    });
}
