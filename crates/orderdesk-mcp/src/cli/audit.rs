//! `audit`: what was done, by whom, and whether the record of it is whole.

use std::{
    fmt::Display,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use clap::ValueEnum;
use jiff::Timestamp;
use od_engine::{
    Engine, RequestId,
    audit::{ACTS, AuditFilter, ExportFormat, Verification, Whose},
    nearest,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Context, Failure,
    new_file::{self, NewFile},
    output::{self, Output, OutputArg},
    prompt,
};
use crate::app::App;

mod show;
mod when;

use show::ShowArgs;
use when::moment;

/// Export, show, shorten or verify the audit log of all tenants.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Export(Box<ExportArgs>),
    Show(ShowArgs),
    Purge(PurgeArgs),
    Verify(VerifyArgs),
}

/// Print the audit log of all tenants in the order of time.
///
/// Arguments were redacted before they were recorded; `audit show` tells what a change altered. In CSV, cells that a
/// spreadsheet would run as a formula are marked as text. Times and days are UTC: 2026-03-02, "2026-03-02 14:00:00",
/// 2026-03-02T14:00:00Z, today, yesterday, or from now: -30m, -2h, -1d.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp audit export > audit.json
  orderdesk-mcp audit export --format csv --file audit.csv
  orderdesk-mcp audit export --status error --since 2026-03-01 --until 2026-04-01
  orderdesk-mcp audit export --tenant \"Mugs & Co\" --since yesterday --until today
  orderdesk-mcp audit export --order 80012345 --since -2h
  orderdesk-mcp audit export --tenant 0198c0de-0000-7000-8000-000000000001 --tool orders.delete")]
pub struct ExportArgs {
    /// Only this tenant's entries: its id or its name.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,

    /// The shape of the export.
    #[arg(long, alias = "output", value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Write to this new file, which only its owner may read, instead of standard output.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Only entries from this time on.
    #[arg(long, value_name = "WHEN", value_parser = moment, allow_hyphen_values = true)]
    since: Option<Timestamp>,

    /// Only entries before this time; of a day, before it begins.
    #[arg(long, value_name = "WHEN", value_parser = moment, allow_hyphen_values = true)]
    until: Option<Timestamp>,

    /// Only entries about this Order Desk store: its id, name or label. A call that failed before it came to a store is about
    /// none.
    #[arg(long, value_name = "STORE")]
    store: Option<String>,

    /// Only entries about this order: Order Desk's internal id of it. Batches count for each of their orders.
    #[arg(long, value_name = "ORDER_ID", value_parser = order_id)]
    order: Option<String>,

    /// Only entries of this tool (orders.list or orders_list) or act (tenant.create).
    #[arg(long, value_name = "NAME")]
    tool: Option<String>,

    /// Only entries that ended so; begun are changes whose end is not known.
    #[arg(long, value_parser = ["success", "error", "begun"], value_name = "STATUS")]
    status: Option<String>,

    /// Only entries that came through this door; engine is what the server does by itself.
    #[arg(long, value_parser = ["mcp", "webui", "cli", "webhook", "engine"], value_name = "SOURCE")]
    source: Option<String>,

    /// Only entries of this request: the request_id of a reply or of the log.
    #[arg(long, value_name = "ID", value_parser = request_id)]
    request_id: Option<String>,
}

impl ExportArgs {
    /// The options that leave entries out, as they could be given again.
    fn filters(&self) -> String {
        let times = [("--since", self.since), ("--until", self.until)];
        let texts = [
            ("--tenant", &self.tenant),
            ("--store", &self.store),
            ("--order", &self.order),
            ("--tool", &self.tool),
            ("--status", &self.status),
            ("--source", &self.source),
            ("--request-id", &self.request_id),
        ];
        let texts = texts.map(|(option, text)| Some(format!("{option} {}", text.as_deref()?)));
        let times = times.map(|(option, time)| Some(format!("{option} {}", time?)));
        texts.into_iter().chain(times).flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The shape of an export.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// One JSON array.
    #[default]
    Json,
    /// A table for spreadsheets.
    Csv,
}

/// Remove old entries of the audit log. This cannot be undone.
///
/// A running server does the same by itself with AUDIT_LOG_RETENTION_DAYS. What is removed is the beginning of each owner's
/// entries; a signed marker stays in its place, so that `audit verify` still finds every other removal.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp audit purge
  orderdesk-mcp audit purge --older-than-days 30 --yes
  orderdesk-mcp audit purge --tenant 0198c0de-0000-7000-8000-000000000001 --older-than-days 0 --yes")]
pub struct PurgeArgs {
    /// Only this tenant's entries: its id or its name.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,

