//! What is wrong with a caller's arguments, and where.

use std::fmt::Display;

use serde::Serialize;

/// Problems that get a suggestion. Nobody mends more at once, and looking for the nearest of a hundred thousand made-up
/// names would keep a processor busy for seconds.
pub const SUGGESTED: usize = 100;

/// One fault in the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a JSON Pointer (RFC 6901) into the arguments, such as `/mutation/shiping`.
    pub path: String,
    /// What is wrong, without the value itself: it may be a stranger's text or a secret.
    pub message: String,
    /// The nearest thing that is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Problem {
    /// A fault without a suggestion.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
            suggestion: None,
        }
    }

    /// The same fault with the nearest allowed thing named.
    pub fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

/// The JSON Pointer to `key` below `at`.
pub fn below(at: &str, key: impl Display) -> String {
    format!("{at}/{}", key.to_string().replace('~', "~0").replace('/', "~1"))
}
