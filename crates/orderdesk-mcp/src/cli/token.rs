//! `token`: what a tenant gives a colleague or a program in place of its master key.

use std::time::Duration;

use od_engine::{CreatedToken, Engine, Grants, NewPersonalToken, Permission, Scope, TokenView};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    owner::{self, Operator, Owner},
    store::as_commands,
};

/// Manage personal access tokens of one tenant: the one whose master key is in MCP_MASTER_KEY, or is entered.
///
/// A token does what its scopes say, in its stores, until it ends. Give one to each colleague, program and machine, and keep the
/// master key.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Create(CreateArgs),
    List(ListArgs),
    Revoke(RevokeArgs),
}

/// Make a token and print it, once.
///
/// Scopes: stores:read, stores:write, orders:read, orders:write, orders:delete, shipments:write, products:read,
/// products:write. A client uses the token as it would use a master key, over HTTP as the bearer, over stdio in MCP_MASTER_KEY.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp token create --label \"Ada's laptop\" --scopes stores:read,orders:read
  orderdesk-mcp token create --label packing --scopes stores:read,orders:read,shipments:write --stores 90001
  orderdesk-mcp token create --label reports --scopes orders:read --no-expiry --output json")]
pub struct CreateArgs {
    /// A name to recognise it by.
    #[arg(long, value_name = "TEXT")]
    label: String,

    /// What it may do, with commas between.
    #[arg(long, value_name = "SCOPES", value_delimiter = ',', required = true)]
    scopes: Vec<String>,

    /// The only stores that it may see, by id or name, with commas between; all, also later ones, when left out.
    #[arg(long, value_name = "STORES", value_delimiter = ',')]
    stores: Option<Vec<String>>,

    /// How many days it works.
    #[arg(long, default_value_t = 90, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3660))]
    expires_in_days: u32,

    /// It works until it is revoked.
    #[arg(long, conflicts_with = "expires_in_days")]
    no_expiry: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// List the tokens that work, newest first.
///
/// The operator of the server needs no master key for it, with --tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp token list
  orderdesk-mcp token list --tenant \"Blue Harbor Prints\"
  orderdesk-mcp token list --output json")]
pub struct ListArgs {
    #[command(flatten)]
    operator: Operator,

    #[command(flatten)]
    output: OutputArg,
}

/// End a token now.
///
/// Running servers and clients refuse it at its next use, within a second. The operator of the server needs no master key for it,
/// with --tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp token revoke --prefix odpt_Ab3dE6g
  orderdesk-mcp token revoke --prefix odpt_Ab3dE6g --tenant \"Blue Harbor Prints\"
  orderdesk-mcp token revoke --token-id 0198c0de-0000-7000-8000-000000000001")]
pub struct RevokeArgs {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    operator: Operator,

    #[command(flatten)]
    output: OutputArg,
}

/// Which token is meant.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The token's id, as `token list` prints it.
    #[arg(long, value_name = "ID")]
    token_id: Option<String>,

    /// Its first characters, as `token list` prints them. Of two tokens that share them neither is ended.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
}

/// Runs one of the commands for the tenant whose master key is given, or for the one that the operator names.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    // What is wrong with the words is told before a key is asked for.
    let (scopes, tenant) = match &command {
        Command::Create(args) => (scopes(&args.scopes)?, None),
        Command::List(ListArgs { operator, .. }) | Command::Revoke(RevokeArgs { operator, .. }) => {
            (Grants::of(&[]), operator.tenant.clone())
        }
    };
    let program = context.this_program();
    owner::act(context, tenant, async |engine, owner| match (command, owner) {
        (Command::Create(args), Owner::Itself(scope)) => create(engine, &program, &scope, scopes, args).await,
        (Command::Create(_), Owner::Named(_)) => Err(Failure::usage("only a tenant's owner makes its tokens")),
        (Command::List(args), owner) => list(engine, &owner, args.output.output).await,
        (Command::Revoke(args), owner) => revoke(engine, &owner, &args).await,
    })
    .await
}

/// The scopes of these names; an unknown one is refused with the nearest.
fn scopes(names: &[String]) -> Result<Grants, Failure> {
    let mut found = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        found.push(Permission::parse(name).ok_or_else(|| unknown(name))?);
    }
    Ok(Grants::of(&found))
}

