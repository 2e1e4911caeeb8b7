//! How large and how deep arguments may be, before anything walks them.

use od_engine::orders::Problem;
use serde_json::{Map, Value};

/// An order with hundreds of lines stays far below.
const MOST_BYTES: usize = 1024 * 1024;
/// An order is five levels deep.
const MOST_LEVELS: usize = 32;

/// The bound that the arguments exceed, if any.
pub(super) fn exceeded(arguments: &Map<String, Value>) -> Option<Problem> {
    let mut size = 0;
    let deepest = arguments.iter().map(|(name, value)| {
        size += name.len();
        depth(value, MOST_LEVELS, &mut size)
    });
    if deepest.max().unwrap_or(0) > MOST_LEVELS {
        return Some(Problem::new("", format!("nested deeper than {MOST_LEVELS} levels")));
    }
    (size > MOST_BYTES).then(|| Problem::new("", format!("larger than {MOST_BYTES} bytes")))
}

/// Levels below and including `value`, looking at most one level further than `left`; adds its size up on the way.
fn depth(value: &Value, left: usize, size: &mut usize) -> usize {
    if left == 0 {
        return 1;
    }
    match value {
        Value::Array(items) => 1 + items.iter().map(|item| depth(item, left - 1, size)).max().unwrap_or(0),
        Value::Object(members) => {
            let deepest = members.iter().map(|(name, member)| {
                *size += name.len();
                depth(member, left - 1, size)
            });
            1 + deepest.max().unwrap_or(0)
        }
        Value::String(text) => {
            *size += text.len();
            1
        }
        _ => {
            *size += 8;
            1
        }
    }
}