    /// The age from which entries go; AUDIT_LOG_RETENTION_DAYS when left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=36_500))]
    older_than_days: Option<u32>,

    /// Do not ask.
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Look for entries that were changed, removed or added by anybody but this server.
///
/// Every owner's entries form a chain of digests keyed with the root key, and where a chain begins and ends is kept apart and
/// signed as well. Exit code 1 and one line for each thing that is wrong. What cannot be found: that the whole database was
/// replaced by an older copy of itself.
///
/// Of a deleted tenant a signed record stays of when it was deleted, how many entries went and how its log ended. One that was
/// changed, added or removed is found too.
///
/// A change is recorded before it is made and again at its end. One that has no end is named with its request id and is not
/// taken for damage: it is still at work, or the server was killed. Look in Order Desk what became of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp audit verify
  orderdesk-mcp audit verify --output json")]
pub struct VerifyArgs {
    #[command(flatten)]
    output: OutputArg,
}

/// Runs one of the commands on the configured database.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let retention = Duration::from_hours(24 * u64::from(settings.observability.audit_retention_days));
    let app = App::open(settings, &Context::paths()).await?;
    let outcome = match command {
        Command::Export(args) => export(&app, *args).await,
        Command::Show(args) => show::show(&app, args).await,
        Command::Purge(args) => purge(&app.engine, args, retention).await,
        Command::Verify(args) => verify(&app.engine, args.output.output).await,
    };
    app.end_after(outcome).await
}

async fn export(app: &App, args: ExportArgs) -> Result<(), Failure> {
    let format = match args.format {
        Format::Json => ExportFormat::Json,
        Format::Csv => ExportFormat::Csv,
    };
    // Before anything is looked for: whoever mistypes a name need not wait for the end.
    args.file.as_deref().map_or(Ok(()), new_file::refuse_taken)?;
    let filters = args.filters();
    let tool_name = match args.tool {
        Some(name) => Some(recorded(app, name).await?),
        None => None,
    };
    let (log, whose) = (app.engine.audit_log(), whose(args.tenant));
    let store_id = match args.store {
        Some(named) => Some(log.store_named(&whose, &named).await?),
        None => None,
    };
    let filter = AuditFilter {
        store_id,
        tool_name,
        status: args.status,
        source: args.source,
        request_id: args.request_id,
        order_id: args.order,
        since: args.since.map(Timestamp::as_millisecond),
        until: args.until.map(Timestamp::as_millisecond),
        words: Vec::new(),
    };
    let mut export = log.export(whose, filter, format).await?;
    match &args.file {
        Some(path) => {
            let mut file = NewFile::begin(path)?;
            while let Some(part) = export.next().await? {
                let written = file.write_all(part.as_bytes());
                written.map_err(|error| file.not_made(error))?;
            }
            file.keep(false)?;
        }
        None => {
            while let Some(part) = export.next().await? {
                output::print(part.as_bytes())?;
            }
        }
    }
    output::note(&format!("Entries exported: {}.", export.entries()));
    if export.entries() == 0 && !filters.is_empty() {
        output::note(&format!("No entry matches {filters}."));
    }
    Ok(())
}

/// The name that entries carry: a tool's dotted one. Acts that are not tools, such as tenant.create, stand as given, and so
/// do names that an earlier version recorded.
async fn recorded(app: &App, name: String) -> Result<String, Failure> {
    let tools = app.tools()?;
    let catalog = tools.catalog();
    if let Some(entry) = catalog.find(&name) {
        return Ok(entry.spec.name.to_owned());
    }
    if ACTS.contains(&name.as_str()) || app.engine.audit_log().mentions(&name).await? {
        return Ok(name);
    }
    let known = catalog.entries().iter().map(|entry| entry.spec.name).chain(ACTS);
    let unknown = Failure::usage(format!("--tool: nothing of the name {name:?} was ever recorded"));
    Err(match nearest(&name, known) {
        Some(nearest) => unknown.with_hint(format!("Did you mean {nearest}?")),
        None => unknown.with_hint("`orderdesk-mcp tools` lists the tools."),
    })
}

async fn purge(engine: &Engine, args: PurgeArgs, retention: Duration) -> Result<(), Failure> {
    let age = args
        .older_than_days
        .map_or(retention, |days| Duration::from_hours(24 * u64::from(days)));
    let days = age.as_secs() / 86_400;
    if !args.yes {
        let owner = args.tenant.as_deref().unwrap_or("all tenants");
        prompt::confirm(&format!(
            "Remove audit entries of {owner} that are older than {days} days?"
        ))?;
    }
    let purge = engine.audit_log().purge(whose(args.tenant), age).await?;
    match args.output.output {
        Output::Json => output::json(&json!({
            "older_than_days": days, "entries": purge.entries, "chains": purge.chains,
        }))?,
        Output::Text => output::line(&format!(
            "Entries older than {days} days removed: {}, of {} owners.",
            purge.entries, purge.chains
        ))?,
    }
    Ok(())
}

/// Entries between two lines of progress.
const STEP: u64 = 100_000;

async fn verify(engine: &Engine, output: Output) -> Result<(), Failure> {
    let mut told = 0;
    let mut watch = |entries: u64| {
        if entries >= told + STEP {
            told = entries;
            output::note(&format!("{entries} entries so far"));
        }
    };
    let verified = engine.audit_log().verify(&mut watch).await?;
    let (chains, entries, wrong) = (verified.chains, verified.entries, verified.findings.len());
    let unfinished = verified.unfinished_count;
    match output {
        Output::Json => output::json(&json!({
            "ok": wrong == 0, "chains": chains, "entries": entries,
            "findings": verified.findings.iter().map(shown).collect::<Vec<_>>(),
            "unfinished": verified.unfinished.iter().map(shown).collect::<Vec<_>>(), "unfinished_count": unfinished,
            "deleted_tenants": verified.ended.iter().map(shown).collect::<Vec<_>>(),
        }))?,
        Output::Text if wrong == 0 => output::line(&format!("All as written (chains: {chains}, entries: {entries})."))?,
        Output::Text => {
            for finding in &verified.findings {
                output::line(&finding.to_string())?;
            }
        }
    }
    if output == Output::Text {
        tell_ended(&verified)?;
        tell_unfinished(&verified);
    }
    if wrong == 0 {
        return Ok(());
    }
    Err(
        Failure::failed(format!("the audit log is not as it was written (findings: {wrong})")).with_hint(
            "Somebody changed the database from outside. Keep a copy of it before anything else, and compare with a backup.",
        ),
    )
}

/// Deleted tenants, the latest first.
fn tell_ended(verified: &Verification) -> io::Result<()> {
    const MOST: usize = 20;
    for ended in verified.ended.iter().rev().take(MOST) {
        output::line(&format!("{ended}."))?;
    }
    match verified.ended.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => output::line(&format!(
            "Deleted tenants before these: {more}; --output json lists them."
        )),
    }
}

/// No damage, and so beside the result.
fn tell_unfinished(verified: &Verification) {
    if verified.unfinished_count == 0 {
        return;
    }
    for change in &verified.unfinished {
        output::note(&change.to_string());
    }
    output::note(&format!(
        "Changes without an end: {}. This is no damage. Look in Order Desk whether they were made.",
        verified.unfinished_count
    ));
}

fn shown(told: &(impl Serialize + Display)) -> Value {
    let mut shown = json!(told);
    shown["message"] = told.to_string().into();
    shown
}

fn whose(tenant: Option<String>) -> Whose {
    tenant.map_or(Whose::Everybody, Whose::Tenant)
}

/// A request's id as entries carry it.
fn request_id(text: &str) -> Result<String, String> {
    let id = RequestId::parse(text).ok_or("a request id is a UUID, e.g. 0198c0de-0000-7000-8000-000000000001")?;
    Ok(id.to_string())
}

/// An order's id as entries carry it.
fn order_id(text: &str) -> Result<String, String> {
    let id = od_engine::bare_id(text);
    if (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(id.to_owned())
    } else {
        Err("an order id is digits, as orders_list gives it; an order's number is something else".to_owned())
    }
}
