//! JSON in colours, as pieces that a template puts into the page: what is in them is escaped there like any text.

use serde_json::Value;

/// A piece of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The class that it is shown with; empty for what has no colour.
    pub class: &'static str,
    pub text: String,
}

impl Token {
    /// A text without a colour.
    pub fn plain(text: String) -> Self {
        Self { class: "", text }
    }
}

/// A value as indented JSON.
pub fn tokens(value: &Value) -> Vec<Token> {
    let mut tokens = Vec::new();
    write(value, 0, &mut tokens);
    tokens
}

fn write(value: &Value, depth: usize, tokens: &mut Vec<Token>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            plain(tokens, "{");
            for (at, (name, value)) in fields.iter().enumerate() {
                plain(tokens, if at == 0 { "\n" } else { ",\n" });
                plain(tokens, &"  ".repeat(depth + 1));
                coloured(tokens, "json-key", Value::from(name.as_str()).to_string());
                plain(tokens, ": ");
                write(value, depth + 1, tokens);
            }
            close(tokens, depth, "}");
        }
        Value::Array(values) if !values.is_empty() => {
            plain(tokens, "[");
            for (at, value) in values.iter().enumerate() {
                plain(tokens, if at == 0 { "\n" } else { ",\n" });
                plain(tokens, &"  ".repeat(depth + 1));
                write(value, depth + 1, tokens);
            }
            close(tokens, depth, "]");
        }
        Value::Object(_) => plain(tokens, "{}"),
        Value::Array(_) => plain(tokens, "[]"),
        Value::String(_) => coloured(tokens, "json-text", value.to_string()),
        Value::Number(_) => coloured(tokens, "json-number", value.to_string()),
        Value::Bool(_) | Value::Null => coloured(tokens, "json-word", value.to_string()),
    }
}

fn close(tokens: &mut Vec<Token>, depth: usize, bracket: &str) {
    plain(tokens, "\n");
    plain(tokens, &"  ".repeat(depth));
    plain(tokens, bracket);
}

/// Neighbours without a colour are one piece.
fn plain(tokens: &mut Vec<Token>, text: &str) {
    match tokens.last_mut() {
        Some(last) if last.class.is_empty() => last.text.push_str(text),
        _ => tokens.push(Token::plain(text.to_owned())),
    }
}

fn coloured(tokens: &mut Vec<Token>, class: &'static str, text: String) {
    tokens.push(Token { class, text });
}

#[cfg(test)]
mod tests;
