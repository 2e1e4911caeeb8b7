//! The tools as plain values, for a door that speaks no protocol: which there are for somebody, and a call of one.
//!
//! A call takes the same way as an agent's: its arguments are brought into one spelling and checked, it is charged, recorded
//! and answered in the same envelope.

use od_engine::{Consent, Identity, Scope};
use serde_json::{Map, Value};

use crate::arguments;
use crate::catalog::Narrowing;
use crate::dispatch::Tools;
use crate::lost::lost;
use crate::tool::Access;

/// The tools, for a person who runs them by hand. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    tools: Tools,
}

/// A tool, as a person chooses it and fills in its form.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskTool {
    /// As clients see it listed, e.g. `orders_list`.
    pub name: String,
    /// A few words for people.
    pub title: &'static str,
    /// The group it is switched on and off with, e.g. `orders`.
    pub toolset: &'static str,
    /// What it does, its side effects, and when to use another tool.
    pub description: String,
    /// JSON Schema of its arguments, an object: as it is listed, and how long a text may be, which a form is laid out by.
    pub input: Value,
    /// Whether stores or orders are changed by it.
    pub changes: bool,
    /// Whether it may overwrite or remove something.
    pub destructive: bool,
}

/// A call to be made.
#[derive(Clone, Debug, Default)]
pub struct DeskCall {
    /// The tool, in either spelling.
    pub tool: String,
    /// Its arguments. Numbers, switches and objects may stand in texts, as fields of a form have them.
    pub arguments: Map<String, Value>,
    /// The effects that the person was shown and agreed to, word for word.
    pub agreed: Option<String>,
}

/// A call that was made.
#[derive(Clone, Debug)]
pub struct DeskAnswer {
    /// The envelope: `status` with `data`, or with `error`.
    pub envelope: Map<String, Value>,
    /// Whether the call failed.
    pub is_error: bool,
    /// What the person has to agree to before it is carried out; set when it failed for want of that.
    pub effects: Option<String>,
}

impl Desk {
    /// These tools, as the operator narrowed them.
    pub fn new(tools: Tools) -> Self {
        Self { tools }
    }

    /// What somebody may run, in the order it is listed: what `tools/list` shows them.
    pub fn tools(&self, identity: &Identity) -> Vec<DeskTool> {
        let visible = self.tools.visible(&Narrowing::none(), Some(identity.grants()));
        let told = visible.into_iter().map(|entry| DeskTool {
            name: entry.listed.name.to_string(),
            title: entry.spec.title,
            toolset: entry.spec.toolset.as_str(),
            description: entry.listed.description.as_deref().unwrap_or_default().to_owned(),
            input: with_lengths(entry.listed.input_schema.as_ref(), &entry.spec.input),
            changes: entry.spec.access == Access::Write,
            destructive: entry.spec.hints.destructive,
        });
        told.collect()
    }

    /// A tool's dotted name as clients see it listed; what is no tool's name stays as it is.
    pub fn listed(&self, name: &str) -> String {
        let entry = self.tools.catalog().find(name);
        entry.map_or_else(|| name.to_owned(), |entry| entry.listed.name.to_string())
    }

    /// The arguments of a form in the spelling of the tool's schema. What cannot be meant stays as it is, and so does
    /// everything when there is no such tool.
    pub fn meant(&self, tool: &str, arguments: Map<String, Value>) -> Map<String, Value> {
        match self.tools.catalog().find(tool) {
            Some(entry) => arguments::shape(&entry.spec, arguments).arguments,
            None => arguments,
        }
    }

    /// The arguments that stand in a text of JSON.
    ///
    /// # Errors
    /// Why they are not taken, in words.
    pub fn read(text: &str) -> Result<Map<String, Value>, String> {
        if let Some(reason) = lost(text.as_bytes()) {
            return Err(reason);
        }
        serde_json::from_str(text).map_err(|error| format!("is not a JSON object: {error}"))
    }

    /// Runs a tool for a person; nothing when there is no tool of that name. Everything else that can go wrong is in the
    /// answer.
    pub async fn call(&self, scope: &Scope, call: DeskCall) -> Option<DeskAnswer> {
        let entry = self.tools.catalog().find(&call.tool)?;
        let shaped = arguments::shape(&entry.spec, call.arguments);
        // Whoever ticks the argument has said so, as long as the operator takes a caller's word; else they are asked.
        let consent = match call.agreed {
            Some(effects) => Consent::Agreed(effects.into()),
            None if self.tools.confirm_by().takes_word_of(Some(&shaped.arguments)) => Consent::Argument,
            None => Consent::Ask,
        };
        let scope = scope.clone().by_hand().with_consent(consent);
        let answer = self
            .tools
            .call_shaped(&scope, &Narrowing::none(), entry, shaped, self.tools.reply())
            .await;
        Some(DeskAnswer {
            envelope: answer.envelope,
            is_error: answer.is_error,
            effects: answer.question.map(|question| question.effects),
        })
    }
}

/// The listed schema with the lengths of texts, which are left out of what a model reads.
fn with_lengths(listed: &Map<String, Value>, whole: &Value) -> Value {
    let mut input = Value::Object(listed.clone());
    let properties = input.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if let Some(length) = whole["properties"][name].get("maxLength") {
            property["maxLength"] = length.clone();
        }
    }
    input
}
