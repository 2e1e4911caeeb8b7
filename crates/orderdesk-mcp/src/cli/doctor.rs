//! `doctor`: looks at everything the program depends on and says how to mend what fails.

mod checks;
mod finding;
mod live;
mod oauth;
mod public_url;
mod silence;

use std::time::Duration;

use serde_json::json;

use self::finding::{Finding, Verdict};
pub use self::oauth::Address;
use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::config::{Paths, root::MCP_KMS_KEY};

/// Check the root key, database, clock, Order Desk and credentials, and say how to mend what fails.
///
/// With MCP_MASTER_KEY set, the credentials of every store of that tenant are tried. With ORDERDESK_TEST_ENABLED=true,
/// those of the test store are. With --oauth, only a server's address is tried, from anywhere and without settings: each step
/// of a client that was given nothing but that URL, up to the sign-in page, and why one fails. With --live, only whether the
/// server on this machine answers is found out, from HOST and PORT alone, for a container's health check.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp doctor
  MCP_MASTER_KEY_FILE=/run/secrets/key orderdesk-mcp doctor --output json
  orderdesk-mcp doctor --oauth https://orders.example.com/mcp
  orderdesk-mcp doctor --live

Exit code 1 when a check fails.")]
pub struct Args {
    /// Play a client that connects to this URL, as it is pasted into an assistant.
    #[arg(long, value_name = "URL")]
    oauth: Option<Address>,

    /// Only ask whether the server at HOST and PORT answers; nothing else is read or tried.
    #[arg(long, conflicts_with = "oauth")]
    live: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// How long a server that is asked over the internet may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs every check that can be run.
pub async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let findings = match &args.oauth {
        Some(address) => oauth::check(address, PATIENCE).await,
        None if args.live => vec![live::check(context).await],
        None => match everything(context).await {
            Ok(findings) => findings,
            Err(failure) => {
                if args.output.output == Output::Json {
                    print_json(&[finding::failed("configuration", &failure)])?;
                }
                return Err(failure);
            }
        },
    };
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Failed)
        .count();
    match args.output.output {
        Output::Json => print_json(&findings)?,
        Output::Text => print(&findings)?,
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::failed(format!("{failed} of {} checks failed", findings.len())))
    }
}

async fn everything(context: &Context) -> Result<Vec<Finding>, Failure> {
    // The settings' own faults are the first finding of all, and each names its remedy.
    let settings = context.settings(Vec::new())?;
    let mut findings = vec![Finding::ok("configuration", "every setting is valid")];
    let open_files = context.load(Vec::new())?.open_files;
    findings.extend(
        open_files
            .into_iter()
            .map(|told| Finding::warning("secret file", told, "")),
    );
    let file = context.file_of(&MCP_KMS_KEY)?;
    let given = file.map_or_else(|| MCP_KMS_KEY.name.to_owned(), |(name, _)| name);
    findings.extend(checks::run(&settings, &Paths::platform(), &given).await);
    Ok(findings)
}

fn print_json(findings: &[Finding]) -> std::io::Result<()> {
    let ok = findings.iter().all(|finding| finding.verdict != Verdict::Failed);
    output::json(&json!({ "ok": ok, "checks": findings }))
}

fn print(findings: &[Finding]) -> Result<(), Failure> {
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Ok => "ok     ",
            Verdict::Warning => "warning",
            Verdict::Failed => "FAILED ",
            Verdict::Skipped => "skipped",
        };
        output::line(&format!("{mark} {}: {}", finding.check, finding.message))?;
        if let Some(mend) = &finding.mend {
            output::line(&format!("        {mend}"))?;
        }
    }
    Ok(())
}
