//! Finding stores and choosing the one to work on.

use od_engine::{Error, Outcome, Permission};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, as_reply, no_further_rules};
use crate::tools::schema;

fn identifier() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Store id or name, in any case, e.g. Mug Shop.",
    })
}

pub(in crate::tools) fn list() -> ToolSpec {
    ToolSpec {
        name: "stores.list",
        toolset: Toolset::Stores,
        title: "List stores",
        description: "Lists the tenant's stores: id, name, label, which is active. Start here. API keys are never \
                      shown.",
        operations: &[],
        input: schema::arguments(json!({}), &[]),
        data: schema::rows("stores"),
        hints: Hints::LOCAL_READ,
        access: Access::Read,
        permissions: &[Permission::StoresRead],
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        shape: Shape::Rows("stores"),
        handler: |call| Box::pin(run_list(call)),
    }
}

pub(in crate::tools) fn use_store() -> ToolSpec {
    ToolSpec {
        name: "stores.use_store",
        toolset: Toolset::Stores,
        title: "Choose a store",
        description: "Makes a store active: the default of store arguments. The choice belongs to the credential and \
                      to connections of this kind (over stdio: to this process; a read-only one never moves a writing \
                      one's) until changed. A single store needs no choosing.",
        operations: &[],
        input: schema::arguments(json!({"identifier": identifier()}), &["identifier"]),
        data: schema::data(json!({"store_id": {"type": "string"}, "store_name": {"type": "string"}})),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
        access: Access::Context,
        permissions: &[Permission::StoresRead],
        cost: Cost::Read,
        example: json!({"identifier": "12345"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run_use_store(call)),
    }
}

pub(in crate::tools) fn resolve() -> ToolSpec {
    ToolSpec {
        name: "stores.resolve",
        toolset: Toolset::Stores,
        title: "Find a store",
        description: "Tells which store an identifier means: ids first, then names; matched_by says which. Changes \
                      nothing; `stores.use_store` makes it active.",
        operations: &[],
        input: schema::arguments(json!({"identifier": identifier()}), &["identifier"]),
        data: schema::data(json!({
            "store_id": {"type": "string"},
            "store_name": {"type": "string"},
            "matched_by": {"type": "string"},
        })),
        hints: Hints::LOCAL_READ,
        access: Access::Read,
        permissions: &[Permission::StoresRead],
        cost: Cost::Read,
        example: json!({"identifier": "12345"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run_resolve(call)),
    }
}

#[derive(Deserialize)]
struct Identifier {
    identifier: String,
}

async fn run_list(call: Invocation) -> Result<Outcome<Value>, Error> {
    let stores = call.engine.stores().list(&call.scope).await?;
    Ok(stores.map(|stores| json!({ "stores": stores })))
}

async fn run_use_store(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<Identifier>()?;
    as_reply(engine.stores().use_store(&scope, &arguments.identifier).await?)
}

async fn run_resolve(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<Identifier>()?;
    as_reply(engine.stores().resolve(&scope, &arguments.identifier).await?)
}
