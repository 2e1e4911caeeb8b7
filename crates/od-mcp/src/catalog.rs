//! All tools, what each caller sees of them, and under which names.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::Validator;
use od_engine::nearest;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use crate::tool::ToolSpec;
use crate::tools::{self, SHAPE};

mod narrowing;
#[cfg(test)]
mod tests;
mod toolset;

pub use narrowing::{Narrowing, Refusal};
pub use toolset::{Toolset, UnknownToolset};

/// How tool names are listed. Calls are accepted under both spellings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolNames {
    /// `orders_list`: several desktop clients drop a whole server when one name has a dot.
    #[default]
    Underscore,
    /// `orders.list`, the product's own vocabulary.
    Dot,
}

impl ToolNames {
    /// The listed spelling of a dotted name.
    pub fn spell(self, dotted: &str) -> String {
        match self {
            Self::Underscore => dotted.replace('.', "_"),
            Self::Dot => dotted.to_owned(),
        }
    }
}

/// A tool with what is computed from its declaration once.
pub struct Entry {
    /// The declaration.
    pub spec: ToolSpec,
    /// As `tools/list` shows it.
    pub listed: Tool,
    /// The compiled input schema.
    pub(crate) validator: Validator,
}

/// The tools of this server, in the order they are listed.
pub struct Catalog {
    vocabulary: Vec<(String, String)>,
    entries: Vec<Entry>,
    by_name: HashMap<String, usize>,
}

/// A tool declaration that cannot be served; found by the tests, never by users.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The schema is no schema.
    #[error("the schema of {tool} does not compile: {reason}")]
    Schema {
        /// Dotted name.
        tool: &'static str,
        /// What the schema compiler says.
        reason: String,
    },
    /// A schema or an example is not a JSON object.
    #[error("{tool}: {part} is not an object")]
    NotAnObject {
        /// Dotted name.
        tool: &'static str,
        /// Which part.
        part: &'static str,
    },
}

impl Catalog {
    /// Every tool, spelled as `names` says.
    ///
    /// # Errors
    /// A declaration is wrong; the unit tests build this very catalog.
    pub fn new(names: ToolNames) -> Result<Self, CatalogError> {
        let specs = tools::all();
        let vocabulary: Vec<(String, String)> = specs
            .iter()
            .map(|spec| (format!("`{}`", spec.name), names.spell(spec.name)))
            .collect();
        let mut entries = Vec::with_capacity(specs.len());
        let mut by_name = HashMap::new();
        for spec in specs {
            by_name.insert(spec.name.to_owned(), entries.len());
            by_name.insert(ToolNames::Underscore.spell(spec.name), entries.len());
            entries.push(entry(spec, names, &vocabulary)?);
        }
        Ok(Self {
            vocabulary,
            entries,
            by_name,
        })
    }

    /// A text that names tools dotted and in backticks, with their names spelled as they are listed.
    pub(crate) fn spell(&self, text: &str) -> String {
        spell(text, &self.vocabulary)
    }

    /// The tools in listing order: by toolset, then as their files declare them.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A tool by either spelling of its name.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        self.by_name.get(name).map(|&index| &self.entries[index])
    }

    /// What a caller narrowed to `narrowing` is shown.
    pub fn visible<'a>(&'a self, narrowing: &'a Narrowing) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(|entry| narrowing.admits(&entry.spec).is_ok())
    }

    /// The listed name nearest to an unknown one.
    pub fn suggest(&self, name: &str) -> Option<&str> {
        nearest(
            &ToolNames::Underscore.spell(name),
            self.entries.iter().map(|entry| entry.listed.name.as_ref()),
        )
    }
}

