//! The shape of a log line.

use std::fmt::Write;

use od_engine::text::clean_text;
use serde_json::{Map, Value};
use tracing::Metadata;
use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime, SystemTime},
};

use crate::config::LogFormat;

/// Members every JSON line has; a field of the same name gets an underscore after it.
const RESERVED: [&str; 3] = ["timestamp", "level", "target"];

/// One line without its end. `fields` are redacted already and hold the message.
pub fn render(format: LogFormat, metadata: &Metadata<'_>, fields: Map<String, Value>) -> String {
    match format {
        LogFormat::Json => json(metadata, fields),
        LogFormat::Pretty => pretty(metadata, fields),
    }
}

fn json(metadata: &Metadata<'_>, mut fields: Map<String, Value>) -> String {
    let mut line = Map::new();
    line.insert("timestamp".to_owned(), now().into());
    line.insert("level".to_owned(), metadata.level().as_str().into());
    line.insert("target".to_owned(), metadata.target().into());
    if let Some(message) = fields.shift_remove("message") {
        line.insert("message".to_owned(), message);
    }
    for (name, value) in fields {
        let name = if RESERVED.contains(&name.as_str()) {
            format!("{name}_")
        } else {
            name
        };
        line.insert(name, value);
    }
    visible(&Value::Object(line).to_string())
}

fn pretty(metadata: &Metadata<'_>, mut fields: Map<String, Value>) -> String {
    let message = fields
        .shift_remove("message")
        .map(|message| plain(&message))
        .unwrap_or_default();
    let mut line = format!("{} {:5} {message}", now(), metadata.level().as_str());
    for (name, value) in &fields {
        let _ = write!(line, " {name}={}", plain(value));
    }
    let _ = write!(line, " ({})", metadata.target());
    line
}

/// JSON that hides nothing: what nobody can see, or what turns the writing around, stands in it by its code.
fn visible(json: &str) -> String {
    let mut units = [0; 2];
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() || !is_hidden(c) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// A value on one line: logged text cannot forge a line, move the cursor or turn the writing around.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars()
        .map(|c| if c.is_control() || is_hidden(c) { ' ' } else { c })
        .collect()
}

fn is_hidden(c: char) -> bool {
    let mut bytes = [0; 4];
    // The two separators end a line for some that show one.
    matches!(c, '\u{2028}' | '\u{2029}') || (!c.is_ascii() && clean_text(c.encode_utf8(&mut bytes)).is_empty())
}

fn now() -> String {
    let mut text = String::new();
    // The clock's own format (RFC 3339, UTC) cannot fail on a string.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}
