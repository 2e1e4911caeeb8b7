//! `keygen`: a new root key.

use od_engine::RootKey;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{
    Failure,
    output::{self, Output, OutputArg},
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
pub fn run(args: &Args) -> Result<(), Failure> {
    let key = RootKey::generate().to_base64();
    match args.output.output {
        Output::Text => output::line(key.expose_secret())?,
        Output::Json => output::json(&json!({ "root_key": key.expose_secret() }))?,
    }
    Ok(())
}
