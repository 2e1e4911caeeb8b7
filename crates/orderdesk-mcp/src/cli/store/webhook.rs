//! `store webhook`: the address that Order Desk posts a store's changes to.

use serde_json::{Value, json};

use super::{StoreArg, Tenant, text};
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
pub struct Args {
    #[command(flatten)]
    store: StoreArg,

    /// What to do: rotate makes another address, and the one before ends.
    #[arg(long, value_enum, default_value = "show", value_name = "ACTION")]
    action: Action,

    #[command(flatten)]
    output: OutputArg,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Action {
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
    fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Rotate => "rotate",
        }
    }
}

pub async fn run(tenant: &Tenant<'_>, args: Args) -> Result<(), Failure> {
    let store = tenant.store(args.store.given().unwrap_or_default()).await?;
    let action = args.action;
    let parameters = json!({ "store": store.store_id, "action": action.as_str() });
    let id = store.store_id.clone();
    let done = tenant.call("stores.webhook", parameters, move |engine, scope| async move {
        let webhooks = engine.webhooks();
        match action {
            Action::Show => webhooks.show(&scope, &id).await,
            Action::Enable => webhooks.enable(&scope, &id).await,
            Action::Disable => webhooks.disable(&scope, &id).await,
            Action::Rotate => webhooks.rotate(&scope, &id).await,
        }
    });
    let webhook = done.await?;
    match args.output.output {
        Output::Json => output::json(&webhook)?,
        Output::Text => print(&store.store_name, &webhook)?,
    }
    Ok(())
}

fn print(store: &str, webhook: &Value) -> Result<(), Failure> {
    if webhook["enabled"] != true {
        output::line(&format!("Order Desk posts nothing about {store}: its webhook is off."))?;
        return Ok(());
    }
    let last = match text(webhook, "last_post_at") {
        none if none.is_empty() => "none within the last day".to_owned(),
        at => at,
    };
    output::line(&format!(
        "Address:    {}\nLast post:  {last}\n\n{}",
        text(webhook, "address"),
        text(webhook, "how_to")
    ))?;
    Ok(())
}
