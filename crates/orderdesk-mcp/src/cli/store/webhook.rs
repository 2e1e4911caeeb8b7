//! `store webhook`: the address that Order Desk posts a store's changes to.

use od_engine::{Engine, Error, Outcome, Scope, webhooks::WebhookView};
use serde_json::json;

use super::tenant::{StoreArg, Tenant, text};
use crate::cli::{
    Failure,
    output::{self, Output, OutputArg},
};

/// Show, make or end the address that Order Desk posts a store's changes to.
///
/// With it this server knows at once that an order changed: it reads the order again when it is asked for, and tells clients
/// that listen. Enter the address at Order Desk as the destination of rules with the action Post Order JSON.
#[derive(Debug, clap::Args)]
#[command(mut_group("StoreArg", |group| group.required(true)))]
#[command(after_help = "\
Examples:
  orderdesk-mcp store webhook --store \"Mug Shop\"
  orderdesk-mcp store webhook --store 12345 --action enable
  orderdesk-mcp store webhook --store 12345 --action rotate --output json")]
pub struct WebhookArgs {
    #[command(flatten)]
    store: StoreArg,

    /// What to do: rotate makes another address, and the one before ends.
    #[arg(long, value_enum, default_value = "show", value_name = "ACTION")]
    action: Action,

    #[command(flatten)]
    output: OutputArg,
}

/// Does it, and tells what there is to enter at Order Desk.
pub async fn run(tenant: &Tenant<'_>, args: WebhookArgs) -> Result<(), Failure> {
    let found = tenant.store(args.store.given().unwrap_or_default()).await?;
    let action = args.action;
    let parameters = json!({ "store": found.store_id, "action": action.as_str() });
    let id = found.store_id.clone();
    let taken = tenant.call("stores.webhook", parameters, move |engine, scope| async move {
        action.take(&engine, &scope, &id).await
    });
    let webhook = taken.await?;
    let (name, last) = (&found.store_name, text(&webhook, "last_post_at"));
    match args.output.output {
        Output::Json => output::json(&webhook)?,
        Output::Text if webhook["enabled"] != true => {
            output::line(&format!("Order Desk posts nothing about {name}: its webhook is off."))?;
        }
        Output::Text => output::line(&format!(
            "Address:    {}\nLast post:  {}\n\n{}",
            text(&webhook, "address"),
            if last.is_empty() {
                "none within the last day"
            } else {
                &last
            },
            text(&webhook, "how_to")
        ))?,
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Action {
    /// Tell how it stands.
    Show,
    /// Switch it on; an address that there is stays.
    Enable,
    /// Switch it off; its address ends.
    Disable,
    /// Switch it on with another address.
    Rotate,
}

impl Action {
    /// What the tool's argument says.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Rotate => "rotate",
        }
    }

    pub async fn take(self, engine: &Engine, scope: &Scope, store: &str) -> Result<Outcome<WebhookView>, Error> {
        let webhooks = engine.webhooks();
        match self {
            Self::Show => webhooks.show(scope, store).await,
            Self::Enable => webhooks.enable(scope, store).await,
            Self::Disable => webhooks.disable(scope, store).await,
            Self::Rotate => webhooks.rotate(scope, store).await,
        }
    }
}
