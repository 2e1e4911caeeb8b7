//! `connect`: what goes into a client, shown or put into its file.

mod client;
mod place;
#[cfg(test)]
mod tests;

use std::{fs, io, path::Path};

use od_engine::auth;
use serde_json::json;

use self::client::Client;
use super::{
    Context, Failure,
    client_config::{self, Launch, Merged, Reach, Wanted},
    doctor::Address,
    output::{self, Output, OutputArg},
};
use crate::config::{Fault, tenants::MCP_MASTER_KEY};

/// Show what to paste into an MCP client, or put it into the client's file.
///
/// With --url, for a server that runs already: the client opens a page of it in the browser, where its user signs in. Without,
/// for a client that starts this program itself: with the master key from MCP_MASTER_KEY, and with what else differs from the
/// defaults. What is to be pasted goes to standard output, and where it goes to standard error.
///
/// With --write it is put into the client's file. Everything else in it stays: other entries, their order, comments, the
/// spelling of numbers, the file's mode. A link is followed, the file as it was is kept beside it, and a file that cannot be
/// understood is left alone. Another --url takes the place of the one before; the same once more changes nothing. An entry
/// that starts this program is only overwritten by another that does when it is signed in with the same master key, or with none; one that
/// leads to an address only gives way to one that is signed in. A file that gets a key is made
/// readable by its owner alone; VS Code's gets none, VS Code asks for it.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// The client to connect.
    #[arg(value_enum, value_name = "CLIENT")]
    client: Client,

    /// The address of a server that runs, as `serve` tells it; /mcp is added to one without a path.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    url: Option<Address>,

    /// Put it into the client's file.
    #[arg(long)]
    write: bool,

    #[command(flatten)]
    output: OutputArg,
}

const HELP: &str = "\
Examples:
  orderdesk-mcp connect claude-code --url https://orders.example.com/mcp
  orderdesk-mcp connect cursor --url https://orders.example.com/mcp --write
  MCP_MASTER_KEY_FILE=~/.orderdesk-key orderdesk-mcp connect claude-desktop --write

The file that --write changes:
  claude-desktop  macOS    ~/Library/Application Support/Claude/claude_desktop_config.json
                  Windows  %APPDATA%\\Claude\\claude_desktop_config.json
                  Linux    ~/.config/Claude/claude_desktop_config.json
  claude-code     ~/.claude.json, or .claude.json in CLAUDE_CONFIG_DIR
  cursor          ~/.cursor/mcp.json
  vscode          macOS    ~/Library/Application Support/Code/User/mcp.json
                  Windows  %APPDATA%\\Code\\User\\mcp.json
                  Linux    ~/.config/Code/User/mcp.json
  gemini          ~/.gemini/settings.json, or .gemini/settings.json in GEMINI_CLI_HOME
  codex           ~/.codex/config.toml, or config.toml in CODEX_HOME
  inspector       ~/.mcp-inspector/mcp.json, or MCP_CATALOG_PATH
  chatgpt         none: ChatGPT keeps its connectors at its maker's

On Windows ~ is %USERPROFILE%. Projects have files of their own: `setup --client-config FILE` writes those.";

/// Shows or writes.
pub fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let client = args.client;
    let Some(file) = client.file(context)? else {
        return without_file(args);
    };
    let plan = match &args.url {
        Some(url) => Plan::Reach(client.reach(url.typed())),
        None => Plan::Start(Box::new(launch(context, args)?)),
    };
    if args.write {
        write(client, &file, &plan, args.output.output)
    } else {
        show(args, &file, &plan)
    }
}

/// What is to go into the file.
enum Plan {
    Start(Box<Launch>),
    Reach(Reach),
}

impl Plan {
    fn wanted(&self) -> Wanted<'_> {
        match self {
            Self::Start(launch) => Wanted::Start(launch),
            Self::Reach(reach) => Wanted::Reach(reach),
        }
    }
}

/// How the client starts this program, as the settings say it.
fn launch(context: &Context, args: &Args) -> Result<Launch, Failure> {
    let settings = context.settings(Vec::new())?;
    // The client would only find out when it starts the program.
    if let Some(fault) = settings.tenants.master_key.as_ref().and_then(auth::fault_of) {
        let told = format!("is nobody's, and was put nowhere: {fault}.");
        return Err(Fault::new(MCP_MASTER_KEY.name, told).into());
    }
    let mut launch = Launch::new(context, &settings, &Context::paths())?;
    launch.ask_for();
    if launch.has_key() {
        return Ok(launch);
    }
    if !args.client.layout().holds_secrets() || !args.write {
        // The client asks for it, or whoever reads it puts it there.
        launch.sign_in_with(&"odmk_…".into(), true);
    }
    Ok(launch)
}

