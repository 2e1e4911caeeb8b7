//! What is wrong with a caller's arguments, and where.

use std::fmt::Display;

use serde::Serialize;

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
pub(crate) fn below(at: &str, key: impl Display) -> String {
    format!("{at}/{}", key.to_string().replace('~', "~0").replace('/', "~1"))
}

/// The allowed name nearest to `given`, when one is near enough to have been meant.
pub(crate) fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this two names have little more in common than a few letters.
    const NEAR: f64 = 0.82;
    /// "notes" for "order_notes": no typing mistake, but clearly meant.
    const CONTAINED: f64 = 0.9;

    let given = given.trim().to_lowercase().replace(['-', ' '], "_");
    let score = |name: &str| {
        let alike = strsim::jaro_winkler(&given, name);
        let contained = given.len() >= 4 && name.contains(given.as_str());
        if contained { alike.max(CONTAINED) } else { alike }
    };
    allowed
        .into_iter()
        .map(|name| (score(name), name))
        .filter(|(score, _)| *score >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
