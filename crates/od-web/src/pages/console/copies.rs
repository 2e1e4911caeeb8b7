//! A call as texts to take elsewhere, without secrets.

use od_engine::redact::is_secret;
use od_engine::text::json_escape;
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

/// Stands for what whoever pastes a text has to put in.
const PLACEHOLDER: &str = "PLACEHOLDER";

/// The arguments with a placeholder for each that is a secret.
pub fn without_secrets(arguments: &Map<String, Value>) -> Map<String, Value> {
    let told = arguments.iter().map(|(name, value)| {
        let value = if is_secret(name) {
            PLACEHOLDER.into()
        } else {
            value.clone()
        };
        (name.clone(), value)
    });
    told.collect()
}

/// The message with which a client makes the call.
pub fn message(tool: &str, arguments: &Map<String, Value>) -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": tool, "arguments": without_secrets(arguments) },
    })
}

/// The call as a command for bash, with a placeholder for the key. Whatever the arguments hold stands between single quotes
/// and in ASCII: nothing of it is expanded, and nothing of it looks like something else.
pub fn curl(endpoint: &str, tool: &str, arguments: &Map<String, Value>) -> String {
    let body = in_ascii(&message(tool, arguments).to_string());
    [
        format!("curl --silent --show-error {}", quoted(&in_ascii(endpoint))),
        format!("  --header 'Authorization: Bearer {PLACEHOLDER}'"),
        "  --header 'Content-Type: application/json'".to_owned(),
        "  --header 'Accept: application/json, text/event-stream'".to_owned(),
        format!("  --data-raw {}", quoted(&body)),
    ]
    .join(" \\\n")
}

/// One word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// JSON with escapes for everything that is not printable ASCII.
fn in_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == ' ' || c.is_ascii_graphic() {
            text.push(c);
        } else {
            text.push_str(&json_escape(c));
        }
    }
    text
}
