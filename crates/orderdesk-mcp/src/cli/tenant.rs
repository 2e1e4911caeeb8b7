//! `tenant`: who may use the server.

use od_engine::{
    Engine,
    tenants::{CreatedTenant, NewTenant, TenantView},
};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    prompt,
};
use crate::app::App;

/// Manage tenants: whoever owns a set of stores.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Create(CreateArgs),
    List(ListArgs),
    Show(ShowArgs),
    Delete(DeleteArgs),
}

/// Make a tenant and print its master key, once.
///
/// The key is stored nowhere: whoever loses it loses access to the tenant's stored credentials.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant create --name \"Blue Harbor Prints\"
  orderdesk-mcp tenant create --count 10 --output json
  MCP_MASTER_KEY_FILE=/run/secrets/key orderdesk-mcp tenant create --own-key")]
pub struct CreateArgs {
    /// A name to recognise it by.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,

    /// Where its owner can be reached.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,

    /// Use the key in MCP_MASTER_KEY (or ask for one) instead of generating a key.
    #[arg(long)]
    own_key: bool,

    /// How many tenants to make; with JSON, one line each.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000),
        conflicts_with = "own_key")]
    count: u32,

    #[command(flatten)]
    output: OutputArg,
}

/// List all tenants, oldest first.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant list
  orderdesk-mcp tenant list --output json")]
pub struct ListArgs {
    #[command(flatten)]
    output: OutputArg,
}

/// Show one tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant show 0198c0de-0000-7000-8000-000000000001")]
pub struct ShowArgs {
    /// The tenant's id, as `tenant list` prints it.
    #[arg(value_name = "TENANT_ID")]
    tenant_id: String,

    #[command(flatten)]
    output: OutputArg,
}

/// Delete a tenant with its keys, stores and audit log. This cannot be undone.
///
/// Nothing changes at Order Desk.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant delete 0198c0de-0000-7000-8000-000000000001
  orderdesk-mcp tenant delete 0198c0de-0000-7000-8000-000000000001 --yes")]
pub struct DeleteArgs {
    /// The tenant's id, as `tenant list` prints it.
    #[arg(value_name = "TENANT_ID")]
    tenant_id: String,

    /// Do not ask.
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Runs one of the commands on the configured database.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let own_key = match &command {
        Command::Create(CreateArgs { own_key: true, .. }) => Some(Context::master_key(&settings)?),
        _ => None,
    };
    let app = App::open(settings, &Context::paths()).await?;
    let engine = &app.engine;
    let outcome = match command {
        Command::Create(args) => create(engine, args, own_key).await,
        Command::List(args) => list(engine, args.output.output).await,
        Command::Show(args) => show(engine, &args).await,
        Command::Delete(args) => delete(engine, &args).await,
    };
    let ended = app.end().await;
    outcome.and(ended)
}

async fn create(engine: &Engine, args: CreateArgs, mut own_key: Option<secrecy::SecretString>) -> Result<(), Failure> {
    warn_of_namesakes(engine, args.name.as_deref()).await?;
    for _ in 0..args.count {
        let new = NewTenant {
            name: args.name.clone(),
            email: args.email.clone(),
            master_key: own_key.take(),
        };
        let created = engine.tenants().create(new).await?;
        // A key that nobody could read is lost, so that is worth a word.
        print_created(&created, args.output.output, args.own_key)
            .map_err(|error| key_not_shown(created.tenant_id.as_str(), &error))?;
    }
    Ok(())
}

/// A second tenant of one name is made, for scripts may have their reasons, but not without a word: it has other keys and
/// other stores.
pub async fn warn_of_namesakes(engine: &Engine, name: Option<&str>) -> Result<(), Failure> {
    let Some(name) = name else { return Ok(()) };
    if let Some(first) = engine.tenants().named(name).await?.first() {
        output::note(&format!(
            "warning: there is a tenant {name:?} already ({first}). This makes another one, with a key and stores of its own."
        ));
    }
    Ok(())
}

/// The tenant is there, and nobody has its key.
pub fn key_not_shown(tenant_id: &str, error: &std::io::Error) -> Failure {
    Failure::failed(format!(
        "tenant {tenant_id} was made, but its master key could not be printed: {error}"
    ))
    .with_hint("`orderdesk-mcp tenant delete` removes it.")
}

fn print_created(created: &CreatedTenant, output: Output, own_key: bool) -> std::io::Result<()> {
    let key = created.master_key.expose_secret();
    match output {
        Output::Json => output::json(&json!({
            "tenant_id": created.tenant_id.to_string(), "master_key": key, "prefix": created.prefix,
        })),
        Output::Text if own_key => output::line(&format!("Tenant:     {}", created.tenant_id)),
        Output::Text => output::line(&format!(
            "Tenant:     {}\nMaster key: {key}\nKeep the key: it is stored nowhere and not shown again.",
            created.tenant_id
        )),
    }
}

async fn list(engine: &Engine, output: Output) -> Result<(), Failure> {
    let tenants = engine.tenants().list().await?;
    match output {
        Output::Json => output::json(&tenants)?,
        Output::Text => {
            let rows: Vec<_> = tenants.into_iter().map(row).collect();
            output::table(["TENANT", "NAME", "STORES", "CREATED", "STATE"], &rows)?;
        }
    }
    Ok(())
}

fn row(tenant: TenantView) -> [String; 5] {
    let state = if tenant.disabled { "disabled" } else { "active" };
    [
        tenant.tenant_id,
        tenant.name.unwrap_or_default(),
        tenant.stores_count.to_string(),
        tenant.created_at,
        state.to_owned(),
    ]
}

async fn show(engine: &Engine, args: &ShowArgs) -> Result<(), Failure> {
    let tenant = engine.tenants().show(&args.tenant_id).await?;
    match args.output.output {
        Output::Json => output::json(&tenant)?,
        Output::Text => output::table(["TENANT", "NAME", "STORES", "CREATED", "STATE"], &[row(tenant)])?,
    }
    Ok(())
}

async fn delete(engine: &Engine, args: &DeleteArgs) -> Result<(), Failure> {
    let tenant = engine.tenants().show(&args.tenant_id).await?;
    if !args.yes {
        let name = tenant.name.map_or_else(String::new, |name| format!(" ({name})"));
        prompt::confirm(&format!(
            "Delete tenant {}{name} with {} stores, its keys and its audit log?",
            tenant.tenant_id, tenant.stores_count
        ))?;
    }
    engine.tenants().delete(&args.tenant_id).await?;
    match args.output.output {
        Output::Json => output::json(&json!({ "tenant_id": args.tenant_id, "deleted": true }))?,
        Output::Text => output::line(&format!("Deleted tenant {}.", args.tenant_id))?,
    }
    Ok(())
}
