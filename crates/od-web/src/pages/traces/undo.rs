//! Putting a changed order back: the console with the values of before filled in. Nothing is done until a person runs it there.

use od_engine::Altered;
use serde_json::{Map, Value, json};

/// The tool that does it, and the record that it is for.
pub const TOOL: &str = "orders_mutate_full";
const RECORD: &str = "order";

/// What the console is filled in with.
pub struct Undo {
    pub store_id: String,
    /// The arguments, as JSON.
    pub arguments: String,
}

/// What puts an order back that was changed field by field. Nothing for several records, for what was not kept whole or may not
/// have taken place, and for parts of lists, whose places may be others' by now.
pub fn undo(store_id: &str, altered: &[Altered]) -> Option<Undo> {
    let [altered] = altered else { return None };
    let id = altered.id.as_ref()?;
    let is_whole = !altered.is_uncertain && altered.left_out_changes.is_none();
    if store_id.is_empty() || altered.record != RECORD || altered.changes.is_empty() || !is_whole {
        return None;
    }
    let mut mutation = Map::new();
    for change in &altered.changes {
        if change.before_left_out_bytes.is_some() {
            return None;
        }
        let before = change.before.clone().unwrap_or(Value::Null);
        set(&mut mutation, change.path.strip_prefix('/')?, before)?;
    }
    let arguments = json!({ "order_id": id, "mutation": mutation });
    Some(Undo {
        store_id: store_id.to_owned(),
        arguments: format!("{arguments:#}"),
    })
}

/// Puts a value where a JSON Pointer (RFC 6901) says, through objects alone.
fn set(object: &mut Map<String, Value>, path: &str, value: Value) -> Option<()> {
    let (name, rest) = match path.split_once('/') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let name = name.replace("~1", "/").replace("~0", "~");
    match rest {
        None => {
            object.insert(name, value);
            Some(())
        }
        Some(rest) => set(
            object.entry(name).or_insert_with(|| json!({})).as_object_mut()?,
            rest,
            value,
        ),
    }
}

#[cfg(test)]
mod tests;
