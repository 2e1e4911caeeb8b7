//! The agent's door: Order Desk tools for MCP clients, over stdio and Streamable HTTP.
//!
//! A call goes down once and up once: transport, [`catalog`] (does this tool exist for this caller?), [`arguments`]
//! (is the call well formed?), a handler in [`tools`], the engine, and back through [`reply`].

pub mod arguments;
pub mod catalog;
pub mod http;
pub mod lint;
pub mod reply;
pub mod tool;

mod label;
mod tools;

pub use catalog::{Catalog, Narrowing, ToolNames, Toolset};
pub use tool::ToolSpec;
