//! `tools`: what agents are offered.

use od_mcp::{Catalog, tool::Access};

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::app;

/// List the tools that agents are offered, as MCP_TOOLSETS, MCP_READ_ONLY and MCP_TOOL_NAMES leave them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tools
  orderdesk-mcp tools --json
  MCP_READ_ONLY=true orderdesk-mcp tools")]
pub struct Args {
    /// With descriptions and schemas, as JSON; the same as --output json.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Prints the list.
pub fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let catalog = Catalog::new(app::tool_names(&settings.mcp)).map_err(|error| Failure::failed(error.to_string()))?;
    let narrowing = app::narrowing(&settings.mcp)?;
    let offered = catalog.visible(&narrowing);
    if args.json || args.output.output == Output::Json {
        return Ok(output::json(&offered.map(|entry| &entry.listed).collect::<Vec<_>>())?);
    }
    let rows: Vec<_> = offered
        .map(|entry| {
            let access = if entry.spec.access == Access::Write {
                "writes"
            } else {
                "reads"
            };
            let toolset = entry.spec.toolset.as_str().to_owned();
            [
                entry.listed.name.to_string(),
                toolset,
                access.to_owned(),
                entry.spec.title.to_owned(),
            ]
        })
        .collect();
    Ok(output::table(["TOOL", "TOOLSET", "ACCESS", "WHAT IT DOES"], &rows)?)
}
