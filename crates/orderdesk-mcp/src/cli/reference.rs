//! `reference`: what there is, made from the code itself.

use clap::ValueEnum;
use od_mcp::Catalog;

use super::{Context, Failure, config, output};
use crate::{app, config::mcp::Mcp};

mod commands;
mod errors;
mod metrics;

/// Print the reference of the tools, the commands, the settings, the error codes or the metrics.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Tools(ToolsArgs),
    Config(config::ReferenceArgs),
    Errors(ErrorsArgs),
    Metrics(MetricsArgs),
    Commands(CommandsArgs),
}

/// Print the reference of all tools: what each does, its arguments, what it needs and costs, and an example.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp reference tools | less
  orderdesk-mcp reference tools --output json
  MCP_TOOL_NAMES=dot orderdesk-mcp reference tools")]
pub struct ToolsArgs {
    /// The shape of the reference.
    #[arg(
        long = "output",
        alias = "format",
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    format: Format,
}

/// Print the reference of all error codes: what each means, what was not done, and what to do.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp reference errors | less
  orderdesk-mcp reference errors --output json")]
pub struct ErrorsArgs {
    /// The shape of the reference.
    #[arg(
        long = "output",
        alias = "format",
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    format: Format,
}

/// Print the reference of all metrics: what each counts, and by what.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp reference metrics | less
  orderdesk-mcp reference metrics --output json")]
pub struct MetricsArgs {
    /// The shape of the reference.
    #[arg(
        long = "output",
        alias = "format",
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    format: Format,
}

/// Print the reference of all commands: the help of each, as a Markdown page.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp reference commands | less")]
pub struct CommandsArgs {}

/// The shape of a reference.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A Markdown page.
    #[default]
    Markdown,
    /// For scripts.
    Json,
}

/// Prints one of the references. `program` is the program's command line.
pub fn run(context: &Context, command: &Command, program: fn() -> clap::Command) -> Result<(), Failure> {
    match command {
        Command::Commands(CommandsArgs {}) => Ok(output::line(commands::markdown(program()).trim_end())?),
        Command::Tools(args) => tools(context, args.format),
        Command::Config(args) => config::reference(args),
        Command::Errors(args) => errors(args.format),
        Command::Metrics(args) => metrics(args.format),
    }
}

fn errors(format: Format) -> Result<(), Failure> {
    match format {
        Format::Markdown => output::line(errors::markdown().trim_end())?,
        Format::Json => output::json(&od_engine::error_codes())?,
    }
    Ok(())
}

fn metrics(format: Format) -> Result<(), Failure> {
    match format {
        Format::Markdown => output::line(metrics::markdown().trim_end())?,
        Format::Json => output::json(&metrics::data())?,
    }
    Ok(())
}

fn tools(context: &Context, format: Format) -> Result<(), Failure> {
    let settings = context.few_settings(Mcp::rows())?;
    let catalog = Catalog::new(app::tool_names(&settings.mcp)).map_err(|error| Failure::failed(error.to_string()))?;
    match format {
        Format::Markdown => output::line(od_mcp::reference::markdown(&catalog).trim_end())?,
        Format::Json => output::json(&od_mcp::reference::data(&catalog))?,
    }
    Ok(())
}
