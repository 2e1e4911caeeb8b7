//! `keygen`: a new root key.

use od_engine::RootKey;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::{
    app::{self, RESTORE},
    config::{self, Paths, Settings},
};

/// Print a new root key for MCP_KMS_KEY.
///
/// The root key is one half of what opens a tenant's data. Keep a copy of it apart from the database: without it
/// nothing that is stored can be read, and a database made with another key is refused.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp keygen
  (umask 077; orderdesk-mcp keygen > /run/secrets/root.key)
  MCP_KMS_KEY_FILE=/run/secrets/root.key orderdesk-mcp serve")]
pub struct Args {
    #[command(flatten)]
    output: OutputArg,
}

/// Prints the key alone, so that it can be captured.
pub async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    // Whoever lost the old key is told before they start anew. A configuration that is still being made has faults, and
    // its database may not be there yet: neither is in the way of a key.
    if let Ok(loaded) = context.load(Vec::new()) {
        warn_of_sealed_database(&loaded.settings, &Context::paths()).await;
    }
    let key = RootKey::generate().to_base64();
    match args.output.output {
        Output::Text => output::line(key.expose_secret())?,
        Output::Json => output::json(&json!({ "root_key": key.expose_secret() }))?,
    }
    Ok(())
}

async fn warn_of_sealed_database(settings: &Settings, paths: &Paths) {
    let lacks_key = matches!(config::root_key(&settings.root, paths), Ok(None));
    if lacks_key
        && app::contents(settings, paths)
            .await
            .is_ok_and(|contents| contents.sealed)
    {
        output::note(&format!(
            "warning: the database {} is sealed with another root key, and the new one does not open it.\n{RESTORE}",
            app::place(settings, paths)
        ));
    }
}
