//! A form made of a tool's schema: a field for each argument, and back from what was typed to arguments.

use od_engine::redact::is_secret;
use serde_json::{Map, Number, Value};

use crate::Tool;

#[cfg(test)]
mod tests;

/// A text that may have so many characters is written in several lines, or pasted with them.
const LONG: u64 = 1000;
/// The argument that the field *Store* fills.
pub const STORE: &str = "store";
/// The argument with which a tool works on all of them; it takes one of the two.
pub const STORES: &str = "stores";
/// The argument with which nothing is changed.
pub const DRY_RUN: &str = "dry_run";

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// The argument.
    pub name: String,
    /// What it is called on the page.
    pub label: String,
    /// What it is for, and what it takes.
    pub help: String,
    pub kind: Kind,
    pub is_required: bool,
    /// What stands in it.
    pub value: String,
    /// Whether it is switched on.
    pub is_on: bool,
}

/// What a field takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text,
    /// Text in several lines.
    Long,
    /// Never shown again.
    Secret,
    /// One of these; the first is what counts when none is chosen, if there is such a one.
    Choice(Vec<String>),
    Whole {
        least: Option<i64>,
        most: Option<i64>,
    },
    Number,
    Switch {
        by_default: bool,
    },
    /// A list, an entry in each line.
    Lines,
    /// A text of JSON.
    Json,
}

/// The fields of a tool's form, as it is opened first: what is required comes first, what only looks comes last.
pub fn fields(tool: &Tool) -> Vec<Field> {
    let required = names(&tool.input["required"]);
    let properties = tool.input["properties"].as_object().into_iter().flatten();
    let mut fields: Vec<Field> = properties
        .filter(|(name, _)| *name != STORE)
        .map(|(name, schema)| field(name, schema, required.contains(&name.as_str())))
        .collect();
    fields.sort_by_key(|field| match &field.kind {
        _ if field.is_required => 0,
        Kind::Switch { .. } => 2,
        _ => 1,
    });
    fields
}

/// Whether the field *Store* says anything to a tool.
pub fn takes_store(tool: &Tool) -> bool {
    tool.input["properties"].get(STORE).is_some()
}

impl Field {
    /// The name that it has in the form.
    pub fn input(&self) -> String {
        format!("arg.{}", self.name)
    }

    pub fn is_dry_run(&self) -> bool {
        self.name == DRY_RUN
    }

    /// Further attributes of its control, as they stand in HTML.
    pub fn attributes(&self) -> &'static str {
        match (&self.kind, self.is_required) {
            (Kind::Whole { .. }, true) => "inputmode=\"numeric\" required",
            (Kind::Whole { .. }, false) => "inputmode=\"numeric\"",
            (Kind::Number, true) => "inputmode=\"decimal\" required",
            (Kind::Number, false) => "inputmode=\"decimal\"",
            (Kind::Secret, true) => "autocomplete=\"off\" required",
            (Kind::Secret, false) => "autocomplete=\"off\"",
            (Kind::Json, true) => "class=\"mono\" required",
            (Kind::Json, false) => "class=\"mono\"",
            (_, true) => "required",
            (_, false) => "",
        }
    }

    /// Puts an argument in it.
    pub fn fill(&mut self, argument: Option<&Value>) {
        match (&self.kind, argument) {
            (Kind::Secret, _) => {}
            (Kind::Switch { by_default }, argument) => {
                self.is_on = argument.map_or(*by_default, |value| *value == true || *value == "true");
            }
            (_, None) => self.value.clear(),
            (_, Some(Value::String(text))) => self.value.clone_from(text),
            (Kind::Lines, Some(Value::Array(entries))) => {
                let lines: Vec<String> = entries.iter().map(line).collect();
                self.value = lines.join("\n");
            }
            (Kind::Json, Some(value)) => self.value = format!("{value:#}"),
            (_, Some(value)) => self.value = value.to_string(),
        }
    }

    /// Puts in it what was typed; a switch that is off sends nothing.
    pub fn type_in(&mut self, typed: Option<&str>) {
        match self.kind {
            Kind::Switch { .. } => self.is_on = typed.is_some(),
            // Browsers send lines as mail does.
            _ => self.value = typed.unwrap_or_default().replace("\r\n", "\n"),
        }
    }

    /// The argument that stands in it. Blank fields are no arguments; an empty text is written in JSON.
    pub fn argument(&self) -> Option<Value> {
        if let Kind::Switch { by_default } = self.kind {
            return (self.is_on != by_default).then_some(self.is_on.into());
        }
        if self.value.trim().is_empty() {
            return None;
        }
        Some(match self.kind {
            Kind::Lines => {
                let lines = self.value.lines().map(str::trim).filter(|line| !line.is_empty());
                lines.collect()
            }
            // What is no number is told to be none.
            Kind::Number => match self.value.trim().parse::<Number>() {
                Ok(number) => number.into(),
                Err(_) => self.value.as_str().into(),
            },
            Kind::Whole { .. } => self.value.trim().into(),
            _ => self.value.as_str().into(),
        })
    }
}

