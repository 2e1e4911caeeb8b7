//! `grant`: the clients that were connected by their URL.

use od_engine::{Engine, oauth::GrantView};

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    owner::{self, Operator, Owner},
};

/// Manage connected clients: what a person allowed when a client was connected by its URL (OAuth).
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(ListArgs),
    Revoke(RevokeArgs),
}

/// List the tenant's connected clients, newest first, with what each may do.
///
/// Reads the tenant's master key from MCP_MASTER_KEY, or asks for it. The operator of the server needs none, with --tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp grant list
  orderdesk-mcp grant list --tenant \"Blue Harbor Prints\"
  orderdesk-mcp grant list --output json")]
pub struct ListArgs {
    #[command(flatten)]
    operator: Operator,

    #[command(flatten)]
    output: OutputArg,
}

/// End a client's access, with all its tokens, in every running server within a second.
///
/// The client can be connected again; its person is asked anew then. Reads the tenant's master key from MCP_MASTER_KEY, or asks
/// for it. The operator of the server needs none, with --tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp grant revoke --grant-id 0198c0de-0000-7000-8000-000000000001
  orderdesk-mcp grant revoke --grant-id 0198c0de-0000-7000-8000-000000000001 --tenant \"Blue Harbor Prints\"
  orderdesk-mcp grant revoke --grant-id 0198c0de-0000-7000-8000-000000000001 --output json")]
pub struct RevokeArgs {
    /// Which one, as `grant list` prints it.
    #[arg(long, value_name = "ID")]
    grant_id: String,

    #[command(flatten)]
    operator: Operator,

    #[command(flatten)]
    output: OutputArg,
}

/// Runs one of the commands for the tenant of the master key, or for the one that the operator names.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let (Command::List(ListArgs { operator, .. }) | Command::Revoke(RevokeArgs { operator, .. })) = &command;
    let tenant = operator.tenant.clone();
    owner::act(context, tenant, async |engine, owner| match command {
        Command::List(args) => list(engine, &owner, args.output.output).await,
        Command::Revoke(args) => revoke(engine, &owner, &args).await,
    })
    .await
}

async fn list(engine: &Engine, owner: &Owner, output: Output) -> Result<(), Failure> {
    let grants = match owner {
        Owner::Itself(scope) => engine.oauth().grants(scope).await?,
        Owner::Named(tenant) => engine.oauth().grants_of(tenant).await?,
    };
    match output {
        Output::Json => output::json(&grants)?,
        Output::Text => {
            let rows: Vec<_> = grants.into_iter().map(row).collect();
            let titles = [
                "GRANT",
                "CLIENT",
                "CLIENT ID",
                "SCOPES",
                "STORES",
                "CREATED",
                "LAST USED",
            ];
            output::table(titles, &rows)?;
        }
    }
    Ok(())
}

fn row(grant: GrantView) -> [String; 7] {
    [
        grant.grant_id,
        grant.client_name,
        grant.client_id,
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

async fn revoke(engine: &Engine, owner: &Owner, args: &RevokeArgs) -> Result<(), Failure> {
    let ended = match owner {
        Owner::Itself(scope) => engine.oauth().revoke_grant(scope, &args.grant_id).await?,
        Owner::Named(tenant) => engine.oauth().revoke_grant_of(tenant, &args.grant_id).await?,
    };
    let told = format!(
        "Ended the access of {}. Running servers refuse its tokens within a second.",
        ended.client_name
    );
    Ok(args.output.output.tell(&ended, &told)?)
}
