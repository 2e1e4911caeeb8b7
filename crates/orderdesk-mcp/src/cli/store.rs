//! `store`: a tenant's Order Desk accounts.

use std::path::PathBuf;

use od_engine::stores::{Register, UpdateStore};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    prompt,
};
use crate::{
    app::{self, App},
    config::Settings,
};

mod tenant;
mod webhook;

use tenant::{StoreArg, text};
pub use tenant::{Tenant, as_commands};

use webhook::WebhookArgs;

/// Manage the stores of one tenant: the one whose key is in MCP_MASTER_KEY, or is entered.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(AddArgs),
    List(ListArgs),
    Test(TestArgs),
    Update(UpdateArgs),
    Remove(RemoveArgs),
    Webhook(WebhookArgs),
}

/// Register an Order Desk store.
///
/// The credentials are tried first, then the API key is sealed and stored. It is read from a prompt, a file or an
/// environment variable, never from the command line, where other users of the machine could see it. Find id and key in
/// Order Desk under Settings, Store Settings, API.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp store add --store-id 12345
  orderdesk-mcp store add --store-id 12345 --name \"Mug Shop\" --api-key-env MUG_SHOP_KEY
  orderdesk-mcp store add --store-id 12345 --api-key-file /run/secrets/mug-shop")]
pub struct AddArgs {
    /// The store's id at Order Desk: digits.
    #[arg(long, value_name = "N", value_parser = store_id)]
    store_id: String,

    /// The name to call it by; Order Desk's own name for it when left out.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,

    /// A remark.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,

    #[command(flatten)]
    api_key: ApiKeyArgs,

    /// Store the credentials without trying them.
    #[arg(long)]
    no_verify: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Where a store's API key is read from.
#[derive(Debug, clap::Args)]
pub struct ApiKeyArgs {
    /// The environment variable that holds the API key. Asked for when neither this nor the file is given.
    #[arg(long, value_name = "VARIABLE", conflicts_with = "api_key_file")]
    api_key_env: Option<String>,

    /// The file that holds the API key. Asked for when neither this nor the variable is given.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

impl ApiKeyArgs {
    /// Reads the key, or asks for it.
    pub fn read(&self, context: &Context) -> Result<SecretString, Failure> {
        api_key(context, self.api_key_env.as_deref(), self.api_key_file.as_deref())
    }

    /// Whether the person has to be asked for it.
    pub fn is_asked_for(&self) -> bool {
        self.api_key_env.is_none() && self.api_key_file.is_none()
    }
}

/// List the tenant's stores.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp store list
  orderdesk-mcp store list --output json")]
pub struct ListArgs {
    #[command(flatten)]
    output: OutputArg,
}

/// Ask Order Desk whether a store's credentials work.
///
/// The tenant's only store when none is named.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp store test
  orderdesk-mcp store test --store \"Mug Shop\"")]
pub struct TestArgs {
    #[command(flatten)]
    store: StoreArg,

    #[command(flatten)]
    output: OutputArg,
}

/// Give a store a new API key, name or remark.
///
/// A new API key is tried before it replaces the old one. It is read from a file, an environment variable or, when nothing
/// else is to be changed, from a prompt.
#[derive(Debug, clap::Args)]
#[command(
    mut_group("StoreArg", |group| group.required(true)),
    mut_arg("api_key_env", |arg| arg.help("The environment variable that holds the new API key")),
    mut_arg("api_key_file", |arg| arg.help("The file that holds the new API key"))
)]
#[command(after_help = "\
Examples:
  orderdesk-mcp store update --store \"Mug Shop\"
  orderdesk-mcp store update --store 12345 --api-key-file /run/secrets/mug-shop
  orderdesk-mcp store update --store 12345 --name \"Mugs and More\" --label \"EU warehouse\"")]
pub struct UpdateArgs {
    #[command(flatten)]
    store: StoreArg,

    /// A new name to call it by.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,

    /// A new remark; an empty one removes it.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,

    #[command(flatten)]
    api_key: ApiKeyArgs,

    #[command(flatten)]
    output: OutputArg,
}

/// Forget a store and its API key. Nothing changes at Order Desk.
#[derive(Debug, clap::Args)]
#[command(mut_group("StoreArg", |group| group.required(true)))]
#[command(after_help = "\
Examples:
  orderdesk-mcp store remove --store \"Mug Shop\"
  orderdesk-mcp store remove --store 12345 --yes")]
pub struct RemoveArgs {
    #[command(flatten)]
    store: StoreArg,

    /// Do not ask.
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Runs one of the commands for the tenant whose master key is given.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let master_key = Context::master_key(&settings)?;
    let app = App::open(settings, &Context::paths()).await?;
    let outcome = async {
        // The default store stands in for one that is not named; a wrong one is in nobody else's way.
        let scope = match &command {
            Command::Test(args) if args.store.given().is_none() => app::sign_in(&app, &master_key).await?,
            _ => app.sign_in_plainly(&master_key).await?,
        };
        let engine = &app.engine;
        let tenant = Tenant { engine, scope };
        match command {
            Command::Add(args) => add(context, app.settings(), &tenant, args).await,
            Command::List(args) => list(&tenant, args.output.output).await,
            Command::Test(args) => test(&tenant, args).await,
            Command::Update(args) => update(context, &tenant, args).await,
            Command::Remove(args) => remove(&tenant, args).await,
            Command::Webhook(args) => webhook::run(&tenant, args).await,
        }
    }
    .await;
    app.end_after(outcome).await
}

