//! The address that Order Desk posts a store's changes to.

use od_engine::webhooks::WebhookAction;
use od_engine::{Error, Outcome, Permission};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, as_reply, no_further_rules};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    let mut store = schema::store();
    store["description"] = "Store name or id.".into();
    ToolSpec {
        name: "stores.webhook",
        toolset: Toolset::Stores,
        title: "Webhook of a store",
        description: "The address that Order Desk posts changed orders to, so that this server knows at once: enable makes it, \
                      rotate replaces it, disable ends it, show tells it. A person enters it at Order Desk, in a rule with the \
                      action Post Order JSON.",
        operations: &[],
        input: schema::arguments(
            json!({
                "store": store,
                "action": {
                    "type": "string",
                    "enum": WebhookAction::ALL,
                    "description": "rotate and disable end the address at once.",
                },
            }),
            &["store", "action"],
        ),
        data: schema::data(json!({"enabled": {"type": "boolean"}, "address": {"type": "string"}})),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: false,
        },
        access: Access::Write,
        permissions: &[Permission::StoresWrite],
        cost: Cost::Write,
        example: json!({"store": "12345", "action": "show"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(run(call)),
    }
}

#[derive(Deserialize)]
struct Arguments {
    store: String,
    action: WebhookAction,
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, Arguments { store, action }) = call.decode::<Arguments>()?;
    as_reply(engine.webhooks().act(&scope, &store, action).await?)
}
