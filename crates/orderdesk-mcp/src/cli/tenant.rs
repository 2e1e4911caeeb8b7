//! `tenant`: who may use the server.

use od_engine::{
    Engine,
    tenants::{CreatedTenant, Leaving, NewTenant, TenantView},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    prompt,
};
use crate::{
    app::App,
    config::{Effective, Origin, tenants::MCP_MASTER_KEY},
};

mod keys;
mod which;

use which::{Which, WhichOrOnly, named};

/// Manage tenants: whoever owns a set of stores.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Create(CreateArgs),
    List(ListArgs),
    Show(ShowArgs),
    Keys(keys::KeysArgs),
    RotateKey(keys::RotateKeyArgs),
    RevokeKey(keys::RevokeKeyArgs),
    Rename(RenameArgs),
    SetEmail(SetEmailArgs),
    Close(CloseArgs),
    Reopen(ReopenArgs),
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
  orderdesk-mcp tenant show --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant show --tenant 0198c0de-0000-7000-8000-000000000001")]
pub struct ShowArgs {
    #[command(flatten)]
    which: WhichOrOnly,

    #[command(flatten)]
    output: OutputArg,
}

/// End a tenant's access and keep everything it has.
///
/// None of its keys opens anything from then on, in no running server or client, within a second. Its stores, sealed API keys
/// and audit log stay; `tenant reopen` gives it back. For a colleague or customer who leaves, this keeps the evidence.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant close --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant close --tenant 0198c0de-0000-7000-8000-000000000001 --yes")]
pub struct CloseArgs {
    #[command(flatten)]
    which: Which,

    /// Do not ask.
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Give a closed tenant back: the same keys open the same stores.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant reopen --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant reopen --tenant 0198c0de-0000-7000-8000-000000000001 --output json")]
pub struct ReopenArgs {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    output: OutputArg,
}

/// Call a tenant something else. Keys, stores and log stay as they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant rename --tenant \"Blue Harbor Prints\" --name \"Blue Harbor Ltd\"
  orderdesk-mcp tenant rename --tenant 0198c0de-0000-7000-8000-000000000001 --name \"Ada's shops\"")]
pub struct RenameArgs {
    #[command(flatten)]
    which: WhichOrOnly,

    /// The new name.
    #[arg(long, value_name = "TEXT")]
    name: String,

    #[command(flatten)]
    output: OutputArg,
}

/// Reach a tenant's owner at another e-mail address, or at a first one.
///
/// Sign-in links go there from then on; those that were sent to the former address, and sessions that they began, end. Nobody is
/// told and nothing is asked: be sure that the address is the owner's, who can change it on the page Settings, too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant set-email --tenant \"Blue Harbor Prints\" --email ada@example.com
  orderdesk-mcp tenant set-email --tenant 0198c0de-0000-7000-8000-000000000001 --email ada@example.com --output json")]
pub struct SetEmailArgs {
    #[command(flatten)]
    which: WhichOrOnly,

    /// Where its owner is reached from now on.
    #[arg(long, value_name = "ADDRESS")]
    email: String,

    #[command(flatten)]
    output: OutputArg,
}

/// Delete a tenant with its keys, stores and audit log. This cannot be undone.
///
/// It says first what goes, and how to save the log. A signed record stays of when the tenant was deleted and where its log
/// ended: `audit verify` tells it. To end access alone, use `tenant close`. Nothing changes at Order Desk.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp audit export --tenant \"Blue Harbor Prints\" --file blue-harbor.json
  orderdesk-mcp tenant delete --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant delete --tenant 0198c0de-0000-7000-8000-000000000001 --yes")]
