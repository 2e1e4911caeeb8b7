//! The MCP door as a client meets it, on an engine with an in-memory database and a simulated Order Desk.

mod abandoned;
mod answers;
mod arguments;
mod compressed;
mod confirmation;
mod desk;
mod examples;
mod hostile;
mod http;
mod isolation;
mod menus;
mod misbehaving;
mod oauth;
mod operations;
mod order_tools;
mod pages;
mod parts;
mod play;
mod products;
mod replies;
mod spellings;
mod stdio;
mod steering;
mod support;
mod tokens;
mod tools;
