//! What `setup` can be given instead of being asked for.

use std::path::PathBuf;

use crate::cli::{output::OutputArg, store};

/// Start with a real Order Desk account: root key, database, tenant, store, client.
///
/// Asks for a store's id and API key and tries them, then makes the root key file and the database in the platform's
/// directories unless MCP_KMS_KEY and DATABASE_URL say otherwise, makes a tenant, and offers to write a client's
/// configuration. Every answer can be given as an option instead.
///
/// It can be run again at any time: what is there is kept, and said. With the master key of a tenant, from MCP_MASTER_KEY
/// or entered, it adds another store to that tenant, or the entry to another client's file; another tenant is only made
/// with --new-tenant. The client's file as it was is kept beside it, its comments and layout stay, and an entry
/// "orderdesk" in it is only changed when it starts this program, with neither --config nor a cwd, and is signed in with
/// the same master key, and then keeps what else stands in it. VS Code's files get no key: VS Code asks for it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp setup
  orderdesk-mcp setup --store-id 12345 --api-key-env MUG_SHOP_KEY --client-config none
  orderdesk-mcp setup --client-config ~/.cursor/mcp.json
  orderdesk-mcp setup --new-tenant --tenant-name \"Blue Harbor Prints\"")]
pub struct Args {
    /// A name for the tenant that is made.
    #[arg(long, value_name = "TEXT")]
    pub tenant_name: Option<String>,

    /// Make another tenant in a database that has one already.
    #[arg(long)]
    pub new_tenant: bool,

    /// The store's id at Order Desk: digits. Asked for when left out.
    #[arg(long, value_name = "N", value_parser = store::store_id)]
    pub store_id: Option<String>,

    /// The name to call the store by; Order Desk's own name for it when left out.
    #[arg(long, value_name = "TEXT")]
    pub store_name: Option<String>,

    #[command(flatten)]
    pub api_key: store::ApiKeyArgs,

    /// The file of an MCP client to add this server to, or none: JSON, or Codex's TOML. Asked for when left out.
    #[arg(long, value_name = "FILE")]
    pub client_config: Option<PathBuf>,

    #[command(flatten)]
    pub output: OutputArg,
}
