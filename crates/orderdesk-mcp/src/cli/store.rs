//! `store`: a tenant's Order Desk accounts.

use std::{future::Future, path::PathBuf};

use od_engine::{
    Call, Engine, Error, Outcome, Permission, Scope,
    stores::{Register, Resolved, UpdateStore},
};
use secrecy::SecretString;
use serde::Serialize;
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

mod webhook;

use webhook::Action;

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

/// Which store a command is about. The name of the option may be left out.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub struct StoreArg {
    /// The store: its id, name or label.
    #[arg(long, value_name = "STORE")]
    store: Option<String>,

    /// The same without the name of the option.
    #[arg(hide = true, value_name = "STORE")]
    named: Option<String>,
}

impl StoreArg {
    fn given(&self) -> Option<&str> {
        self.store.as_deref().or(self.named.as_deref())
    }
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
            Command::Webhook(args) => webhook(&tenant, args).await,
        }
    }
    .await;
    app.end_after(outcome).await
}

/// The operations here that change what is registered.
const CHANGING: [&str; 4] = ["stores.register", "stores.update", "stores.delete", "stores.webhook"];

/// The tenant a command acts for.
pub struct Tenant<'a> {
    /// Where its rows are.
    pub engine: &'a Engine,
    /// Who it is.
    pub scope: Scope,
}

impl Tenant<'_> {
    /// The store of that id or name, else the only one of that label.
    async fn store(&self, text: &str) -> Result<Resolved, Failure> {
        self.scope.require(Permission::StoresRead).map_err(failure)?;
        let stores = self.engine.stores();
        let found = stores.resolve(&self.scope, text).await;
        let missing = match found {
            Ok(found) => return Ok(found.data),
            Err(error) => error,
        };
        let all = stores.list(&self.scope).await.map_err(failure)?.data;
        let is_it = |label: &str| label.trim().eq_ignore_ascii_case(text.trim());
        let mut labelled = all
            .into_iter()
            .filter(|store| store.label.as_deref().is_some_and(is_it));
        match (&missing, labelled.next(), labelled.next()) {
            (Error::NotFound { .. } | Error::NoneOfItsStores { .. }, Some(store), None) => stores
                .resolve(&self.scope, &store.store_id)
                .await
                .map(|found| found.data)
                .map_err(failure),
            (Error::NotFound { .. } | Error::NoneOfItsStores { .. }, Some(_), Some(_)) => {
                Err(Failure::failed(format!("several stores have the label {text:?}"))
                    .with_hint("Name one by its id: `orderdesk-mcp store list` shows them."))
            }
            _ => Err(failure(missing)),
        }
    }

    /// Does one operation as the tool of that name would: charged and recorded.
    pub async fn call<T, F>(
        &self,
        tool: &str,
        parameters: Value,
        work: impl FnOnce(Engine, Scope) -> F,
    ) -> Result<Value, Failure>
    where
        T: Serialize,
        F: Future<Output = Result<Outcome<T>, Error>> + Send + 'static,
    {
        self.attempt(tool, parameters, work).await.map_err(failure)
    }

    /// Registers a store. There is none yet that could be updated, so a refusal means another thing than with one.
    pub async fn register(&self, settings: &Settings, new: Register) -> Result<Value, Failure> {
        let parameters = json!({ "store_id": new.store_id, "store_name": new.store_name, "verify": new.verify });
        let registered = self.attempt("stores.register", parameters, |engine, scope| async move {
            engine.stores().register(&scope, new).await
        });
        registered.await.map_err(|error| match &error {
            Error::Upstream(_) => {
                let hint = app::registration_hint(settings, &error);
                Failure::from(error).with_hint(hint)
            }
            Error::Duplicate(_) => failure(error).and_hint(
                "`orderdesk-mcp store update --store ID` replaces the API key of a store that is there, or its name.",
            ),
            _ => failure(error),
        })
    }

    async fn attempt<T, F>(
        &self,
        tool: &str,
        parameters: Value,
        work: impl FnOnce(Engine, Scope) -> F,
    ) -> Result<Value, Error>
    where
        T: Serialize,
        F: Future<Output = Result<Outcome<T>, Error>> + Send + 'static,
    {
        let work = work(self.engine.clone(), self.scope.clone());
        let needs = if CHANGING.contains(&tool) {
            Permission::StoresWrite
        } else {
            Permission::StoresRead
        };
        let call = Call {
            tool: tool.to_owned(),
            parameters,
            cost: 1,
            needs: Some(needs),
        };
        let as_json = async move {
            let outcome = work.await?;
            Ok(outcome.map(|data| serde_json::to_value(data).unwrap_or_default()))
        };
        let outcome = self.engine.call(&self.scope, call, Box::pin(as_json)).await?;
        if CHANGING.contains(&tool) {
            self.engine.stores_were_changed(&self.scope).await;
        }
        for warning in &outcome.warnings {
            output::note(&format!("warning: {}", as_commands(warning)));
        }
        Ok(outcome.data)
    }
}

/// The engine's hints name the tools of agents; at a terminal the commands do the same.
fn failure(error: Error) -> Failure {
    let hint = match &error {
        Error::StoreRequired(stores) if !stores.is_empty() => {
            let names: Vec<_> = stores.iter().map(|store| format!("{:?}", store.store_name)).collect();
            format!("Name one: {}.", names.join(", "))
        }
        Error::NotFound { .. } => "`orderdesk-mcp store list` shows the tenant's stores.".to_owned(),
        Error::Duplicate(_) => "`orderdesk-mcp store list` shows what is registered.".to_owned(),
        _ => as_commands(error.hint()),
    };
    Failure::from(error).with_hint(hint)
}

/// A text of the engine with the commands in the place of the tools that do the same.
pub fn as_commands(text: &str) -> String {
    const COMMANDS: [(&str, &str); 4] = [
        ("stores_list", "`orderdesk-mcp store list`"),
        ("stores_register", "`orderdesk-mcp store add`"),
        ("stores_test", "`orderdesk-mcp store test`"),
        ("stores_update", "`orderdesk-mcp store update`"),
    ];
    COMMANDS
        .iter()
        .fold(text.to_owned(), |text, (tool, command)| text.replace(tool, command))
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

async fn webhook(tenant: &Tenant<'_>, args: WebhookArgs) -> Result<(), Failure> {
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

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
