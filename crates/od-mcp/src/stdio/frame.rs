//! One line of standard input: a message, or why it is none.
//!
//! The protocol library passes over what it cannot read without a word, and whoever sent it waits for ever. Here every
//! request whose id can be read gets an answer with it, and what is no JSON one without (JSON-RPC 2.0, section 5).

use std::fmt;

use rmcp::RoleServer;
use rmcp::model::{ErrorCode, ErrorData, JsonRpcMessage, RequestId};
use rmcp::service::RxJsonRpcMessage;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

use crate::bounds;
use crate::lost::lost;

#[cfg(test)]
mod tests;

/// The longest id that is sent back.
const LONGEST_ID: usize = 200;

/// What a line turned out to be.
#[derive(Debug)]
pub(super) enum Frame {
    /// A message for the protocol library.
    Message(Box<RxJsonRpcMessage<RoleServer>>),
    /// Something that has to be answered. Says nothing of its content.
    Refused(Refusal),
    /// Something that nobody waits for an answer to, and why it is left out.
    LeftOut(String),
    /// An answer to a question of ours that cannot be told from others, and why.
    LostAnswer(String),
}

/// Why a line is no message.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    /// The request's, where it could be read; else null.
    pub id: Value,
    pub code: ErrorCode,
    pub reason: String,
}

impl Refusal {
    /// The answer as JSON-RPC. Not the library's own type, which leaves out an id that is not known.
    pub(super) fn to_json(&self) -> Value {
        json!({"jsonrpc": "2.0", "id": self.id, "error": {"code": self.code.0, "message": self.reason}})
    }
}

/// Reads a line without its end.
pub(super) fn read(line: &[u8]) -> Frame {
    if let Err(reason) = std::str::from_utf8(line) {
        let reason = format!("not UTF-8 at byte {}", reason.valid_up_to() + 1);
        return refused(line, ErrorCode::PARSE_ERROR, reason);
    }
    if let Err(excess) = bounds::count(line) {
        return refused(line, ErrorCode::INVALID_REQUEST, excess.to_string());
    }
    if let Some(reason) = lost(line) {
        return refused(line, ErrorCode::INVALID_PARAMS, reason);
    }
    match serde_json::from_slice(line) {
        Ok(message) => Frame::Message(message),
        Err(_) => match serde_json::from_slice::<Value>(line) {
            Err(error) => {
                let reason = bounds::fault(line).unwrap_or_else(|| error.to_string());
                refused(
                    line,
                    ErrorCode::PARSE_ERROR,
                    format!("no JSON that can be read: {reason}"),
                )
            }
            Ok(Value::Array(_)) => {
                let reason = "a batch: send one message a line".to_owned();
                refused(line, ErrorCode::INVALID_REQUEST, reason)
            }
            Ok(value) => {
                let outline = Outline::of(line);
                if outline.has_method && value.get("id").is_none() {
                    return Frame::LeftOut("a notification that this server does not know".to_owned());
                }
                refused(line, ErrorCode::INVALID_REQUEST, "no JSON-RPC 2.0 message".to_owned())
            }
        },
    }
}

/// What is answered to a line of which only the beginning was kept, because it is longer than `most` bytes.
pub(super) fn too_long(beginning: &[u8], most: usize) -> Frame {
    let reason = format!("longer than {most} bytes");
    refused(beginning, ErrorCode::INVALID_REQUEST, reason)
}

fn refused(line: &[u8], code: ErrorCode, reason: String) -> Frame {
    let Outline {
        id,
        has_method,
        has_outcome,
    } = Outline::of(line);
    if has_outcome && !has_method {
        // An answer to a question of ours: an error in its place, so that nobody waits for another.
        return match id.and_then(|id| serde_json::from_value::<RequestId>(id).ok()) {
            Some(id) => {
                let error = ErrorData::new(code, reason, None);
                Frame::Message(Box::new(JsonRpcMessage::error(error, Some(id))))
            }
            None => Frame::LostAnswer(reason),
        };
    }
    Frame::Refused(Refusal {
        // Of a broken line without a method nobody knows whether it was a request.
        id: id
            .filter(|id| is_id(id) && (has_method || code != ErrorCode::PARSE_ERROR))
            .unwrap_or(Value::Null),
        code,
        reason,
    })
}

fn is_id(id: &Value) -> bool {
    id.is_number() || id.as_str().is_some_and(|text| text.len() <= LONGEST_ID)
}

/// What can be seen of a message from outside, also of one that is broken further on.
#[derive(Default)]
struct Outline {
    id: Option<Value>,
    has_method: bool,
    has_outcome: bool,
}

impl Outline {
    fn of(line: &[u8]) -> Self {
        let mut outline = Self::default();
        let mut json = serde_json::Deserializer::from_slice(line);
        // Where it ends early, what came before it counts.
        drop(Sketch(&mut outline).deserialize(&mut json));
        outline
    }
}

struct Sketch<'a>(&'a mut Outline);

impl<'de> DeserializeSeed<'de> for Sketch<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Sketch<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" if self.0.id.is_none() => {
                    self.0.id = Some(map.next_value()?);
                    continue;
                }
                "method" => self.0.has_method = true,
                "result" | "error" => self.0.has_outcome = true,
                _ => {}
            }
            // Passes over what cannot be read, too, as long as its brackets and quotes close.
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
