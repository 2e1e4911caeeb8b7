//! What kept answers take of the process's memory. The bound of the cache is one for the process, so what the allocator and
//! the maps set aside counts too; the constants were measured with records as Order Desk sends them.

use std::sync::Arc;

use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// Bookkeeping of one entry: the entry itself and the cache's own nodes.
const ENTRY: usize = 480;

/// An answer that knows what it takes in memory.
pub(crate) trait Weigh: Send + Sync + 'static {
    /// Bytes beside the value itself.
    fn heap(&self) -> usize;
}

/// The bytes of an entry, with a key of `key` bytes.
pub(super) fn entry<T: Weigh>(key: usize, answer: &T) -> u32 {
    let bytes = ENTRY + allocated(key) + allocated(size_of::<T>()) + answer.heap();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl Weigh for Value {
    fn heap(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => 0,
            Self::String(text) => allocated(text.capacity()),
            Self::Array(items) => items.heap(),
            Self::Object(map) => map.heap(),
        }
    }
}

impl Weigh for Map<String, Value> {
    fn heap(&self) -> usize {
        let members = self.iter().map(|(key, value)| allocated(key.capacity()) + value.heap());
        table(self.len()) + members.sum::<usize>()
    }
}

impl<T: Weigh> Weigh for Vec<T> {
    fn heap(&self) -> usize {
        allocated(self.capacity() * size_of::<T>()) + self.iter().map(Weigh::heap).sum::<usize>()
    }
}

impl Weigh for Arc<str> {
    fn heap(&self) -> usize {
        const COUNTS: usize = 2 * size_of::<usize>();
        allocated(COUNTS + self.len())
    }
}

impl Weigh for String {
    fn heap(&self) -> usize {
        allocated(self.capacity())
    }
}

/// A map that keeps its order: a hash table of positions, and its members with their hashes, as many as the table has room
/// for.
fn table(members: usize) -> usize {
    const MEMBER: usize = size_of::<Value>() + size_of::<String>() + size_of::<u64>();
    const SLOT: usize = size_of::<usize>() + 1;
    if members == 0 {
        return 0;
    }
    let slots = (members * 8).div_ceil(7).next_power_of_two().max(4);
    allocated(slots * 7 / 8 * MEMBER) + allocated(slots * SLOT + 16)
}

/// What the allocator sets aside for so many bytes.
fn allocated(bytes: usize) -> usize {
    (bytes + bytes / 8).next_multiple_of(16)
}
