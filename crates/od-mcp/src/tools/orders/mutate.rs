//! `orders.mutate_full`.

use serde_json::{Map, Value, json};

use crate::arguments::Problem;
use crate::catalog::Toolset;
use crate::tool::{Access, Cost, Hints, ToolSpec};
use crate::tools::schema;

use super::move_folder::destination;

pub(super) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.mutate_full",
        toolset: Toolset::Orders,
        title: "Change an order",
        description: "Changes an order safely: reads it, applies the change, uploads the whole record (Order Desk blanks what \
                      is left out), reads it back and reports every difference. Give exactly one of mutation and ops. \
                      mutation merges: nested objects merge, null clears a field, order_notes are appended, order_items \
                      with an id (or unique code) change that line, without one add a line. ops run in order, all or \
                      nothing: set_fields{fields}, update_address{address_type,address}, add_items{items}, \
                      update_items{items}, remove_items{item_ids}, add_note{content}, set_checkout_data{values}, \
                      set_order_metadata{values}, set_discounts{discounts}, move_folder{destination_folder_id}. Unknown and \
                      read-only fields are refused. Try dry_run first when in doubt.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "store": schema::store(),
                "mutation": {
                    "type": "object",
                    "additionalProperties": true,
                    "description": "Fields to change, as in the order: {\"shipping\":{\"city\":\"Leeds\"}}.",
                },
                "ops": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 50,
                    "description": "Operations: [{\"op\":\"add_note\",\"content\":\"Called the customer\"}].",
                    "items": {
                        "type": "object",
                        "properties": {
                            "op": {"type": "string", "enum": OPS, "description": "Which operation."},
                        },
                        "required": ["op"],
                        "additionalProperties": true,
                    },
                },
                "dry_run": schema::dry_run(),
                "confirm": {
                    "type": "boolean",
                    "default": false,
                    "description": "Needed for a move_folder operation: true when a person has agreed to the move.",
                },
            }),
            &["order_id"],
        ),
        data: schema::changed_order(),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "mutation": {"shipping": {"city": "Leeds"}}}),
        check: exactly_one_change,
        question: ask_about_moves,
    }
}

const OPS: [&str; 10] = [
    "set_fields",
    "update_address",
    "add_items",
    "update_items",
    "remove_items",
    "add_note",
    "set_checkout_data",
    "set_order_metadata",
    "set_discounts",
    "move_folder",
];

fn exactly_one_change(arguments: &Map<String, Value>) -> Vec<Problem> {
    match (arguments.contains_key("mutation"), arguments.contains_key("ops")) {
        (true, false) | (false, true) => Vec::new(),
        (true, true) => vec![Problem::new("/ops", "give either mutation or ops, not both")],
        (false, false) => vec![Problem::new("", "nothing to change: give mutation or ops")],
    }
}

/// Only the folder move sets something off that an upload cannot take back.
fn ask_about_moves(arguments: &Map<String, Value>) -> Option<String> {
    let ops = arguments.get("ops")?.as_array()?;
    let moving = ops
        .iter()
        .find(|op| op.get("op").and_then(Value::as_str) == Some("move_folder"))?;
    Some(format!(
        "Move the order to {}? The shop's rules for that folder run at once: they may send e-mails, submit the order to \
         fulfilment or charge the customer.",
        destination(moving.as_object()?)
    ))
}