async fn add(context: &Context, settings: &Settings, tenant: &Tenant<'_>, args: AddArgs) -> Result<(), Failure> {
    let new = Register {
        api_key: args.api_key.read(context)?,
        store_id: args.store_id,
        store_name: args.name,
        label: args.label,
        verify: !args.no_verify,
    };
    let store = tenant.register(settings, new).await?;
    match args.output.output {
        Output::Json => output::json(&store)?,
        Output::Text => output::line(&format!(
            "Registered store {} ({}).",
            text(&store, "store_name"),
            text(&store, "store_id")
        ))?,
    }
    Ok(())
}

/// A store id as Order Desk gives it, so that a slip shows before the next question.
pub fn store_id(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("a store id is digits, e.g. 90001".to_owned())
    }
}

/// The API key, from wherever the flags say, else from the person.
fn api_key(context: &Context, variable: Option<&str>, file: Option<&std::path::Path>) -> Result<SecretString, Failure> {
    match (variable, file) {
        (Some(name), _) => context.variable(name),
        (None, Some(path)) => crate::config::secret_file(path).map_err(Failure::usage),
        (None, None) => prompt::secret("Order Desk API key", "--api-key-env VARIABLE or --api-key-file FILE"),
    }
}

async fn list(tenant: &Tenant<'_>, output: Output) -> Result<(), Failure> {
    let stores = tenant
        .call("stores.list", json!({}), |engine, scope| async move {
            engine.stores().list(&scope).await
        })
        .await?;
    match output {
        Output::Json => output::json(&stores)?,
        Output::Text => {
            let rows: Vec<_> = stores
                .as_array()
                .into_iter()
                .flatten()
                .map(|store| [text(store, "store_id"), text(store, "store_name"), text(store, "label")])
                .collect();
            output::table(["STORE", "NAME", "LABEL"], &rows)?;
        }
    }
    Ok(())
}

/// Asks Order Desk whether the credentials that are stored work; its answer.
pub async fn try_stored(tenant: &Tenant<'_>, store: Option<String>) -> Result<Value, Failure> {
    let parameters = json!({ "store": store });
    let tried = tenant.call("stores.test", parameters, |engine, scope| async move {
        engine.stores().test(&scope, store.as_deref()).await
    });
    tried.await
}

async fn test(tenant: &Tenant<'_>, args: TestArgs) -> Result<(), Failure> {
    let store = match args.store.given() {
        Some(text) => Some(tenant.store(text).await?.store_id),
        None => None,
    };
    let reply = try_stored(tenant, store).await?;
    match args.output.output {
        Output::Json => output::json(&reply)?,
        Output::Text => output::line(&format!("Order Desk answers: {}", text(&reply, "message")))?,
    }
    Ok(())
}

async fn update(context: &Context, tenant: &Tenant<'_>, args: UpdateArgs) -> Result<(), Failure> {
    // A name that is not the tenant's is told before a key is asked for.
    let store_id = tenant.store(args.store.given().unwrap_or_default()).await?.store_id;
    let key_is_meant = !args.api_key.is_asked_for() || (args.name.is_none() && args.label.is_none());
    let api_key = if key_is_meant {
        Some(args.api_key.read(context)?)
    } else {
        None
    };
    let parameters = json!({
        "store": store_id, "store_name": args.name, "label": args.label, "api_key": api_key.as_ref().map(|_| "********"),
    });
    let change = UpdateStore {
        store_name: args.name,
        label: args.label,
        api_key,
    };
    let store = tenant
        .call("stores.update", parameters, |engine, scope| async move {
            engine.stores().update(&scope, &store_id, change).await
        })
        .await?;
    match args.output.output {
        Output::Json => output::json(&store)?,
        Output::Text => output::line(&format!(
            "Updated store {} ({}).",
            text(&store, "store_name"),
            text(&store, "store_id")
        ))?,
    }
    Ok(())
}

async fn remove(tenant: &Tenant<'_>, args: RemoveArgs) -> Result<(), Failure> {
    let found = tenant.store(args.store.given().unwrap_or_default()).await?;
    if !args.yes {
        prompt::confirm(&format!(
            "Forget store {} ({}) and its API key?",
            found.store_name, found.store_id
        ))?;
    }
    let store = tenant
        .call(
            "stores.delete",
            json!({ "store_id": found.store_id }),
            |engine, scope| async move { engine.stores().delete(&scope, &found.store_id).await },
        )
        .await?;
    match args.output.output {
        Output::Json => output::json(&store)?,
        Output::Text => output::line(&format!("Removed store {}.", text(&store, "store_name")))?,
    }
    Ok(())
}
