//! What tells the deed, of arguments that are too long to be recorded whole.

use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// Of longer lists that many items are kept.
const MOST_ITEMS: usize = 100;
/// Longer texts are left out, in bytes of JSON: names of stores and folders are shorter.
const SHORT: usize = 256;
/// Deeper lists and objects are kept whole or not at all. The ids of an order's lines are this deep inside a list of
/// operations: arguments, operations, operation, lines, line.
const MOST_DEPTH: usize = 5;

/// What tells the deed of `arguments`, in at most `room` bytes of JSON: what is short whole, of longer lists the first
/// hundred items, and of longer objects first what names them. Not redacted. Texts are kept whole or not at all, so that
/// redaction knows what they are. Always an object.
pub(super) fn essence(arguments: &Value, room: usize) -> Value {
    let kept = Cut { depth: 0 }.value(arguments, room).map(|part| part.value);
    kept.filter(Value::is_object)
        .unwrap_or_else(|| Value::Object(Map::new()))
}

/// How many bytes of JSON that is, unless it is more than `most`; then no more is looked at than needed to know.
pub(super) fn size<T: Serialize + ?Sized>(value: &T, most: usize) -> Option<usize> {
    let mut count = Count { bytes: 0, most };
    serde_json::to_writer(&mut count, value).ok().map(|()| count.bytes)
}

struct Count {
    bytes: usize,
    most: usize,
}

impl io::Write for Count {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.bytes += part.len();
        if self.bytes > self.most {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Something that is kept, and how many bytes of JSON it is.
struct Part {
    value: Value,
    size: usize,
}

/// Where in the arguments the cutting stands.
#[derive(Clone, Copy)]
struct Cut {
    depth: usize,
}

impl Cut {
    fn value(self, value: &Value, room: usize) -> Option<Part> {
        if let Some(size) = size(value, room) {
            let value = value.clone();
            return Some(Part { value, size });
        }
        if self.depth == MOST_DEPTH || room < 2 {
            return None;
        }
        match value {
            Value::Array(items) => self.deeper().list(items, room),
            Value::Object(members) => self.deeper().object(members, room),
            _ => None,
        }
    }

    /// The first items, each in its part of the room and of what those before it left.
    fn list(self, items: &[Value], room: usize) -> Option<Part> {
        let mut kept = Vec::new();
        let mut size = 2;
        let mut to_come = items.len().min(MOST_ITEMS);
        for item in items.iter().take(MOST_ITEMS) {
            let part = self.value(item, ((room - size) / to_come).saturating_sub(1));
            to_come -= 1;
            if let Some(part) = part {
                size += part.size + 1;
                kept.push(part.value);
            }
        }
        let value = Value::Array(kept);
        (size > 2).then_some(Part { value, size })
    }

    fn object(self, members: &Map<String, Value>, room: usize) -> Option<Part> {
        let mut kept = Map::new();
        let mut size = 2;
        for rank in [Rank::Names, Rank::Holds, Rank::Tells] {
            let mut to_come = members.iter().filter(|member| self.rank(member) == rank).count();
            for (name, value) in members.iter().filter(|member| self.rank(member) == rank) {
                let room = match rank {
                    // Whatever is in the lists before it, the last one has its part.
                    Rank::Holds => (room - size) / to_come,
                    Rank::Names | Rank::Tells => (room - size).min(SHORT),
                };
                to_come -= 1;
                // A colon and a comma.
                let Some(named) = self::size(name, room).map(|bytes| bytes + 2) else {
                    continue;
                };
                if let Some(part) = self.value(value, room.saturating_sub(named)) {
                    size += named + part.size;
                    kept.insert(name.clone(), part.value);
                }
            }
        }
        let value = Value::Object(kept);
        (size > 2).then_some(Part { value, size })
    }

    fn rank(self, (name, value): &(&String, &Value)) -> Rank {
        match value {
            Value::Array(_) | Value::Object(_) => Rank::Holds,
            // A tool takes no arguments but its own.
            _ if self.depth == 1 || names(name) => Rank::Names,
            _ => Rank::Tells,
        }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1 }
    }
}

/// What is kept first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// It names what is done and to what.
    Names,
    /// What names it may be inside.
    Holds,
    /// Anything else.
    Tells,
}

/// Whether a member of this name tells what is done, to which thing, or where that goes.
fn names(name: &str) -> bool {
    matches!(name, "op" | "id" | "code") || name.ends_with("_id") || name.starts_with("destination")
}