fn entry(spec: ToolSpec, names: ToolNames, vocabulary: &[(String, String)]) -> Result<Entry, CatalogError> {
    let tool = spec.name;
    let input = object(tool, "input schema", without_bounds(spell_in(&spec.input, vocabulary)))?;
    let output = object(
        tool,
        "output schema",
        envelope_schema(&spell_in(&spec.data, vocabulary)),
    )?;
    let validator = jsonschema::validator_for(&spec.input).map_err(|error| CatalogError::Schema {
        tool,
        reason: error.to_string(),
    })?;
    let listed = Tool::new(names.spell(tool), description(&spec, vocabulary), Arc::new(input))
        .with_title(spec.title)
        .with_raw_output_schema(Arc::new(output))
        .annotate(
            ToolAnnotations::with_title(spec.title)
                .read_only(spec.hints.read_only)
                .destructive(spec.hints.destructive)
                .idempotent(spec.hints.idempotent)
                .open_world(spec.hints.open_world),
        );
    Ok(Entry {
        spec,
        listed,
        validator,
    })
}

fn description(spec: &ToolSpec, vocabulary: &[(String, String)]) -> String {
    let text = spell(spec.description, vocabulary);
    if spec.operations.is_empty() {
        return text;
    }
    format!("{text} {}.", in_short(spec.operations))
}

/// Operations on one path name it once: `GET, PUT /orders/{id}`.
fn in_short(operations: &[&str]) -> String {
    let mut paths: Vec<(String, &str)> = Vec::new();
    for operation in operations {
        let (method, path) = operation.split_once(' ').unwrap_or(("", operation));
        match paths.last_mut() {
            Some((methods, last)) if *last == path => {
                methods.push_str(", ");
                methods.push_str(method);
            }
            _ => paths.push((method.to_owned(), path)),
        }
    }
    let paths: Vec<_> = paths
        .iter()
        .map(|(methods, path)| format!("{methods} {path}"))
        .collect();
    paths.join(", ")
}

/// A schema without the bounds that this server checks itself (clients strip or refuse them), and without saying that a
/// switch is off when nobody turns it on, that nothing is skipped and nothing negative, nor how records look, which the
/// engine judges: all together they take thousands of bytes of a model's context. What a caller should know of them stands
/// in the descriptions.
fn without_bounds(schema: Value) -> Value {
    const CHECKED_HERE: [&str; 5] = ["pattern", "minLength", "maxLength", "minItems", "maxItems"];
    // Nobody has so much stock.
    const BEYOND_USE: i64 = 1_000_000_000;
    let is_left_out = |name: &str, member: &Value| match name {
        "default" => *member == Value::Bool(false) || *member == 0,
        "minimum" if *member == 0 => true,
        "minimum" | "maximum" => member.as_i64().is_some_and(|bound| bound.abs() >= BEYOND_USE),
        // An empty list is no schema in the oldest dialects.
        "required" => member.as_array().is_some_and(Vec::is_empty),
        SHAPE => true,
        // A property of such a name is an object.
        name => !member.is_object() && CHECKED_HERE.contains(&name),
    };
    match schema {
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, member)| !is_left_out(name, member))
            .map(|(name, member)| (name, without_bounds(member)))
            .collect(),
        other => other,
    }
}

/// The envelope around `data`, for clients that validate replies with it. What all replies have (`status`, `store`,
/// `warnings`, ...) is told once, in the instructions and the reference: references between schemas are refused by some
/// clients, and here it would be repeated for every tool.
fn envelope_schema(data: &Value) -> Value {
    json!({"type": "object", "properties": {"data": data}})
}

fn object(tool: &'static str, part: &'static str, value: Value) -> Result<JsonObject, CatalogError> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(CatalogError::NotAnObject { tool, part }),
    }
}

fn spell(text: &str, vocabulary: &[(String, String)]) -> String {
    vocabulary.iter().fold(text.to_owned(), |text, (quoted, spelled)| {
        text.replace(quoted.as_str(), spelled)
    })
}

/// A schema with the tool names in its descriptions spelled as they are listed.
fn spell_in(schema: &Value, vocabulary: &[(String, String)]) -> Value {
    match schema {
        Value::String(text) => Value::String(spell(text, vocabulary)),
        Value::Array(items) => items.iter().map(|item| spell_in(item, vocabulary)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), spell_in(member, vocabulary)))
            .collect(),
        other => other.clone(),
    }
}
