//! Examples of operations: a fault in one is answered with that one, and not with a mutation.

use od_engine::orders::Problem;
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

const OPS: &str = "ops";
/// Where nothing tells which one is meant.
const PLAINEST: &str = "add_note";

/// The kinds of the operations that a caller gave, by their places.
pub(crate) fn kinds(arguments: &Map<String, Value>) -> Vec<String> {
    let ops = arguments.get(OPS).and_then(Value::as_array);
    let kind = |op: &Value| op.get("op").and_then(Value::as_str).unwrap_or_default().to_owned();
    ops.into_iter().flatten().map(kind).collect()
}

/// The smallest valid arguments with an operation of the kind that the first fault is in; nothing where it is in none.
pub(crate) fn of_fault(kinds: &[String], problems: &[Problem]) -> Option<Value> {
    let problem = problems
        .iter()
        .find(|problem| problem.path.split('/').nth(1) == Some(OPS))?;
    let mut below = problem.path.split('/').skip(2);
    let place = below.next().and_then(|place| place.parse::<usize>().ok());
    let misspelled = problem.suggestion.as_deref().filter(|_| below.next() == Some("op"));
    let kind = misspelled.or_else(|| kinds.get(place?).map(String::as_str));
    let op = kind.and_then(op).or_else(|| op(PLAINEST))?;
    Some(json!({ "order_id": "80012345", OPS: [op] }))
}

fn op(kind: &str) -> Option<Value> {
    let mut op = match kind {
        "set_fields" => json!({"fields": {"email": "ada@example.com"}}),
        "update_address" => json!({"address_type": "shipping", "address": {"city": "Leeds"}}),
        "add_items" => json!({"items": [{"name": "Enamel mug", "code": "MUG", "quantity": 1, "price": 14.5}]}),
        "update_items" => json!({"items": [{"id": "150000338", "quantity": 2}]}),
        "remove_items" => json!({"item_ids": ["150000338"]}),
        "add_note" | "remove_note" => json!({"content": "Called"}),
        "set_checkout_data" => json!({"values": {"Gift wrap": "yes"}}),
        "set_order_metadata" => json!({"values": {"campaign": "spring"}}),
        "set_discounts" => json!({"discounts": [{"name": "Spring", "amount": 2.5}]}),
        "move_folder" => json!({"destination_folder_id": "12"}),
        _ => return None,
    };
    op.as_object_mut()?.shift_insert(0, "op".to_owned(), kind.into());
    Some(op)
}
