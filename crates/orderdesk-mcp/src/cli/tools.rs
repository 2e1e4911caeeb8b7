//! `tools`: what agents are offered.

use od_mcp::{Catalog, reference, tool::Access};

use super::{
    Context, Failure,
    call::unknown,
    output::{self, Output, OutputArg},
};
use crate::{app, config::mcp::Mcp};

/// List the tools that agents are offered, as MCP_TOOLSETS, MCP_READ_ONLY and MCP_TOOL_NAMES leave them, or tell all about one.
///
/// The page of a tool says what it does, what it asks of Order Desk, which scope a credential needs for it, its arguments and
/// a call to copy.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tools
  orderdesk-mcp tools orders.list
  orderdesk-mcp tools --json
  MCP_READ_ONLY=true orderdesk-mcp tools")]
pub struct Args {
    /// The one tool to tell about, in either spelling: orders.list or orders_list.
    #[arg(value_name = "TOOL")]
    tool: Option<String>,

    /// With descriptions and schemas, as JSON; the same as --output json.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Prints the list, or the page of one tool.
pub fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.few_settings(Mcp::rows())?;
    let catalog = Catalog::new(app::tool_names(&settings.mcp)).map_err(|error| Failure::failed(error.to_string()))?;
    let narrowing = app::narrowing(&settings.mcp)?;
    let as_json = args.json || args.output.output == Output::Json;
    if let Some(name) = &args.tool {
        let found = catalog.find(name);
        let entry = found.ok_or_else(|| unknown(name, catalog.suggest(name)))?;
        if narrowing.admits(&entry.spec).is_err() {
            output::note("note: it is not offered: MCP_TOOLSETS or MCP_READ_ONLY leaves it out");
        }
        if as_json {
            output::json(&reference::datum(entry))?;
        } else {
            output::line(reference::page(entry).trim_end())?;
        }
        return Ok(());
    }
    let offered = catalog.visible(&narrowing);
    if as_json {
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
