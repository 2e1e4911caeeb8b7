//! The rules that keep a tool usable in every client, as a function over its listing.
//!
//! Each rule is there because some client drops the tool, or the whole server, without a word when it is broken:
//! names with dots, a root that is no plain object, unions with null, untyped properties, references.

use rmcp::model::Tool;
use serde_json::{Map, Value};

const MOST_NAME_CHARS: usize = 48;
const MOST_DESCRIPTION_CHARS: usize = 1024;
const MOST_PARAMETERS: usize = 15;
const MOST_LEVELS: usize = 3;
const MOST_ENUM_VALUES: usize = 50;
/// Keywords that one client or another refuses or mistranslates.
const REFUSED_KEYWORDS: [&str; 22] = [
    "$ref",
    "$defs",
    "definitions",
    "$schema",
    "$id",
    "$comment",
    "title",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "const",
    "nullable",
    "patternProperties",
    "prefixItems",
    "dependentRequired",
    "dependentSchemas",
    "propertyNames",
    "format",
];

/// Arguments of these names do not reach a server from every client: agent frameworks take them for things of their own.
const TAKEN_NAMES: [&str; 9] = [
    "_meta",
    "chat_options",
    "conversation_id",
    "options",
    "response_format",
    "session",
    "thread",
    "tool_choice",
    "tools",
];

/// Everything about `tool` that would trouble a client; empty for a good one. Tools in `many_parameters` may have more
/// parameters than people like, because they mirror an upstream operation that has as many.
pub fn problems(tool: &Tool, many_parameters: &[&str]) -> Vec<String> {
    let mut lint = Lint { found: Vec::new() };
    lint.name(&tool.name);
    lint.text("description", tool.description.as_deref().unwrap_or_default());
    lint.root(&tool.input_schema);
    if tool.title.as_deref().unwrap_or_default().is_empty() {
        lint.say("no title");
    }
    let parameters = tool
        .input_schema
        .get("properties")
        .and_then(Value::as_object)
        .map_or(0, Map::len);
    if parameters > MOST_PARAMETERS && !many_parameters.contains(&tool.name.as_ref()) {
        lint.say(format!("{parameters} parameters; at most {MOST_PARAMETERS}"));
    }
    lint.output(tool);
    lint.annotations(tool);
    lint.found
}

struct Lint {
    found: Vec<String>,
}

impl Lint {
    fn say(&mut self, problem: impl Into<String>) {
        self.found.push(problem.into());
    }

    fn name(&mut self, name: &str) {
        let plain = name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain || !name.starts_with(|c: char| c.is_ascii_lowercase()) || name.len() > MOST_NAME_CHARS {
            self.say("the name must be lower case letters, digits and underscores, at most 48, a letter first");
        }
    }

    fn text(&mut self, place: &str, text: &str) {
        if text.is_empty() {
            self.say(format!("{place}: no description"));
        }
        if !text.is_ascii() {
            self.say(format!("{place}: not ASCII"));
        }
        if text.len() > MOST_DESCRIPTION_CHARS {
            self.say(format!(
                "{place}: {} characters; at most {MOST_DESCRIPTION_CHARS}",
                text.len()
            ));
        }
        if text.contains('`') {
            self.say(format!("{place}: names a tool that does not exist"));
        }
    }