pub struct DeleteArgs {
    #[command(flatten)]
    which: Which,

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
    let rotating = match &command {
        Command::RotateKey(args) => Some((Context::master_key(&settings)?, args.own_key()?)),
        _ => None,
    };
    let given = matches!(command, Command::RotateKey(_)).then(|| settings.effective());
    let outdated = given.into_iter().flatten().find(holds_the_key);
    let paths = Context::paths();
    let app = match &command {
        Command::Create(_) => App::open_or_make_to_keep(settings, &paths).await?,
        _ => App::open(settings, &paths).await?,
    };
    let outcome = carry_out(&app, &context.this_program(), command, own_key, rotating).await;
    if let (Ok(()), Some(Effective { setting, origin, .. })) = (&outcome, outdated) {
        output::note(&format!(
            "note: {} ({origin}) still holds the old key: put the new one there.",
            setting.name
        ));
    }
    app.end_after(outcome).await
}

/// Whether a setting is the master key, and was given.
fn holds_the_key(row: &Effective) -> bool {
    row.setting.name == MCP_MASTER_KEY.name && row.origin != Origin::Default
}

/// The present key, and the new one when it is the owner's own.
type Rotating = (SecretString, Option<SecretString>);

async fn carry_out(
    app: &App,
    program: &str,
    command: Command,
    own_key: Option<SecretString>,
    rotating: Option<Rotating>,
) -> Result<(), Failure> {
    let engine = &app.engine;
    match command {
        Command::Create(args) => create(engine, args, own_key).await,
        Command::List(args) => list(engine, args.output.output).await,
        Command::Show(args) => show(engine, &args).await,
        Command::Keys(args) => keys::list(engine, &args).await,
        Command::RotateKey(args) => {
            let (present, own) = rotating.ok_or_else(|| Failure::failed("the present key is missing"))?;
            let scope = app.sign_in_plainly(&present).await?;
            keys::rotate(engine, &scope, args, own).await
        }
        Command::RevokeKey(args) => keys::revoke(engine, args).await,
        Command::Rename(args) => rename(engine, &args).await,
        Command::SetEmail(args) => set_email(engine, &args).await,
        Command::Close(args) => close(engine, &args).await,
        Command::Reopen(args) => reopen(engine, &args).await,
        Command::Delete(args) => delete(engine, program, &args).await,
    }
}

