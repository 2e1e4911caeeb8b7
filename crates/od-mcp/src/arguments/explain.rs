//! Schema violations in words that help to mend them, without repeating what was sent.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use od_engine::orders::Problem;
use od_engine::{Meant, NameOf, meant, slip};
use serde_json::Value;

use crate::label::label;
use crate::tools::pattern_in_words;

/// Most problems that are told; a hostile list of a million faults is not worth repeating.
pub(super) const MOST_PROBLEMS: usize = 50;

/// What one violation means: usually one problem, one per name when several names are unknown.
pub(super) fn problems(schema: &Value, error: &ValidationError<'_>) -> Vec<Problem> {
    let path = error.instance_path().to_string();
    let here = |message: String| vec![Problem::new(path.as_str(), message)];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unknown(schema, error, &path, unexpected),
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Problem::new(format!("{path}/{name}"), "is required")]
        }
        Kind::Type { kind } => here(format!("must be {}, not {}", wanted(kind), type_of(error.instance()))),
        Kind::Enum { options } => vec![not_allowed(&path, options, error.instance())],
        Kind::Minimum { limit } => here(format!("must be at least {limit}")),
        Kind::Maximum { limit } => here(format!("must be at most {limit}")),
        Kind::MinLength { limit: 1 } => here("must not be empty".to_owned()),
        Kind::MinLength { limit } => here(format!("must have at least {limit} characters")),
        Kind::MaxLength { limit } => here(format!("must have at most {limit} characters")),
        Kind::MinItems { limit: 1 } => here("must have at least one entry".to_owned()),
        Kind::MinItems { limit } => here(format!("must have at least {limit} entries")),
        Kind::MaxItems { limit } => here(format!("must have at most {limit} entries")),
        Kind::Pattern { pattern } => here(format!("{}{}", pattern_in_words(pattern), not_an_id(schema, &path))),
        other => here(format!("does not satisfy the schema rule '{}'", other.keyword())),
    }
}

/// Where what is none of these ids may be looked for: the end of a sentence.
fn not_an_id(schema: &Value, path: &str) -> &'static str {
    let argument = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let takes = |name: &str| schema["properties"].get(name).is_some();
    match argument {
        "order_id" | "order_ids" => {
            "; orders_find, or orders_list with source_id, finds the id to a shop's order number"
        }
        "product_id" => "; products_list with code finds the id to a code",
        "folder_id" if takes("folder_name") => "; a name belongs into folder_name",
        "destination_folder_id" if takes("destination_folder_name") => "; a name belongs into destination_folder_name",
        _ => "",
    }
}

fn unknown(schema: &Value, error: &ValidationError<'_>, path: &str, unexpected: &[String]) -> Vec<Problem> {
    let object = error.schema_path().as_str().strip_suffix("/additionalProperties");
    let allowed = object
        .and_then(|pointer| schema.pointer(pointer))
        .and_then(|object| object.get("properties"));
    let names: Vec<&str> = allowed
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|object| object.keys().map(String::as_str))
        .collect();
    let mut listed = false;
    let told = |(at, name): (usize, &String)| {
        // More are not told, and looking for what each of fifty thousand made-up names may mean would take seconds.
        let meant = if at < MOST_PROBLEMS {
            meant(name, NameOf::Argument, names.iter().copied())
        } else {
            Meant::default()
        };
        let end = match (&meant.word, names.as_slice()) {
            (_, []) => ", which takes none".to_owned(),
            (Some(word), _) => format!(": {word}"),
            // Which names there are is said once.
            (None, names) if meant.name.is_none() && !std::mem::replace(&mut listed, true) => {
                format!("; it takes {}", names.join(", "))
            }
            _ => String::new(),
        };
        let message = format!("is not an argument of this tool{end}");
        Problem::new(format!("{path}/{}", pointer_token(&label(name))), message).suggest(meant.name)
    };
    unexpected.iter().enumerate().map(told).collect()
}

fn not_allowed(path: &str, options: &Value, given: &Value) -> Problem {
    let options: Vec<&str> = options
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let suggestion = given.as_str().and_then(|given| slip(given, options.iter().copied()));
    Problem::new(path, format!("must be one of: {}", options.join(", "))).suggest(suggestion)
}

fn wanted(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => with_article(&one.to_string()),
        TypeKind::Multiple(_) => "of another type".to_owned(),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null (leave it out instead)",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn with_article(type_name: &str) -> String {
    let article = if type_name.starts_with(['a', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {type_name}")
}

/// A name as one token of a JSON Pointer (RFC 6901 section 3).
fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
