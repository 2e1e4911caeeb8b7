//! Laws of the step, over every tool: whatever it changes, the value is the same value.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{is_blank, shape};
use crate::catalog::{Catalog, ToolNames};

/// Values that clients send, right and wrong ones.
fn any_value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_i64..600).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |float| serde_json::Number::from_f64(float).map(Value::Number)),
        (-600_i32..600).prop_map(|whole| Value::from(f64::from(whole))),
        prop::sample::select(vec![
            "", " ", "true", "False", "5", "-7", "2.5", "desc", "New", "null", "{", "[]", "{}"
        ])
        .prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
    ];
    plain.prop_recursive(4, 24, 4, |inner| {
        let names = prop::sample::select(NAMES.to_vec());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((names, inner.clone()), 0..4).prop_map(|members| {
                Value::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
            inner.prop_map(|value| Value::String(value.to_string())),
        ]
    })
}

/// Members of records, of operations, and names nobody knows.
const NAMES: [&str; 22] = [
    "op",
    "fields",
    "items",
    "item_ids",
    "values",
    "address",
    "content",
    "destination_folder_id",
    "order_items",
    "order_notes",
    "shipping",
    "checkout_data",
    "order_metadata",
    "discount_list",
    "metadata",
    "variation_list",
    "quantity",
    "id",
    "email",
    "expected_stock",
    "tool",
    "surprise",
];

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::new(ToolNames::Underscore).expect("the declarations are good"));

/// A call of some tool: some of its arguments and some names of others.
fn any_call() -> impl Strategy<Value = (usize, Map<String, Value>)> {
    let specs: Vec<Vec<String>> = CATALOG
        .entries()
        .iter()
        .map(|entry| {
            let own = entry.spec.input["properties"]
                .as_object()
                .expect("properties")
                .keys()
                .cloned();
            own.chain(["toolCallId", "sessionId", "surprise"].map(str::to_owned))
                .collect()
        })
        .collect();
    (0..specs.len()).prop_flat_map(move |tool| {
        let names = prop::sample::select(specs[tool].clone());
        let members = prop::collection::vec((names, any_value()), 0..6);
        members.prop_map(move |members| (tool, members.into_iter().collect()))
    })
}

/// Whether `after` says what `before` said, judged without looking at how the step decides.
fn says_the_same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        _ if before == after => true,
        (Value::Object(before), Value::Object(after)) => {
            let kept = before.iter().all(|(name, value)| match after.get(name) {
                Some(other) => says_the_same(value, other),
                None => value.is_null(),
            });
            kept && after.keys().all(|name| before.contains_key(name))
        }
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(one, other)| says_the_same(one, other))
        }
        (Value::Number(before), Value::Number(after)) => before.as_f64() == after.as_f64(),
        (Value::Number(before), Value::String(after)) => {
            after.parse::<f64>().ok() == before.as_f64() && after.bytes().all(|byte| byte.is_ascii_digit())
        }
        (Value::String(text), Value::Number(number)) => text
            .parse::<f64>()
            .ok()
            .is_some_and(|read| number.as_f64() == Some(read)),
        (Value::String(text), Value::Bool(truth)) => text.to_ascii_lowercase() == truth.to_string(),
        // What stands around an id is no part of it.
        (Value::String(before), Value::String(after)) => before.trim().eq_ignore_ascii_case(after),
        (Value::String(text), Value::Object(_) | Value::Array(_)) => {
            serde_json::from_str(text).is_ok_and(|read: Value| says_the_same(&read, after))
        }
        _ => false,
    }
}

fn holds_objects(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

fn holds_floats(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(holds_floats),
        Value::Object(members) => members.values().any(holds_floats),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_value_is_the_same_value((tool, given) in any_call()) {
        let spec = &CATALOG.entries()[tool].spec;
        let shaped = shape(spec, given.clone());
        for (name, value) in &given {
            match shaped.arguments.get(name) {
                Some(after) => prop_assert!(says_the_same(value, after), "{name}: {value} became {after}"),
                None => prop_assert!(
                    value.is_null() || shaped.warnings.iter().any(|told| told.starts_with(&format!("{name} "))),
                    "{name}: {value} went without a word"
                ),
            }
        }
        prop_assert!(shaped.arguments.keys().all(|name| given.contains_key(name)));
    }

    #[test]
    fn doing_it_twice_is_as_doing_it_once((tool, given) in any_call()) {
        let spec = &CATALOG.entries()[tool].spec;
        let once = shape(spec, given);
        let twice = shape(spec, once.arguments.clone());
        prop_assert_eq!(&twice.arguments, &once.arguments);
        prop_assert!(twice.warnings.is_empty());
    }

    #[test]
    fn what_fits_already_stays((tool, given) in any_call()) {
        let spec = &CATALOG.entries()[tool].spec;
        // What records hold is judged by the engine, whole floats cannot be read, and blank filters are told of.
        let is_judged_here = |value: &Value| {
            !holds_objects(value) && !holds_floats(value) && !is_blank(value)
        };
        let plain: Map<String, Value> = given.into_iter().filter(|(_, value)| is_judged_here(value)).collect();
        if CATALOG.entries()[tool].validator.is_valid(&Value::Object(plain.clone())) {
            prop_assert_eq!(shape(spec, plain.clone()).arguments, plain);
        }
    }
}

/// Every example, with each value spelled in the other ways that clients have.
#[test]
fn other_spellings_of_the_examples_are_the_examples() {
    for entry in CATALOG.entries() {
        let example = entry.spec.example.as_object().expect("an object").clone();
        let mut spelled = example.clone();
        for value in spelled.values_mut() {
            if value.is_object() || value.is_array() {
                *value = Value::String(value.to_string());
            } else if let Some(number) = value.as_i64() {
                *value = json!(format!("{number}"));
            }
        }
        for (name, _) in entry.spec.input["properties"].as_object().expect("properties") {
            spelled.entry(name.clone()).or_insert(Value::Null);
        }
        spelled.insert("toolCallId".to_owned(), json!("call_1"));
        assert_eq!(shape(&entry.spec, spelled).arguments, example, "{}", entry.spec.name);
    }
}
