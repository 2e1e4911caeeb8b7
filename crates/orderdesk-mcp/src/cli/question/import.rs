//! `import`: tracking numbers out of a file.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use od_engine::shipments::decode;
use serde_json::{Map, Value};

use super::{csv, sheet::Sheet, told};
use crate::{
    app::App,
    cli::{
        Context, Failure, call, output,
        output::{Output, OutputArg},
        shop,
    },
    config,
    shutdown::until_signalled,
};

const TOOL: &str = "shipments.import";
/// The results of every row are printed, however many the tool's replies have room for.
const ROOM: &str = "10000000";
/// The columns of a file, the same in every run: what a row does not have is empty.
const COLUMNS: [&str; 15] = [
    "line",
    "order",
    "status",
    "order_id",
    "tracking_number",
    "shipment_id",
    "carrier_code",
    "shipment_method",
    "contents",
    "left",
    "date_shipped",
    "reason",
    "detail",
    "likely",
    "notes",
];
/// More bytes than the longest table has.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Add tracking numbers from a table: a file of a spreadsheet, a carrier's report, CSV, TSV, Markdown or JSON.
///
/// The same as the tool shipments_import, with the same checks, limits and audit: columns are told by their headings or by what
/// they hold, and what speaks against a row makes it wait. A file is UTF-8, UTF-16 with a mark at its beginning, or else
/// windows-1252.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp import shipped.csv --dry-run
  orderdesk-mcp import shipped.csv --store \"Mug Shop\"
  orderdesk-mcp import shipped.csv --accept-warnings --csv > added.csv
  orderdesk-mcp import - --json < shipped.tsv

Exit code 0 also where single rows were not added: each says why.")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct Args {
    /// The table; - reads it from standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The store, by name or id. Without it the default store (MCP_DEFAULT_STORE), or the only one.
    #[arg(long, value_name = "STORE")]
    store: Option<String>,

    /// Only show what would be added.
    #[arg(long)]
    dry_run: bool,

    /// Add also the rows that a run before warned of.
    #[arg(long)]
    accept_warnings: bool,

    /// The results as CSV, every row.
    #[arg(long, conflicts_with_all = ["json", "output"])]
    csv: bool,

    /// As JSON, every row; the same as --output json.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Adds what the table has, and prints what became of each row.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let arguments = args.arguments()?;
    let settings = context.settings(vec![(&config::mcp::MCP_MAX_RESPONSE_BYTES, ROOM.to_owned())])?;
    let master_key = Context::master_key(&settings)?;
    let app = App::open(settings, &Context::paths()).await?;
    let called = until_signalled(async |stop| {
        let call = call::call(&app, &master_key, TOOL, arguments);
        let outcome = call::to_its_end(call, stop.cancelled()).await;
        (outcome, app.end().await)
    });
    let Some((outcome, ended)) = called.await? else {
        return Err(Failure::failed("interrupted: what was added is not known")
            .with_hint("The same command again adds nothing twice, and says what is there already."));
    };
    let answer = outcome?;
    if answer.is_error {
        return Err(told::failure(&answer.envelope));
    }
    args.print(&answer.envelope).map_err(call::ended_unseen)?;
    ended
}

impl Args {
    fn arguments(&self) -> Result<Map<String, Value>, Failure> {
        let mut arguments = Map::from_iter([
            ("rows".to_owned(), Value::from(table(&self.file)?)),
            ("dry_run".to_owned(), self.dry_run.into()),
            ("accept_warnings".to_owned(), self.accept_warnings.into()),
        ]);
        if let Some(store) = &self.store {
            arguments.insert("store".to_owned(), store.as_str().into());
        }
        Ok(arguments)
    }

    fn print(&self, envelope: &Map<String, Value>) -> Result<(), Failure> {
        let warnings = envelope.get("warnings").and_then(Value::as_array);
        for warning in warnings.into_iter().flatten().filter_map(Value::as_str) {
            output::note(&format!("warning: {}", as_options(warning)));
        }
        let nothing = Map::new();
        let data = envelope.get("data").and_then(Value::as_object).unwrap_or(&nothing);
        if self.json || self.output.output == Output::Json {
            output::json(envelope)?;
        } else if self.csv {
            csv::print(&laid_out(data).with(&COLUMNS))?;
        } else {
            tell(envelope, data, self.dry_run)?;
        }
        Ok(())
    }
}

/// The table as text, whatever program wrote it.
fn table(file: &Path) -> Result<String, Failure> {
    /// What a workbook begins with, and no text does.
    const ZIP: [u8; 4] = *b"PK\x03\x04";
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes)?;
        bytes
    } else {
        shop::read(file)?
    };
    if bytes.starts_with(&ZIP) {
        return Err(Failure::usage(format!("{} is a workbook, or packed", file.display()))
            .with_hint("Save the sheet as CSV, with the columns of numbers as text, and give that file."));
    }
    let text = decode(&bytes).into_owned();
    if text.trim().is_empty() {
        let what = if file == Path::new("-") {
            "standard input".to_owned()
        } else {
            file.display().to_string()
        };
        return Err(Failure::usage(format!("there is no table in {what}: it is empty")));
    }
    Ok(text)
}

/// Rows as they are; what a person has to see of them is on a screen.
fn laid_out(data: &Map<String, Value>) -> Sheet {
    const ASIDE: [&str; 4] = ["order_id", "shipment_id", "notes", "likely"];
    let in_words = |value: &mut Value| {
        if let Value::Array(several) = value {
            let words: Vec<&str> = several.iter().filter_map(Value::as_str).collect();
            *value = words.join("; ").into();
        }
    };
    let results = data.get("results").and_then(Value::as_array).into_iter().flatten();
    let mut rows: Vec<Map<String, Value>> = results.filter_map(Value::as_object).cloned().collect();
    rows.iter_mut().flat_map(Map::values_mut).for_each(in_words);
    Sheet::of(&rows, &ASIDE)
}

fn tell(envelope: &Map<String, Value>, data: &Map<String, Value>, is_dry: bool) -> io::Result<()> {
    let members = |name: &str| data.get(name).and_then(Value::as_object).into_iter().flatten();
    let store = envelope
        .get("store")
        .and_then(|store| store["store_name"].as_str())
        .unwrap_or_default();
    let counts: Vec<String> = members("counts")
        .map(|(status, count)| format!("{count} {}", status.replace('_', " ")))
        .collect();
    let how = if is_dry { " (nothing was sent)" } else { "" };
    output::line(&format!("{store}: {}{how}\n", counts.join(", ")))?;
    laid_out(data).print()?;
    let reasons: Vec<String> = members("reasons")
        .map(|(code, advice)| format!("{code}: {}", as_options(advice.as_str().unwrap_or_default())))
        .collect();
    if reasons.is_empty() {
        return Ok(());
    }
    output::line(&format!("\n{}", reasons.join("\n")))
}

/// The tool's arguments as options.
fn as_options(text: &str) -> String {
    text.replace("accept_warnings", "--accept-warnings")
        .replace("dry_run", "--dry-run")
}
