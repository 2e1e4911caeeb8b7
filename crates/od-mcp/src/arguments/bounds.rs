//! How large and how deep arguments may be, before anything walks them.
//!
//! Some work grows faster than its input: laying a thousand lines over an order compares each with each. The bounds are
//! far above every order, and low enough that no call keeps a processor to itself.

use od_engine::orders::Problem;
use serde_json::{Map, Value};

/// An order with hundreds of lines stays far below.
const MOST_BYTES: usize = 1024 * 1024;
/// An order is five levels deep.
pub(super) const MOST_LEVELS: usize = 32;
/// Values, those inside others counted: a thousand lines with fifty fields each.
pub(super) const MOST_VALUES: usize = 50_000;
/// Entries of all lists together: lines, notes, discounts, operations, rows of a batch.
const MOST_ENTRIES: usize = 2_000;

/// The bound that the arguments exceed, if any.
pub(super) fn exceeded(arguments: &Map<String, Value>) -> Option<Problem> {
    let mut size = Size::default();
    let deepest = size.members(arguments, MOST_LEVELS);
    let told = [
        (
            deepest > MOST_LEVELS,
            format!("nested deeper than {MOST_LEVELS} levels"),
        ),
        (size.bytes > MOST_BYTES, format!("larger than {MOST_BYTES} bytes")),
        (size.values > MOST_VALUES, format!("more than {MOST_VALUES} values")),
        (
            size.entries > MOST_ENTRIES,
            format!("lists of more than {MOST_ENTRIES} entries together: split the call"),
        ),
    ];
    told.into_iter()
        .find(|(exceeded, _)| *exceeded)
        .map(|(_, message)| Problem::new("", message))
}

#[derive(Default)]
struct Size {
    bytes: usize,
    values: usize,
    entries: usize,
}

impl Size {
    /// Adds `value`. Levels below and including it, looking at most one level further than `left`.
    fn add(&mut self, value: &Value, left: usize) -> usize {
        self.values += 1;
        if left == 0 {
            return 1;
        }
        match value {
            Value::Array(items) => {
                self.entries += items.len();
                let depths = items.iter().map(|item| self.add(item, left - 1));
                1 + depths.max().unwrap_or(0)
            }
            Value::Object(members) => 1 + self.members(members, left - 1),
            Value::String(text) => {
                self.bytes += text.len();
                1
            }
            _ => {
                self.bytes += 8;
                1
            }
        }
    }

    /// Adds the members of an object. The levels of the deepest.
    fn members(&mut self, members: &Map<String, Value>, left: usize) -> usize {
        let depths = members.iter().map(|(name, member)| {
            self.bytes += name.len();
            self.add(member, left)
        });
        depths.max().unwrap_or(0)
    }
}