fn unknown(name: &str) -> Failure {
    let all = Permission::ALL.map(Permission::as_str);
    let meant: Vec<&str> = all.into_iter().filter(|scope| is_half_of(name, scope)).collect();
    let meant = if meant.is_empty() {
        od_engine::nearest(name, all).into_iter().collect()
    } else {
        meant
    };
    let nearest = (!meant.is_empty()).then(|| format!("Did you mean {}? ", meant.join(" or ")));
    Failure::usage(format!("there is no scope {name:?}")).with_hint(format!(
        "{}Scopes: {}.",
        nearest.unwrap_or_default(),
        all.join(", ")
    ))
}

/// Whether a name is one half of a scope's, as `read` and `orders` are of `orders:read`.
fn is_half_of(name: &str, scope: &str) -> bool {
    scope
        .split(':')
        .any(|half| half.eq_ignore_ascii_case(name.trim_matches(':')))
}

async fn create(
    engine: &Engine,
    program: &str,
    scope: &Scope,
    scopes: Grants,
    args: CreateArgs,
) -> Result<(), Failure> {
    let day = Duration::from_hours(24);
    let new = NewPersonalToken {
        label: args.label,
        scopes,
        stores: args.stores,
        expires_in: (!args.no_expiry).then(|| day * args.expires_in_days),
    };
    let created = engine.tokens().create(scope, new).await.map_err(failure)?;
    print_created(&created, program, args.output.output).map_err(|error| {
        Failure::failed(format!("the token was made, but could not be printed: {error}")).with_hint(format!(
            "`{program} token revoke --token-id {}` ends it.",
            created.view.token_id
        ))
    })
}

fn print_created(created: &CreatedToken, program: &str, output: Output) -> std::io::Result<()> {
    let (token, view) = (created.token.expose_secret(), &created.view);
    match output {
        Output::Json => output::json(&json!({
            "token_id": view.token_id, "token": token, "prefix": view.prefix, "label": view.label, "scopes": view.scopes,
            "stores": view.stores, "expires_at": view.expires_at,
        })),
        Output::Text => output::line(&format!(
            "Token:   {token}\nId:      {id}\nScopes:  {}\nStores:  {}\nExpires: {}\nKeep the token: it is stored nowhere and not \
             shown again.\nEnd it with: {program} token revoke --token-id {id}",
            view.scopes.join(", "),
            stores(view),
            view.expires_at.as_deref().unwrap_or("never"),
            id = view.token_id,
        )),
    }
}

fn stores(view: &TokenView) -> String {
    match &view.stores {
        Some(ids) if ids.is_empty() => "none".to_owned(),
        Some(ids) => ids.join(", "),
        None => "all, also later ones".to_owned(),
    }
}

async fn list(engine: &Engine, owner: &Owner, output: Output) -> Result<(), Failure> {
    let tokens = match owner {
        Owner::Itself(scope) => engine.tokens().list(scope).await,
        Owner::Named(tenant) => engine.tokens().list_of(tenant).await,
    };
    let tokens = tokens.map_err(failure)?;
    match output {
        Output::Json => output::json(&tokens)?,
        Output::Text => {
            let row = |token: TokenView| {
                [
                    token.token_id.clone(),
                    token.prefix.clone(),
                    token.label.clone(),
                    token.scopes.join(" "),
                    stores(&token),
                    token.last_used_at.unwrap_or_else(|| "never".to_owned()),
                    token.expires_at.unwrap_or_else(|| "never".to_owned()),
                ]
            };
            let rows: Vec<_> = tokens.into_iter().map(row).collect();
            output::table(
                ["TOKEN", "PREFIX", "LABEL", "SCOPES", "STORES", "LAST USED", "EXPIRES"],
                &rows,
            )?;
        }
    }
    Ok(())
}

async fn revoke(engine: &Engine, owner: &Owner, args: &RevokeArgs) -> Result<(), Failure> {
    let named = args.which.token_id.as_deref().or(args.which.prefix.as_deref());
    // One of them is there: the command line was refused otherwise.
    let named = named.unwrap_or_default();
    let ended = match owner {
        Owner::Itself(scope) => engine.tokens().revoke(scope, named).await,
        Owner::Named(tenant) => engine.tokens().revoke_of(tenant, named).await,
    };
    let ended = ended.map_err(failure)?;
    let told = format!(
        "Ended token {} ({}). Running servers and clients refuse it within a second.",
        ended.prefix, ended.label
    );
    Ok(args.output.output.tell(&revoked(&ended), &told)?)
}

fn revoked(ended: &TokenView) -> Value {
    json!({ "token_id": ended.token_id, "prefix": ended.prefix, "label": ended.label, "revoked": true })
}

fn failure(error: od_engine::Error) -> Failure {
    let hint = as_commands(error.hint());
    Failure::from(error).with_hint(hint)
}
