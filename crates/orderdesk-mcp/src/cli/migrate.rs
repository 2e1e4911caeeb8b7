//! `migrate`: brings the database up to date and does nothing else.

use serde_json::json;

use super::{Context, Failure, output::OutputArg};
use crate::app::App;

/// Bring the database's schema up to date.
///
/// Every command that opens the database does so as well; this one is for a deployment that wants it done before the
/// first server starts. Safe to run several times, and by several machines at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp migrate
  DATABASE_URL=postgres://od@db/orderdesk orderdesk-mcp migrate")]
pub struct Args {
    #[command(flatten)]
    output: OutputArg,
}

/// Opens the database, which migrates it, and closes it again.
pub async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let app = App::open_or_make_to_keep(settings, &Context::paths()).await?;
    app.end().await?;
    let told = "The database is up to date.";
    Ok(args.output.output.tell(&json!({ "status": "ok" }), told)?)
}
