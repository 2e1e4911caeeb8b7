//! What a tool is: its contract with the agent and its handler, in one value.

use od_engine::orders::Problem;
use od_engine::{Engine, Error, Grants, Outcome, Permission, Scope, Work};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::catalog::Toolset;
use crate::reply::Shape;

/// One tool, as its file under `tools/` declares it.
///
/// The names are dotted, the product's own vocabulary; texts may name other tools the same way and in backticks, and
/// the catalog spells them as the client sees them.
pub struct ToolSpec {
    /// Dotted name, e.g. `orders.list`.
    pub name: &'static str,
    /// The group it is switched on and off with.
    pub toolset: Toolset,
    /// A few words for people.
    pub title: &'static str,
    /// What it does, its side effects, and when to use another tool. ASCII.
    pub description: &'static str,
    /// The Order Desk operations it performs, e.g. `GET /orders`; empty for tools that never leave this server.
    pub operations: &'static [&'static str],
    /// Schema of the arguments, by hand: what every client accepts is narrower than JSON Schema (see `lint`).
    pub input: Value,
    /// Schema of the reply's `data` member; permissive, because most of it is Order Desk's.
    pub data: Value,
    /// The protocol's four hints.
    pub hints: Hints,
    /// What it touches, for the read-only mode.
    pub access: Access,
    /// What the credential must allow, all of it; nothing for signing in.
    pub permissions: &'static [Permission],
    /// What it costs the tenant's call budget.
    pub cost: Cost,
    /// The smallest valid arguments: shown in validation errors and in the reference.
    pub example: Value,
    /// Rules the schema cannot say (either/or, known field names); told together with the schema's.
    pub check: fn(&Map<String, Value>) -> Vec<Problem>,
    /// What may be left out of a reply that would be too large.
    pub shape: Shape,
    /// Does it.
    pub handler: Handler,
}

impl ToolSpec {
    /// A permission that it takes and that was not granted.
    pub fn lacks(&self, grants: Grants) -> Option<Permission> {
        self.permissions
            .iter()
            .copied()
            .find(|permission| !grants.allow(*permission))
    }
}

/// What a tool does with a call whose arguments are checked.
pub type Handler = fn(Invocation) -> Work<Outcome<Value>>;

/// One checked call.
pub struct Invocation {
    /// Does the work.
    pub engine: Engine,
    /// Who calls.
    pub scope: Scope,
    /// Checked against the tool's schema and rules.
    pub arguments: Map<String, Value>,
}

impl Invocation {
    /// The arguments as the handler's own type.
    ///
    /// # Errors
    /// The type asks for more than the schema does: a mistake in the tool.
    pub fn decode<T: DeserializeOwned>(self) -> Result<(Engine, Scope, T), Error> {
        match serde_json::from_value(Value::Object(self.arguments)) {
            Ok(arguments) => Ok((self.engine, self.scope, arguments)),
            Err(_) => Err(Error::Internal("a tool cannot decode arguments that its schema admits")),
        }
    }
}

/// Data of the engine as it stands in a reply.
///
/// # Errors
/// The data does not serialise: a mistake in the engine.
pub(crate) fn as_reply<T: serde::Serialize>(outcome: Outcome<T>) -> Result<Outcome<Value>, Error> {
    let data = serde_json::to_value(&outcome.data);
    let data = data.map_err(|_| Error::Internal("a reply cannot be written as JSON"))?;
    Ok(outcome.map(|_| data))
}

/// The tool annotations of the protocol, all four always said: an absent one counts as destructive with some clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the protocol's own four independent hints"
)]
pub struct Hints {
    /// Changes nothing anywhere.
    pub read_only: bool,
    /// May overwrite or remove something.
    pub destructive: bool,
    /// Doing it twice is as doing it once.
    pub idempotent: bool,
    /// Talks to Order Desk.
    pub open_world: bool,
}

impl Hints {
    /// A read of this server's own data.
    pub const LOCAL_READ: Self = Self {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
    };
    /// A read that may ask Order Desk.
    pub const REMOTE_READ: Self = Self {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: true,
    };
}

/// What a tool touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing is changed.
    Read,
    /// Only the caller's own working context (who it is, which store is active): allowed in read-only mode.
    Context,
    /// Stores or orders are changed: hidden and refused in read-only mode.
    Write,
}

/// What a call costs of the tenant's budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A read: 1.
    Read,
    /// A write: 2.
    Write,
    /// A question about many orders: 2.
    Question,
    /// One per row of the named array argument, from 2 to 20.
    Rows(&'static str),
    /// One per row of the table in the named text argument, from 2 to 20. Counted by its line ends, or by the objects of a list: what is
    /// not paid for yet is not read.
    Table(&'static str),
}

impl Cost {
    /// The number of budget tokens for a call with `arguments`.
    pub fn of(self, arguments: &Map<String, Value>) -> u32 {
        const QUESTION: usize = 2;
        const WRITE: usize = 2;
        const MOST: usize = 20;
        let tokens = match self {
            Self::Read => 1,
            Self::Write => WRITE,
            Self::Question => QUESTION,
            Self::Rows(name) => arguments
                .get(name)
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
                .clamp(WRITE, MOST),
            Self::Table(name) => arguments
                .get(name)
                .and_then(Value::as_str)
                .map_or(0, rows)
                .clamp(WRITE, MOST),
        };
        u32::try_from(tokens).unwrap_or(u32::MAX)
    }
}

/// About how many rows a pasted table has below its heading.
fn rows(table: &str) -> usize {
    let count = |mark: u8| table.trim().bytes().filter(|byte| *byte == mark).count();
    [b'\n', b'\r', b'{'].map(count).into_iter().max().unwrap_or(0)
}

/// For tools whose schema says everything.
pub(crate) fn no_further_rules(_: &Map<String, Value>) -> Vec<Problem> {
    Vec::new()
}
