//! The agent's door: Order Desk tools for MCP clients, over stdio and Streamable HTTP.
//!
//! A call goes down once and up once: transport, [`catalog`] (does this tool exist for this caller?), [`arguments`]
//! (is the call well formed?), a handler under `tools`, the engine, and back through [`reply`].

pub mod arguments;
pub mod catalog;
pub mod http;
pub mod lint;
pub mod reference;
pub mod reply;
pub mod stdio;
pub mod tool;

mod bounds;
mod completion;
mod confirm;
mod correlation;
mod desk;
mod digits;
mod dispatch;
mod label;
mod lost;
mod prompts;
mod report_link;
mod resources;
mod server;
mod tools;
mod trace_parent;
mod unsupported;

pub use catalog::{Catalog, CatalogError, Narrowing, ToolNames, Toolset, UnknownToolset};
pub use confirm::{ConfirmBy, Question, ShortKey};
pub use desk::{Desk, DeskAnswer, DeskCall, DeskTool};
pub use dispatch::{ToolOptions, Tools};
pub use http::{BadEntry, HostList, HttpError, HttpOptions, router};
pub use lost::lost;
pub use reply::{Answer, ReplyMode};
pub use stdio::{StdioOptions, StdioSession, serve_on, serve_stdio};
pub use trace_parent::TraceParent;