    fn root(&mut self, schema: &Map<String, Value>) {
        for keyword in schema.keys() {
            if !matches!(
                keyword.as_str(),
                "type" | "properties" | "required" | "additionalProperties"
            ) {
                self.say(format!("root: '{keyword}' is not for the root"));
            }
        }
        if schema.get("type") != Some(&Value::from("object")) {
            self.say("root: must be an object");
        }
        if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            self.say("root: additionalProperties must be false");
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return self.say("root: no properties");
        };
        let required = schema.get("required").and_then(Value::as_array);
        let required: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
        for name in required.iter().filter(|name| !properties.contains_key(**name)) {
            self.say(format!("root: requires {name}, which is no property"));
        }
        // Clients that make functions of tools drop all of them when one has an argument with a default before one without.
        let is_required = |name: &String| required.contains(&name.as_str());
        if let Some(late) = properties
            .keys()
            .skip_while(|name| is_required(name))
            .find(|name| is_required(name))
        {
            self.say(format!("root: requires {late} after one that is not required"));
        }
        for (name, property) in properties {
            if TAKEN_NAMES.contains(&name.as_str()) {
                self.say(format!("{name}: some client keeps an argument of this name to itself"));
            }
            self.text(
                name,
                property.get("description").and_then(Value::as_str).unwrap_or_default(),
            );
            self.schema(name, property, 1);
        }
    }

    fn schema(&mut self, place: &str, schema: &Value, level: usize) {
        let Some(schema) = schema.as_object() else {
            return self.say(format!("{place}: a schema must be an object"));
        };
        if level > MOST_LEVELS {
            self.say(format!("{place}: nested deeper than {MOST_LEVELS} levels"));
        }
        for keyword in REFUSED_KEYWORDS {
            if schema.contains_key(keyword) {
                self.say(format!("{place}: '{keyword}' is refused by some client"));
            }
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => match schema.get("items") {
                Some(items) if items.get("type").and_then(Value::as_str) != Some("array") => {
                    self.schema(&format!("{place}[]"), items, level + 1);
                }
                _ => self.say(format!("{place}: an array needs items that are no arrays")),
            },
            Some("object") => self.object(place, schema, level),
            Some("string") => self.values(place, schema),
            Some("integer" | "number" | "boolean") if !schema.contains_key("enum") => {}
            _ => self.say(format!("{place}: needs exactly one type (enums only of strings)")),
        }
        self.default(place, schema);
    }

    fn object(&mut self, place: &str, schema: &Map<String, Value>, level: usize) {
        if !schema.get("additionalProperties").is_some_and(Value::is_boolean) {
            self.say(format!(
                "{place}: an object must say whether it is open (additionalProperties)"
            ));
        }
        let declares = schema
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty());
        if declares && schema.get("additionalProperties") == Some(&Value::Bool(true)) {
            self.say(format!(
                "{place}: an open object must not declare a part of itself: some clients send only that"
            ));
        }
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            self.schema(&format!("{place}.{name}"), property, level + 1);
        }
    }

    fn values(&mut self, place: &str, schema: &Map<String, Value>) {
        let Some(values) = schema.get("enum").and_then(Value::as_array) else {
            return;
        };
        if values.is_empty() || values.len() > MOST_ENUM_VALUES || !values.iter().all(Value::is_string) {
            self.say(format!("{place}: an enum is 1 to {MOST_ENUM_VALUES} strings"));
        }
    }

    fn default(&mut self, place: &str, schema: &Map<String, Value>) {
        let Some(default) = schema.get("default") else { return };
        let fits = match schema.get("type").and_then(Value::as_str) {
            Some("string") => default.is_string(),
            Some("integer") => default.is_i64() || default.is_u64(),
            Some("boolean") => default.is_boolean(),
            _ => false,
        };
        if !fits {
            self.say(format!("{place}: the default is of another type"));
        }
    }

    fn output(&mut self, tool: &Tool) {
        let Some(output) = &tool.output_schema else {
            return self.say("no output schema");
        };
        if output.get("type") != Some(&Value::from("object")) {
            self.say("output: the root must be an object");
        }
        if output.contains_key("additionalProperties") {
            self.say("output: must stay open for members that Order Desk adds");
        }
    }

    fn annotations(&mut self, tool: &Tool) {
        let Some(hints) = &tool.annotations else {
            return self.say("no annotations");
        };
        let all = [
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
            hints.open_world_hint,
        ];
        if all.contains(&None) {
            self.say("annotations: all four hints must be said");
        }
        if hints.read_only_hint == Some(true) && hints.destructive_hint == Some(true) {
            self.say("annotations: a read cannot destroy");
        }
        if hints.title.is_none() {
            self.say("annotations: no title");
        }
    }
}

#[cfg(test)]
mod tests;
