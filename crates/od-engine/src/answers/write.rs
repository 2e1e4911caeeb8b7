//! A write, as identical ones know each other.

use serde_json::{Map, Value};

/// A write, as identical ones are known by.
#[derive(Clone, Debug)]
pub struct Write<'a> {
    /// The tool's dotted name.
    pub tool: &'a str,
    /// Its arguments, checked.
    pub arguments: &'a Map<String, Value>,
    /// Whether it works on the store that the arguments name, or on the active one.
    pub in_store: bool,
    /// Whether doing it twice is as doing it once: then it is simply done again after its process was killed.
    pub repeatable: bool,
    /// Whether it adds something, so that to do it twice adds two. Then nothing but time ends the keeping of its answer.
    pub adds: bool,
}
