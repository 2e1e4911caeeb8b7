//! What Order Desk says about a store.

use od_engine::{Error, Outcome, Permission};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, as_reply, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn test() -> ToolSpec {
    ToolSpec {
        name: "stores.test",
        toolset: Toolset::Stores,
        title: "Test a store",
        description: "Asks Order Desk whether the store's credentials work, and the time (UTC). For when other calls \
                      answer AUTH_ERROR.",
        operations: &["GET /test"],
        input: schema::arguments(json!({"store": schema::store()}), &[]),
        data: schema::data(json!({"message": {"type": "string"}, "current_date_time": {"type": "string"}})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::StoresRead],
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run_test(call)),
    }
}

pub(in crate::tools) fn get_settings() -> ToolSpec {
    ToolSpec {
        name: "store.get_settings",
        toolset: Toolset::Stores,
        title: "Read store settings",
        description: "Reads the store's name, time zone, locale, formats, other harmless settings and folders. \
                      Credentials among them (API key, mail server) never pass.",
        operations: &["GET /store"],
        input: schema::arguments(json!({"store": schema::store(), "fresh": schema::fresh()}), &[]),
        data: schema::data(json!({})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::StoresRead],
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run_get_settings(call)),
    }
}

pub(in crate::tools) fn folders() -> ToolSpec {
    ToolSpec {
        name: "folders.list",
        toolset: Toolset::Stores,
        title: "List folders",
        description: "Lists the store's order folders (id, name). An order is in exactly one, which is its state: \
                      there is no other status. Folders are made and renamed only in Order Desk.",
        operations: &["GET /store"],
        input: schema::arguments(json!({"store": schema::store(), "fresh": schema::fresh()}), &[]),
        data: schema::rows("folders"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::StoresRead],
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        shape: Shape::Rows("folders"),
        handler: |call| Box::pin(run_folders(call)),
    }
}

#[derive(Deserialize)]
struct OfStore {
    store: Option<String>,
    #[serde(default)]
    fresh: bool,
}

async fn run_test(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<OfStore>()?;
    as_reply(engine.stores().test(&scope, arguments.store.as_deref()).await?)
}

async fn run_get_settings(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<OfStore>()?;
    as_reply(
        engine
            .stores()
            .settings(&scope, arguments.store.as_deref(), arguments.fresh)
            .await?,
    )
}

async fn run_folders(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<OfStore>()?;
    let folders = engine
        .stores()
        .folders(&scope, arguments.store.as_deref(), arguments.fresh)
        .await?;
    Ok(folders.map(|folders| json!({ "folders": folders })))
}
