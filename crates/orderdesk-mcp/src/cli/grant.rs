//! `grant`: the clients that were connected by their URL.

use od_engine::{Engine, Scope, oauth::GrantView};

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::app::{self, App};

/// Manage connected clients: what a person allowed when a client was connected by its URL (OAuth).
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(ListArgs),
    Revoke(RevokeArgs),
}

/// List the tenant's connected clients, newest first, with what each may do.
///
/// Reads the tenant's master key from MCP_MASTER_KEY, or asks for it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp grant list
  orderdesk-mcp grant list --output json")]
pub struct ListArgs {
    #[command(flatten)]
    output: OutputArg,
}

/// End a client's access, with all its tokens, in every running server within a second.
///
/// The client can be connected again; its person is asked anew then. Reads the tenant's master key from MCP_MASTER_KEY, or asks
/// for it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp grant revoke --grant-id 0198c0de-0000-7000-8000-000000000001
  orderdesk-mcp grant revoke --grant-id 0198c0de-0000-7000-8000-000000000001 --output json")]
pub struct RevokeArgs {
    /// Which one, as `grant list` prints it.
    #[arg(long, value_name = "ID")]
    grant_id: String,

    #[command(flatten)]
    output: OutputArg,
}

/// Runs one of the commands for the tenant of the master key.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let key = Context::master_key(&settings)?;
    let app = App::open(settings, &Context::paths()).await?;
    let outcome = async {
        let scope = app::sign_in_plainly(&app.engine, &key).await?;
        match command {
            Command::List(args) => list(&app.engine, &scope, args.output.output).await,
            Command::Revoke(args) => revoke(&app.engine, &scope, &args).await,
        }
    };
    let outcome = outcome.await;
    let ended = app.end().await;
    outcome.and(ended)
}

async fn list(engine: &Engine, scope: &Scope, output: Output) -> Result<(), Failure> {
    let grants = engine.oauth().grants(scope).await?;
    match output {
        Output::Json => output::json(&grants)?,
        Output::Text => {
            let rows: Vec<_> = grants.into_iter().map(row).collect();
            output::table(["GRANT", "CLIENT", "SCOPES", "STORES", "CREATED", "LAST USED"], &rows)?;
        }
    }
    Ok(())
}

fn row(grant: GrantView) -> [String; 6] {
    [
        grant.grant_id,
        grant.client_name,
        grant.scopes.join(" "),
        match &grant.stores {
            Some(ids) if ids.is_empty() => "none".to_owned(),
            Some(ids) => ids.join(" "),
            None => "all".to_owned(),
        },
        grant.created_at,
        grant.last_used_at.unwrap_or_default(),
    ]
}

async fn revoke(engine: &Engine, scope: &Scope, args: &RevokeArgs) -> Result<(), Failure> {
    let ended = engine.oauth().revoke_grant(scope, &args.grant_id).await?;
    match args.output.output {
        Output::Json => output::json(&ended)?,
        Output::Text => output::line(&format!(
            "Ended the access of {}. Running servers refuse its tokens within a second.",
            ended.client_name
        ))?,
    }
    Ok(())
}
