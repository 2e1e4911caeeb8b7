//! The MCP door as a client meets it, on an engine with an in-memory database and a simulated Order Desk.

mod arguments;
mod confirmation;
mod hostile;
mod http;
mod menus;
mod order_tools;
mod misbehaving;
mod parts;
mod products;
mod stdio;
mod support;
mod tools;
