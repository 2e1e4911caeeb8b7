//! Registering, changing and forgetting stores.

use od_engine::orders::Problem;
use od_engine::stores::{Register, UpdateStore};
use od_engine::{Error, Outcome, Permission};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, as_reply, no_further_rules};
use crate::tools::schema;

fn api_key() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 256,
        "description": "From Store Settings, API. Sealed, never shown again.",
    })
}

fn store_name(description: &str) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 100, "description": description})
}

fn store_label() -> Value {
    json!({
        "type": "string",
        "maxLength": 200,
        "description": "A note to yourself.",
    })
}

/// Which store, where none is taken for granted.
fn named_store() -> Value {
    let mut store = schema::store();
    store["description"] = "Store name or id.".into();
    store
}

pub(in crate::tools) fn register() -> ToolSpec {
    ToolSpec {
        name: "stores.register",
        toolset: Toolset::Stores,
        title: "Register a store",
        description: "Registers an Order Desk store: tries the credentials, seals the API key, reads the settings. An \
                      id or name already registered is refused; `stores.update` changes one.",
        operations: &["GET /test", "GET /store"],
        input: schema::arguments(
            json!({
                "store_id": {
                    "type": "string",
                    "pattern": schema::DIGITS,
                    "maxLength": 20,
                    "description": "From Store Settings, API, e.g. 12345.",
                },
                "api_key": api_key(),
                "store_name": store_name("Your name for it, e.g. Mug Shop; unique, not digits only. Default: Order Desk's."),
                "label": store_label(),
                "verify": {
                    "type": "boolean",
                    "default": true,
                    "description": "false skips trying the credentials; wrong ones show up later.",
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
        permissions: &[Permission::StoresWrite],
        cost: Cost::Write,
        example: json!({"store_id": "12345", "api_key": "the-api-key-of-the-store"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run_register(call)),
    }
}

pub(in crate::tools) fn update() -> ToolSpec {
    ToolSpec {
        name: "stores.update",
        toolset: Toolset::Stores,
        title: "Change a store's registration",
        description: "Changes how this server knows a store: name, label or API key (tried before it replaces the \
                      old). The shop itself stays as it is.",
        operations: &["GET /test"],
        input: schema::arguments(
            json!({
                "store": named_store(),
                "store_name": store_name("A new name: unique, not digits only."),
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
        permissions: &[Permission::StoresWrite],
        cost: Cost::Write,
        example: json!({"store": "12345", "label": "EU warehouse"}),
        check: something_to_change,
        shape: Shape::Record,
        handler: |call| Box::pin(run_update(call)),
    }
}

pub(in crate::tools) fn delete() -> ToolSpec {
    ToolSpec {
        name: "stores.delete",
        toolset: Toolset::Stores,
        title: "Forget a store",
        description: "Removes a store and its sealed API key from this server. The shop at Order Desk and its orders \
                      stay.",
        operations: &[],
        input: schema::arguments(
            json!({
                "store_id": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 200,
                    "description": "Store id or name from `stores.list`, e.g. 12345.",
                },
                "confirm": schema::confirm(),
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
        permissions: &[Permission::StoresWrite],
        cost: Cost::Write,
        example: json!({"store_id": "12345"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run_delete(call)),
    }
}

fn something_to_change(arguments: &Map<String, Value>) -> Vec<Problem> {
    if ["store_name", "label", "api_key"]
        .iter()
        .any(|name| arguments.contains_key(*name))
    {
        return Vec::new();
    }
    vec![Problem::new("", "name at least one of store_name, label and api_key")]
}

#[derive(Deserialize)]
struct RegisterArguments {
    store_id: String,
    api_key: SecretString,
    store_name: Option<String>,
    label: Option<String>,
    #[serde(default = "yes")]
    verify: bool,
}

fn yes() -> bool {
    true
}

async fn run_register(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<RegisterArguments>()?;
    let RegisterArguments {
        store_id,
        api_key,
        store_name,
        label,
        verify,
    } = arguments;
    as_reply(
        engine
            .stores()
            .register(
                &scope,
                Register {
                    store_id,
                    api_key,
                    store_name,
                    label,
                    verify,
                },
            )
            .await?,
    )
}

#[derive(Deserialize)]
struct UpdateArguments {
    store: String,
    store_name: Option<String>,
    label: Option<String>,
    api_key: Option<SecretString>,
}

async fn run_update(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<UpdateArguments>()?;
    let UpdateArguments {
        store,
        store_name,
        label,
        api_key,
    } = arguments;
    as_reply(
        engine
            .stores()
            .update(
                &scope,
                &store,
                UpdateStore {
                    store_name,
                    label,
                    api_key,
                },
            )
            .await?,
    )
}

#[derive(Deserialize)]
struct DeleteArguments {
    store_id: String,
    #[serde(default)]
    confirm: bool,
}

async fn run_delete(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<DeleteArguments>()?;
    let DeleteArguments { store_id, confirm } = arguments;
    let deleted = engine.stores().delete_if_agreed(&scope, &store_id, confirm).await?;
    Ok(deleted.map(|store| json!({"deleted": true, "store_id": store.store_id, "store_name": store.store_name})))
}
