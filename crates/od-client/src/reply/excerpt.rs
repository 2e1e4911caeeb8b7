//! What of a body may be quoted in an error: little, without markup, control characters and the API key.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

/// Longest excerpt of a body, in characters.
const EXCERPT: usize = 200;

/// Longest text taken over from a JSON error, in characters.
const MESSAGE: usize = 300;

/// Most values taken over from `errors`.
const VALUES: usize = 50;

/// Bytes of a body that are looked at.
const LOOKED_AT: usize = 64 * 1024;

const WITHHELD: &str = "(not shown: this reply may hold secrets)";
const MASK: &str = "[key]";

/// Cleans text for errors.
pub(crate) struct Scrubber<'a> {
    api_key: &'a str,
    withheld: bool,
}

impl<'a> Scrubber<'a> {
    pub(crate) fn new(api_key: &'a SecretString, withheld: bool) -> Self {
        Self {
            api_key: api_key.expose_secret(),
            withheld,
        }
    }

    /// One line of at most [`MESSAGE`] characters.
    pub(crate) fn text(&self, text: &str) -> String {
        if self.withheld {
            WITHHELD.to_owned()
        } else {
            shorten(&self.without_key(text), MESSAGE)
        }
    }

    /// Any JSON with every text cleaned; nothing when it is unreasonably large.
    pub(crate) fn value(&self, value: &Value) -> Option<Value> {
        if self.withheld {
            return None;
        }
        let mut left = VALUES;
        self.clean(value, &mut left)
    }

    fn clean(&self, value: &Value, left: &mut usize) -> Option<Value> {
        *left = left.checked_sub(1)?;
        let cleaned = match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.clean(item, left)).collect::<Option<_>>()?)
            }
            Value::Object(members) => {
                let mut cleaned = Map::new();
                for (name, member) in members {
                    cleaned.insert(self.text(name), self.clean(member, left)?);
                }
                Value::Object(cleaned)
            }
            plain => plain.clone(),
        };
        Some(cleaned)
    }

    /// The start of a body that is not the JSON it should be. Broken JSON is only named: it may hold an order.
    pub(crate) fn excerpt(&self, body: &[u8]) -> String {
        if self.withheld {
            return WITHHELD.to_owned();
        }
        let start = body.trim_ascii_start();
        match start.first() {
            None => "(an empty body)".to_owned(),
            Some(b'{' | b'[') => format!("(JSON that is cut off or broken, {} bytes)", body.len()),
            Some(_) => {
                let text = String::from_utf8_lossy(&start[..start.len().min(LOOKED_AT)]);
                shorten(&without_markup(&self.without_key(&text)), EXCERPT)
            }
        }
    }

    fn without_key(&self, text: &str) -> String {
        if self.api_key.is_empty() {
            text.to_owned()
        } else {
            text.replace(self.api_key, MASK)
        }
    }
}

/// White space runs and control characters become one space; cut at `most` characters.
fn shorten(text: &str, most: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Drops tags, and scripts and styles with their content. Not an HTML parser: its output is only ever quoted as text.
fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len().min(4 * EXCERPT));
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        plain.push_str(&rest[..start]);
        plain.push(' ');
        let tag = &rest[start..];
        let end = match hidden_element(tag) {
            Some(name) => find_ignoring_case(tag, &format!("</{name}")).map(|at| at + tag[at..].find('>').unwrap_or(0)),
            None => tag.find('>'),
        };
        match end {
            Some(end) => rest = &tag[end + 1..],
            None => return plain,
        }
    }
    plain.push_str(rest);
    plain
}

fn hidden_element(tag: &str) -> Option<&'static str> {
    let is = |name: &&str| {
        tag.get(1..=name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    ["script", "style"].into_iter().find(is)
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes()
        .windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests;
