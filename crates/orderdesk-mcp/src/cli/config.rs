//! `config`: what is set, whether it is right, and what could be set.

use clap::ValueEnum;
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::app;
use crate::config::{
    ConfigError, Effective, FromText, Loaded, Origin, environment_file, listed, markdown, storage::DATABASE_URL,
};

/// Check, show or list the settings.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Check(CheckArgs),
    Show(ShowArgs),
    Reference(ReferenceArgs),
}

/// Report every fault of the settings at once.
///
/// The root key counts too, as without a usable one nothing starts. Nothing is opened or contacted: `orderdesk-mcp doctor` does
/// that.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp config check
  orderdesk-mcp config check --config /etc/orderdesk-mcp.yaml")]
pub struct CheckArgs {
    #[command(flatten)]
    output: OutputArg,
}

/// Show the settings in effect and where each came from, with secrets masked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp config show
  orderdesk-mcp config show --changed
  orderdesk-mcp config show --output json")]
pub struct ShowArgs {
    /// Only settings that differ from the default.
    #[arg(long)]
    changed: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Print the reference of all settings.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp config reference | less
  orderdesk-mcp config reference --output env > .env")]
pub struct ReferenceArgs {
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

/// The shape of the reference.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A Markdown page.
    #[default]
    Markdown,
    /// A commented .env file.
    Env,
    /// For scripts.
    Json,
}

/// Runs one of the commands.
pub fn run(context: &Context, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check(args) => check(context, args.output.output),
        Command::Show(args) => show(context, args),
        Command::Reference(args) => reference(args),
    }
}

fn check(context: &Context, output: Output) -> Result<(), Failure> {
    let judged = context.judge().and_then(|loaded| {
        app::judge_root_keys(&loaded.settings, &Context::paths())?;
        Ok(loaded)
    });
    let loaded = match judged {
        Ok(loaded) => loaded,
        Err(ConfigError(faults)) => {
            if output == Output::Json {
                output::json(&json!({ "status": "error", "faults": faults }))?;
            }
            return Err(ConfigError(faults).into());
        }
    };
    match output {
        Output::Json => output::json(&json!({ "status": "ok", "warnings": loaded.warnings }))?,
        Output::Text => {
            for warning in &loaded.warnings {
                output::note(&format!("warning: {warning}"));
            }
            output::line("The configuration is fine.")?;
        }
    }
    Ok(())
}

fn show(context: &Context, args: &ShowArgs) -> Result<(), Failure> {
    let mut loaded = context.load(Vec::new())?;
    name_default_database(&mut loaded);
    let rows: Vec<&Effective> = loaded
        .effective
        .iter()
        .filter(|row| !args.changed || row.origin != Origin::Default)
        .collect();
    match args.output.output {
        Output::Json => {
            let rows: Vec<_> = rows
                .iter()
                .map(|row| json!({ "name": row.setting.name, "value": row.value, "origin": row.origin.to_string() }))
                .collect();
            output::json(&json!({ "settings": rows, "warnings": loaded.warnings }))?;
        }
        Output::Text => {
            let rows: Vec<_> = rows
                .iter()
                .map(|row| [row.setting.name.to_owned(), row.shown(), row.origin.to_string()])
                .collect();
            output::table(["SETTING", "VALUE", "FROM"], &rows)?;
            for warning in &loaded.warnings {
                output::note(&format!("warning: {warning}"));
            }
        }
    }
    Ok(())
}

/// The default database is another file on each platform and for each user: here it is known which.
fn name_default_database(loaded: &mut Loaded) {
    let Ok(url) = loaded.settings.storage.url(&Context::paths()) else {
        // A user without a home directory has none.
        return;
    };
    for row in &mut loaded.effective {
        if row.setting.name == DATABASE_URL.name && row.origin == Origin::Default {
            row.value = url.show();
        }
    }
}

/// Prints the reference of all settings.
pub fn reference(args: &ReferenceArgs) -> Result<(), Failure> {
    match args.format {
        Format::Markdown => output::line(markdown().trim_end())?,
        Format::Env => output::line(environment_file().trim_end())?,
        Format::Json => {
            let sections = listed();
            let rows: Vec<_> = sections
                .iter()
                .flat_map(|section| section.rows.iter().map(move |row| (section.title, row)))
                .map(|(section, row)| {
                    json!({
                        "name": row.name, "section": section, "default": row.default, "otherwise": row.otherwise,
                        "allowed": row.allowed(), "example": row.example, "secret": row.secret, "about": row.about(),
                    })
                })
                .collect();
            output::json(&rows)?;
        }
    }
    Ok(())
}
