//! Registering, changing and forgetting stores.

use serde_json::{Map, Value, json};

use crate::arguments::Problem;
use crate::catalog::Toolset;
use crate::label::label;
use crate::tool::{Access, Cost, Hints, ToolSpec, no_further_rules, no_question};
use crate::tools::schema;

fn api_key() -> Value {
    json!({
        "type": "string",
        "minLength": 8,
        "maxLength": 512,
        "description": "The store's API key, from Order Desk under Store Settings, API. Kept sealed, never shown again.",
    })
}

fn store_name() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "description": "Your own name for the store, e.g. \"Mug Shop\"; unique, not digits only. Default: Order Desk's name.",
    })
}

fn store_label() -> Value {
    schema::text("A note to yourself about the store, e.g. \"EU warehouse\".")
}

pub(super) fn register() -> ToolSpec {
    ToolSpec {
        name: "stores.register",
        toolset: Toolset::Stores,
        title: "Register a store",
        description: "Registers an Order Desk store for this tenant: tries the credentials, keeps the API key sealed and \
                      reads the store's settings. A store id or name that is already registered is refused; use \
                      `stores.update` to change one.",
        operations: &["GET /test", "GET /store"],
        input: schema::arguments(
            json!({
                "store_id": {
                    "type": "string",
                    "pattern": schema::DIGITS,
                    "maxLength": 20,
                    "description": "Order Desk's id of the store, from Store Settings, API, e.g. \"12345\".",
                },
                "api_key": api_key(),
                "store_name": store_name(),
                "label": store_label(),
                "verify": {
                    "type": "boolean",
                    "default": true,
                    "description": "false registers without trying the credentials; wrong ones then show up later.",
                },
            }),
            &["store_id", "api_key"],
        ),
        data: schema::data(json!({"store_id": {"type": "string"}, "store_name": {"type": "string"}})),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        cost: Cost::Write,
        example: json!({"store_id": "12345", "api_key": "the-api-key-of-the-store"}),
        check: no_further_rules,
        question: no_question,
    }
}

pub(super) fn update() -> ToolSpec {
    ToolSpec {
        name: "stores.update",
        toolset: Toolset::Stores,
        title: "Change a store's registration",
        description: "Changes how this server knows a store: its name, its label, or a new API key (tried before it \
                      replaces the old one). Nothing in the shop itself changes.",
        operations: &["GET /test"],
        input: schema::arguments(
            json!({
                "store": schema::store(),
                "store_name": store_name(),
                "label": store_label(),
                "api_key": api_key(),
            }),
            &["store"],
        ),
        data: schema::data(json!({"store_id": {"type": "string"}, "store_name": {"type": "string"}})),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: true,
            open_world: true,
        },
        access: Access::Write,
        cost: Cost::Write,
        example: json!({"store": "12345", "label": "EU warehouse"}),
        check: something_to_change,
        question: no_question,
    }
}

pub(super) fn delete() -> ToolSpec {
    ToolSpec {
        name: "stores.delete",
        toolset: Toolset::Stores,
        title: "Forget a store",
        description: "Removes a store and its sealed API key from this server. The shop and its orders at Order Desk stay \
                      as they are. Asks for confirmation; clients that cannot ask pass confirm: true after asking the \
                      person.",
        operations: &[],
        input: schema::arguments(
            json!({
                "store_id": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 200,
                    "description": "Order Desk store id or store name from `stores.list`, e.g. \"12345\".",
                },
                "confirm": {
                    "type": "boolean",
                    "default": false,
                    "description": "true when a person has agreed to this very deletion.",
                },
            }),
            &["store_id"],
        ),
        data: schema::data(json!({"deleted": {"type": "boolean"}})),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: true,
            open_world: false,
        },
        access: Access::Write,
        cost: Cost::Write,
        example: json!({"store_id": "12345", "confirm": true}),
        check: no_further_rules,
        question: |arguments| {
            let store = arguments.get("store_id").and_then(Value::as_str).unwrap_or_default();
            Some(format!(
                "Remove the store {} and its API key from this server?",
                label(store)
            ))
        },
    }
}

fn something_to_change(arguments: &Map<String, Value>) -> Vec<Problem> {
    if ["store_name", "label", "api_key"]
        .iter()
        .any(|name| arguments.contains_key(*name))
    {
        return Vec::new();
    }
    vec![Problem::new(
        "",
        "nothing to change: give at least one of store_name, label, api_key",
    )]
}
