//! The agent's tools as this door sees them: values, and ways to run one. The program puts them in.

use std::pin::Pin;
use std::sync::Arc;

use od_engine::{Identity, Scope};
use serde_json::{Map, Value};

/// What the console works with.
#[derive(Clone)]
pub struct Desk {
    /// What somebody may run, in the order it is listed.
    pub tools: Arc<Listing>,
    /// A tool's dotted name as it is listed; what is no tool's name stays as it is.
    pub listed: Arc<Naming>,
    /// The arguments of a form, in which everything is text, in the spelling of the tool's schema. What cannot be meant stays
    /// as it is.
    pub meant: Arc<Meaning>,
    /// The arguments that stand in a text of JSON, or why they are not taken.
    pub read: fn(&str) -> Result<Map<String, Value>, String>,
    /// Runs a tool; nothing when there is none of that name.
    pub run: Arc<Running>,
}

/// Nothing to run.
impl Default for Desk {
    fn default() -> Self {
        Self {
            tools: Arc::new(|_| Vec::new()),
            listed: Arc::new(str::to_owned),
            meant: Arc::new(|_, typed| typed),
            read: |_| Ok(Map::new()),
            run: Arc::new(|_, _| Box::pin(std::future::ready(None))),
        }
    }
}

/// See [`Desk::tools`].
pub type Listing = dyn Fn(&Identity) -> Vec<Tool> + Send + Sync;
/// See [`Desk::listed`].
pub type Naming = dyn Fn(&str) -> String + Send + Sync;
/// See [`Desk::meant`].
pub type Meaning = dyn Fn(&str, Map<String, Value>) -> Map<String, Value> + Send + Sync;
/// See [`Desk::run`].
pub type Running = dyn Fn(Scope, Run) -> Pin<Box<dyn Future<Output = Option<Ran>> + Send>> + Send + Sync;

/// A tool, as a person chooses it and fills in its form.
#[derive(Clone, Debug)]
pub struct Tool {
    /// As clients see it listed, e.g. `orders_list`.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// The group it belongs to, e.g. `orders`.
    pub toolset: String,
    /// What it does, its side effects, and when to use another tool.
    pub description: String,
    /// JSON Schema of its arguments, an object.
    pub input: Value,
    /// Whether stores or orders are changed by it.
    pub changes: bool,
    /// Whether it may overwrite or remove something.
    pub destructive: bool,
}

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The tool's name.
    pub tool: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// The effects that the person was shown and agreed to, word for word.
    pub agreed: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The envelope: `status` with `data`, or with `error`.
    pub envelope: Map<String, Value>,
    /// Whether the call failed.
    pub is_error: bool,
    /// What the person has to agree to before it is carried out; set when it failed for want of that.
    pub effects: Option<String>,
}

/// Functions cannot be shown.
impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}
