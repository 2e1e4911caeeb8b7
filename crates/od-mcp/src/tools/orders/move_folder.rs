//! `orders.move_folder`.

use serde_json::{Map, Value, json};

use crate::arguments::Problem;
use crate::catalog::Toolset;
use crate::label::label;
use crate::tool::{Access, Cost, Hints, ToolSpec};
use crate::tools::schema;

pub(super) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.move_folder",
        toolset: Toolset::Orders,
        title: "Move orders to a folder",
        description: "Moves orders to another folder. This is more than filing: the shop's rules for the folder run at once \
                      and may send e-mails, submit orders to a printer or warehouse, or charge customers. Give exactly one \
                      of destination_folder_id and destination_folder_name. Asks for confirmation; clients that cannot ask \
                      pass confirm: true after asking the person. results has one row per order, with the folder it came \
                      from.",
        operations: &["POST /move-orders"],
        input: schema::arguments(
            json!({
                "order_ids": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": {"type": "string", "pattern": schema::DIGITS, "maxLength": 20},
                    "description": "Internal ids of the orders, from `orders.list`, e.g. [\"80012345\"].",
                },
                "destination_folder_id": {
                    "type": "string",
                    "pattern": schema::DIGITS,
                    "maxLength": 20,
                    "description": "Folder id from `folders.list`, e.g. \"71002\".",
                },
                "destination_folder_name": schema::text("Exact folder name from `folders.list`, e.g. \"Prepared\"."),
                "store": schema::store(),
                "dry_run": schema::dry_run(),
                "confirm": {
                    "type": "boolean",
                    "default": false,
                    "description": "true when a person has agreed to this very move.",
                },
            }),
            &["order_ids"],
        ),
        data: schema::rows("results"),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        cost: Cost::Rows("order_ids"),
        example: json!({"order_ids": ["80012345"], "destination_folder_name": "Prepared", "confirm": true}),
        check: one_destination,
        question: |arguments| {
            let count = arguments.get("order_ids").and_then(Value::as_array).map_or(0, Vec::len);
            Some(format!(
                "Move {count} order(s) to {}? The shop's rules for that folder run at once: they may send e-mails, submit \
                 orders to fulfilment or charge customers.",
                destination(arguments)
            ))
        },
    }
}

/// The destination in words, for a person.
pub(super) fn destination(arguments: &Map<String, Value>) -> String {
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).map(label);
    text("destination_folder_name")
        .map(|name| format!("the folder \"{name}\""))
        .or_else(|| text("destination_folder_id").map(|id| format!("folder {id}")))
        .unwrap_or_else(|| "another folder".to_owned())
}

fn one_destination(arguments: &Map<String, Value>) -> Vec<Problem> {
    match ["destination_folder_id", "destination_folder_name"].map(|name| arguments.contains_key(name)) {
        [true, false] | [false, true] => Vec::new(),
        [true, true] => {
            vec![Problem::new(
                "/destination_folder_name",
                "give either destination_folder_id or destination_folder_name",
            )]
        }
        [false, false] => vec![Problem::new(
            "",
            "give destination_folder_id or destination_folder_name",
        )],
    }
}