async fn create(engine: &Engine, args: CreateArgs, mut own_key: Option<SecretString>) -> Result<(), Failure> {
    warn_of_namesakes(engine, args.name.as_deref()).await?;
    for _ in 0..args.count {
        let new = NewTenant {
            name: args.name.clone(),
            email: args.email.clone(),
            master_key: own_key.take(),
        };
        let created = engine.tenants().create(new).await?;
        // A key that nobody could read is lost, so that is worth a word.
        print_created(&created, args.output.output, args.own_key).map_err(|error| {
            let tenant = created.tenant_id.as_str();
            if args.own_key {
                own_key_works(tenant, &error)
            } else {
                key_not_shown(tenant, &error)
            }
        })?;
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
    .with_hint(format!(
        "`orderdesk-mcp tenant delete --tenant {tenant_id}` removes it."
    ))
}

/// The tenant is there, and its owner has the key.
fn own_key_works(tenant_id: &str, error: &std::io::Error) -> Failure {
    Failure::failed(format!("the result could not be printed: {error}")).with_hint(format!(
        "Tenant {tenant_id} was made with the key that was given, which works."
    ))
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
    let state = match tenant.closed_at {
        Some(at) => format!("{} since {at}", tenant.state),
        None => tenant.state.to_owned(),
    };
    [
        tenant.tenant_id,
        tenant.name.unwrap_or_default(),
        tenant.stores_count.to_string(),
        tenant.created_at,
        state,
    ]
}

async fn show(engine: &Engine, args: &ShowArgs) -> Result<(), Failure> {
    let tenant = engine.tenants().show(&args.which.text(engine).await?).await?;
    match args.output.output {
        Output::Json => output::json(&tenant)?,
        Output::Text => {
            let email = tenant.email.clone().unwrap_or_default();
            let [id, name, stores, created, state] = row(tenant);
            output::table(
                ["TENANT", "NAME", "E-MAIL", "STORES", "CREATED", "STATE"],
                &[[id, name, email, stores, created, state]],
            )?;
        }
    }
    Ok(())
}

async fn rename(engine: &Engine, args: &RenameArgs) -> Result<(), Failure> {
    let tenant = engine
        .tenants()
        .rename(&args.which.text(engine).await?, &args.name)
        .await?;
    let namesakes = engine.tenants().named(&args.name).await?;
    if let Some(other) = namesakes.iter().find(|id| id.as_str() != tenant.tenant_id) {
        output::note(&format!(
            "warning: tenant {other} has this name too: name both by their ids from now on"
        ));
    }
    Ok(args
        .output
        .output
        .tell(&tenant, &format!("Tenant {}.", named(&tenant)))?)
}

async fn set_email(engine: &Engine, args: &SetEmailArgs) -> Result<(), Failure> {
    let tenant = engine
        .tenants()
        .set_email(&args.which.text(engine).await?, &args.email)
        .await?;
    let told = format!(
        "Sign-in links of tenant {} go to {} from now on.",
        named(&tenant),
        tenant.email.as_deref().unwrap_or_default()
    );
    Ok(args.output.output.tell(&tenant, &told)?)
}

async fn close(engine: &Engine, args: &CloseArgs) -> Result<(), Failure> {
    let tenant = engine.tenants().show(args.which.text()).await?;
    if !args.yes && tenant.closed_at.is_none() {
        prompt::confirm(&format!(
            "Close tenant {}? None of its keys opens anything then; stores and log stay, and `tenant reopen` gives it back.",
            named(&tenant)
        ))?;
    }
    let (tenant, turned) = engine.tenants().close(&tenant.tenant_id).await?;
    let told = if turned {
        format!(
            "Closed tenant {}. Running servers and clients refuse its keys within a second.",
            named(&tenant)
        )
    } else {
        format!("Tenant {} was closed before.", named(&tenant))
    };
    Ok(args.output.output.tell(&tenant, &told)?)
}

async fn reopen(engine: &Engine, args: &ReopenArgs) -> Result<(), Failure> {
    let (tenant, turned) = engine.tenants().reopen(args.which.text()).await?;
    let told = if turned {
        format!("Reopened tenant {}: its keys work again.", named(&tenant))
    } else {
        format!("Tenant {} was not closed.", named(&tenant))
    };
    Ok(args.output.output.tell(&tenant, &told)?)
}

async fn delete(engine: &Engine, program: &str, args: &DeleteArgs) -> Result<(), Failure> {
    let leaving = engine.tenants().leaving(args.which.text()).await?;
    let tenant = &leaving.tenant;
    if args.output.output == Output::Text || !args.yes {
        output::note(&what_goes(program, &leaving));
    }
    if !args.yes {
        prompt::confirm(&format!("Delete tenant {}?", named(tenant)))?;
    }
    let ended = engine.tenants().delete(&tenant.tenant_id).await?;
    match args.output.output {
        Output::Json => output::json(&json!({
            "tenant_id": ended.tenant_id, "deleted": true, "went": leaving, "end": ended,
        }))?,
        Output::Text => output::line(&format!(
            "Deleted tenant {}. `{program} audit verify` tells of the end of its log.",
            named(tenant)
        ))?,
    }
    Ok(())
}

/// What a person is told before a tenant is deleted.
fn what_goes(program: &str, leaving: &Leaving) -> String {
    let Leaving {
        tenant,
        stores,
        keys,
        audit_entries,
        first_at,
        last_at,
    } = leaving;
    let when = match (first_at, last_at) {
        (Some(first), Some(last)) => format!(", from {first} to {last}"),
        _ => String::new(),
    };
    format!(
        "With tenant {} go its stores ({stores}), its keys ({keys}) and its audit log (entries: {audit_entries}{when}).\n\
         To save the log first: {program} audit export --tenant {} --file {}.json\n\
         To end access and keep everything: {program} tenant close --tenant {}",
        named(tenant),
        tenant.tenant_id,
        tenant.tenant_id,
        tenant.tenant_id
    )
}