/// An address without a path is that of the pages, where no client gets anywhere: the endpoint beside them is meant.
fn endpoint(text: &str) -> Result<Address, String> {
    let address: Address = text.parse()?;
    match address.path() {
        "/" => format!("{}/mcp", address.origin()).parse(),
        _ => Ok(address),
    }
}

/// A client that keeps everything at its maker's.
fn without_file(args: &Args) -> Result<(), Failure> {
    let texts = args.client.texts();
    let name = texts.name;
    let Some(url) = &args.url else {
        return Err(Failure::usage(format!("{name} connects by URL only: add --url"))
            .with_hint("It calls from its maker's machines, so that the address has to be public, with https."));
    };
    if args.write {
        return Err(
            Failure::usage(format!("{name} has no file on this machine that could be written"))
                .with_hint("Leave --write out: what to paste is shown then."),
        );
    }
    let text = texts.by_url.filled_in(url.typed());
    match args.output.output {
        Output::Json => output::json(&json!({ "client": texts.id, "text": text }))?,
        Output::Text => step(texts.by_url.before, &text, texts.by_url.after)?,
    }
    Ok(())
}

fn show(args: &Args, file: &Path, plan: &Plan) -> Result<(), Failure> {
    let (client, texts) = (args.client, args.client.texts());
    let layout = client.layout();
    let (entry, inputs) = match plan {
        Plan::Start(launch) => (launch.shown_entry(layout), launch.inputs(layout)),
        Plan::Reach(reach) => (reach.entry().clone(), Vec::new()),
    };
    let whole = match &args.url {
        Some(url) if client.is_told_by_file() => texts.by_url.filled_in(url.typed()),
        _ => client_config::file_with(file, layout, &entry, inputs)?,
    };
    let whole = whole.trim_end();
    let command = args.url.as_ref().filter(|_| client.is_told_by_command());
    let command = command.map(|url| texts.by_url.filled_in(url.typed()));
    if args.output.output == Output::Json {
        let text = command.as_deref().unwrap_or(whole);
        return Ok(output::json(
            &json!({ "client": texts.id, "text": text, "file": file, "configuration": whole }),
        )?);
    }
    let place = file.display();
    match (&args.url, command) {
        (Some(_), Some(command)) => {
            step(texts.by_url.before, &command, texts.by_url.after)?;
            step(&format!("The same in {place}, where --write puts it:"), whole, "")?;
        }
        (Some(url), None) => {
            let after = client.after(url.typed());
            step(&format!("In {place}, where --write puts it:"), whole, &after)?;
        }
        (None, _) => step(&format!("In {place}, where --write puts it:"), whole, client.restart())?,
    }
    Ok(())
}

/// Where a text goes and what to do then on standard error, the text on standard output.
fn step(before: &str, text: &str, after: &str) -> io::Result<()> {
    output::note(&format!("{before}\n"));
    output::line(text)?;
    if !after.is_empty() {
        output::note(&format!("\n{after}"));
    }
    output::note("");
    Ok(())
}

fn write(client: Client, file: &Path, plan: &Plan, output: Output) -> Result<(), Failure> {
    // A client that never ran has no folder yet.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("cannot make {}: {error}", folder.display())))?;
    }
    let merged = client_config::merge(file, plan.wanted())?;
    let told = json!({
        "client": client.texts().id,
        "file": file,
        "changed": merged.changed,
        "backup": merged.backup,
    });
    output.tell(&told, &told_of(client, file, &merged))?;
    if let (Plan::Reach(_), Some(backup), true) = (plan, &merged.backup, merged.had_key) {
        output::note(&format!(
            "The entry that was there named a master key, which is stored nowhere else: it is in {}.",
            backup.display()
        ));
    }
    match plan {
        Plan::Start(launch) if !launch.has_key() => output::note(&format!(
            "There is no master key in it: set {name} and run this again, or let the client call tenant_use_master_key.",
            name = MCP_MASTER_KEY.name
        )),
        _ => {}
    }
    Ok(())
}

fn told_of(client: Client, file: &Path, merged: &Merged) -> String {
    let place = file.display();
    if !merged.changed {
        return format!("{place}: the entry was in it already.");
    }
    let backup = merged.backup.as_ref().map_or_else(String::new, |backup| {
        format!("\nThe file as it was is kept as {}.", backup.display())
    });
    format!("{place}: the entry is in it now. {}{backup}", client.restart())
}
