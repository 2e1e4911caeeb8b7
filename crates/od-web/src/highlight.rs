//! JSON as a person reads it: indented, and with its parts marked.

use od_engine::text::escaped;
use serde_json::Value;

#[cfg(test)]
mod tests;

/// Longer texts are cut, in bytes: a page is to stay light.
const MOST: usize = 8 * 1024;

/// A text in parts.
#[derive(Debug)]
pub struct Highlighted {
    /// The lines that are shown.
    pub parts: Vec<Part>,
    /// What follows them, when they are only its beginning.
    pub rest: Option<String>,
}

/// A part of a text that looks alike.
#[derive(Debug)]
pub struct Part {
    /// What it is: `key`, `text`, `number`, `word`; nothing for what stands between.
    pub kind: &'static str,
    /// As it is shown: what turns the direction of writing or shows nothing is told by its escape.
    pub text: String,
}

impl Part {
    /// A text of its own, which is no JSON.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            kind: "",
            text: text.into(),
        }
    }
}

/// All of a value that is short anyhow.
pub fn whole(value: &Value) -> Vec<Part> {
    parts(&format!("{value:#}"))
}

impl Highlighted {
    /// The beginning of a value that may be long.
    pub fn of(value: &Value) -> Self {
        let text = format!("{value:#}");
        let (shown, rest) = text.split_at(beginning(&text).len());
        Self {
            parts: parts(shown),
            rest: (!rest.is_empty()).then(|| rest.to_owned()),
        }
    }
}

/// As many lines as are shown. No line ends within a string.
fn beginning(text: &str) -> &str {
    if text.len() <= MOST {
        return text;
    }
    let within = text.floor_char_boundary(MOST);
    // One line alone, longer than all that is shown, is cut where it must be.
    let end = text[..within].rfind('\n').unwrap_or(within);
    &text[..end]
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '"' => {
                let length = string(rest);
                let is_key = rest[length..].starts_with(':');
                (if is_key { "key" } else { "text" }, length)
            }
            '-' | '0'..='9' => ("number", run(rest, |c| !matches!(c, ',' | '\n' | ']' | '}'))),
            't' | 'f' | 'n' => ("word", run(rest, |c| c.is_ascii_lowercase())),
            _ => ("", run(rest, |c| !matches!(c, '"' | '-' | '0'..='9' | 't' | 'f' | 'n'))),
        };
        let (token, after) = rest.split_at(length);
        parts.push(Part {
            kind,
            text: if kind.is_empty() {
                token.to_owned()
            } else {
                escaped(token).into_owned()
            },
        });
        rest = after;
    }
    parts
}

/// How long a string is, with its quotes. One that was cut goes to the end.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long the characters of a kind at the beginning are; at least one.
fn run(text: &str, is_of: impl Fn(char) -> bool) -> usize {
    let end = text.char_indices().skip(1).find(|(_, c)| !is_of(*c));
    end.map_or(text.len(), |(at, _)| at)
}
