//! `kms`: the root key over time.

use od_engine::{
    Engine, Roots,
    audit::Signed,
    root_keys::{self, Remaining},
};
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::{
    app::{self, App},
    config::{self, Fault},
};

/// Change the root key, MCP_KMS_KEY.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Rotate(RotateArgs),
}

/// Take the database over to a new root key.
///
/// With the new root key in MCP_KMS_KEY and the one before in MCP_KMS_KEY_PREVIOUS, a server does this when it starts, and so
/// does this command. What is signed goes over at once; each credential does when it is next used, since only its own text can
/// open it. When nothing remains, MCP_KMS_KEY_PREVIOUS may be dropped.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp kms rotate
  orderdesk-mcp kms rotate --status
  orderdesk-mcp kms rotate --status --output json")]
pub struct RotateArgs {
    /// Change nothing; count what still needs the root key before.
    #[arg(long)]
    status: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Runs the command on the configured database.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let Command::Rotate(args) = command;
    let settings = context.settings(Vec::new())?;
    let paths = Context::paths();
    if args.status {
        let (current, previous) = app::root_keys(&settings, &paths).await?;
        let database = app::database(&settings, &paths)?;
        let remaining = root_keys::remaining_in(&database, Roots::new(current, previous)).await;
        let remaining = remaining.map_err(|error| app::not_opened(error, &settings, &paths))?;
        return match args.output.output {
            Output::Json => Ok(output::json(&json!({ "remaining": remaining.count() }))?),
            Output::Text => print(&remaining),
        };
    }
    if settings.root.kms_key_previous.is_none() {
        let told = "is not set: there is no root key to go over from. Set MCP_KMS_KEY to the new root key \
                    (`orderdesk-mcp keygen` makes one), and this to the one before.";
        return Err(Fault::new(config::root::MCP_KMS_KEY_PREVIOUS.name, told).into());
    }
    let app = App::open(settings, &paths).await?;
    let outcome = rotate(&app.engine, args.output.output).await;
    app.end_after(outcome).await
}

/// The opening of the engine did what can be done.
async fn rotate(engine: &Engine, output: Output) -> Result<(), Failure> {
    let keys = engine.root_keys();
    let (done, remaining) = (keys.handed_over(), keys.remaining().await?);
    match output {
        Output::Json => Ok(output::json(&json!({
            "went_over": done.went_over, "chains": done.signed.chains, "ended": done.signed.ended, "webhooks": done.webhooks,
            "remaining": remaining.count(), "credentials": remaining.credentials,
        }))?),
        Output::Text => {
            output::line(&if done.went_over {
                format!(
                    "The database went over to the root key in MCP_KMS_KEY. Signed anew: {}.",
                    counted(done.signed)
                )
            } else {
                "The database is under the root key in MCP_KMS_KEY.".to_owned()
            })?;
            print(&remaining)
        }
    }
}

fn counted(signed: Signed) -> String {
    let Signed { chains, ended, number } = signed;
    let number = if number { " and their number" } else { "" };
    format!("audit chains: {chains}, records of deleted tenants: {ended}{number}")
}

/// What remains, each credential with what its owner knows it by.
fn print(remaining: &Remaining) -> Result<(), Failure> {
    if remaining.count() == 0 {
        output::line(
            "Nothing needs another root key (0 remain): MCP_KMS_KEY_PREVIOUS may be dropped, unless other servers on this database \
             are about to change to it.",
        )?;
        return Ok(());
    }
    let Remaining {
        signed,
        webhooks,
        credentials,
    } = remaining;
    if signed.count() > 0 {
        output::line(&format!(
            "Signed with the root key before: {}. `orderdesk-mcp kms rotate` signs them anew.",
            counted(*signed)
        ))?;
    }
    if *webhooks > 0 {
        output::line(&format!(
            "Sealed with another root key than MCP_KMS_KEY: the keys of {webhooks} webhooks. `orderdesk-mcp kms rotate` seals them \
             anew."
        ))?;
    }
    if !credentials.is_empty() {
        output::line(&format!(
            "Made with another root key than MCP_KMS_KEY: {} credentials. Each goes over when it is next used.",
            credentials.len()
        ))?;
        let row = |one: &root_keys::Waiting| {
            [
                one.tenant_id.clone(),
                one.kind.clone(),
                one.prefix.clone(),
                one.last_used_at.clone().unwrap_or_else(|| "never".to_owned()),
                one.expires_at.clone().unwrap_or_else(|| "never".to_owned()),
            ]
        };
        let rows: Vec<_> = credentials.iter().map(row).collect();
        output::table(["TENANT", "KIND", "PREFIX", "LAST USED", "EXPIRES"], &rows)?;
    }
    Ok(())
}
