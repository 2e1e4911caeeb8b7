//! `store webhook`: the address that Order Desk posts a store's changes to.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use od_engine::webhooks::WebhookAction;
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
    #[arg(long, value_parser = actions(), default_value = "show", value_name = "ACTION")]
    action: WebhookAction,

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
        engine.webhooks().act(&scope, &id, action).await
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

/// The actions by name, each with what it does.
fn actions() -> impl TypedValueParser<Value = WebhookAction> {
    let named = WebhookAction::ALL.map(|action| {
        let help = match action {
            WebhookAction::Show => "Tell how it stands",
            WebhookAction::Enable => "Switch it on; an address that there is stays",
            WebhookAction::Disable => "Switch it off; its address ends",
            WebhookAction::Rotate => "Switch it on with another address",
        };
        PossibleValue::new(action.as_str()).help(help)
    });
    PossibleValuesParser::new(named).try_map(|name| WebhookAction::parse(&name).ok_or("there is no such action"))
}