/// The arguments of a form.
pub fn arguments(fields: &[Field]) -> Map<String, Value> {
    let filled = fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), field.argument()?)));
    filled.collect()
}

fn field(name: &str, schema: &Value, is_required: bool) -> Field {
    let kind = kind(name, schema);
    let mut field = Field {
        name: name.to_owned(),
        label: label(name),
        help: help(schema, &kind),
        is_required,
        value: String::new(),
        is_on: false,
        kind,
    };
    field.fill(None);
    field
}

fn label(name: &str) -> String {
    if name == DRY_RUN {
        return "Dry run".to_owned();
    }
    name.replace('_', " ")
}

fn kind(name: &str, schema: &Value) -> Kind {
    let options = names(&schema["enum"]);
    if !options.is_empty() {
        return Kind::Choice(options.into_iter().map(str::to_owned).collect());
    }
    let bound = |name: &str| schema[name].as_i64();
    match schema["type"].as_str() {
        Some("string") if is_secret(name) => Kind::Secret,
        Some("string") if schema["maxLength"].as_u64().is_some_and(|length| length >= LONG) => Kind::Long,
        Some("string") => Kind::Text,
        Some("integer") => Kind::Whole {
            least: bound("minimum"),
            most: bound("maximum"),
        },
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Switch {
            by_default: schema["default"] == true,
        },
        Some("array") if schema["items"]["type"] == "string" => Kind::Lines,
        // Whatever else a schema may say can be written as JSON.
        _ => Kind::Json,
    }
}

/// What the schema says of it, in words.
fn help(schema: &Value, kind: &Kind) -> String {
    let mut sentences: Vec<String> = Vec::new();
    let description = schema["description"].as_str().unwrap_or_default().trim();
    if !description.is_empty() {
        sentences.push(description.to_owned());
    }
    match kind {
        Kind::Whole { least, most } => match (least, most) {
            (Some(least), Some(most)) => sentences.push(format!("{least} to {most}.")),
            (Some(least), None) => sentences.push(format!("At least {least}.")),
            (None, Some(most)) => sentences.push(format!("At most {most}.")),
            (None, None) => {}
        },
        Kind::Lines => sentences.push("One per line.".to_owned()),
        Kind::Json if schema["type"] == "array" => sentences.push("A list, as JSON.".to_owned()),
        Kind::Json => sentences.push("An object, as JSON.".to_owned()),
        _ => {}
    }
    match &schema["default"] {
        Value::Null | Value::Bool(_) => {}
        Value::String(text) => sentences.push(format!("By default {text}.")),
        other => sentences.push(format!("By default {other}.")),
    }
    sentences.join(" ")
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn line(entry: &Value) -> String {
    match entry {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
