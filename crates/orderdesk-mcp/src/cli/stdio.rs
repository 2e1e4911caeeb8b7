//! `stdio`: MCP over standard input and output.

use secrecy::SecretString;

use super::{Context, Failure};
use crate::app::App;
use crate::shutdown::{self, Grace};

/// Speak MCP over standard input and output: the default.
///
/// For desktop clients, which start the program themselves. The tenant is the one of MCP_MASTER_KEY; without it, the
/// tool tenant_use_master_key signs in. Standard output carries nothing but protocol, logs go to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  MCP_MASTER_KEY_FILE=~/.orderdesk-key orderdesk-mcp stdio
  MCP_MASTER_KEY_FILE=~/.orderdesk-key MCP_DEFAULT_STORE='Mug Shop' orderdesk-mcp")]
pub struct Args {}

/// Serves until the client hangs up or a signal ends it.
pub async fn run(context: &Context, _: &Args) -> Result<(), Failure> {
    let settings = context.stdio_settings()?;
    let key = settings.tenants.master_key.clone();
    let paths = Context::paths();
    let app = if settings.tenants.auto_provision {
        App::open_or_make(settings, &paths).await?
    } else {
        App::open(settings, &paths).await?
    };
    app.tell_of_root_keys().await?;
    app.serve_among_others().await?;
    serve(app, key).await
}

/// Serves this process's client and lets running work end afterwards.
pub async fn serve(app: App, key: Option<SecretString>) -> Result<(), Failure> {
    let grace = app.settings().server.shutdown_grace;
    let ended = shutdown::until_signalled(async |stop| {
        let left = Grace::after(&stop, grace);
        let outcome = app.serve_stdio(key.as_ref(), stop).await;
        app.close(left.left().await).await;
        outcome
    });
    ended.await?.unwrap_or_else(|| {
        Err(Failure::failed(
            "ended at once by a second signal; running work was cut off",
        ))
    })
}
