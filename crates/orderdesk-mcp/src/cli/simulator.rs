//! `simulator`: an Order Desk that lives in memory.

use std::net::SocketAddr;

use jiff::Timestamp;
use od_engine::Clock;
use od_sim::{Fault, SimOptions, Simulator};
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};

/// Run a simulated Order Desk: the whole REST API v2, two stores of believable orders, faults on demand.
///
/// For trying this program and for testing any other Order Desk integration. It listens on loopback only, keeps
/// everything in memory, and starts with the same orders each time, dated in the weeks before --now. Its control plane is at /_sim.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp simulator
  orderdesk-mcp simulator --port 0 --output json
  orderdesk-mcp simulator --now 2026-03-02T15:00:00Z
  orderdesk-mcp simulator --fault '{\"kind\":{\"error_after_commit\":{\"status\":502}},\"method\":\"PUT\"}'
  ORDERDESK_API_BASE_URL=http://127.0.0.1:8090/api/v2 orderdesk-mcp serve")]
pub struct Args {
    /// The port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 8090, value_name = "N")]
    port: u16,

    /// Decides the seeded orders and the faults that strike by chance.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,

    /// The simulated present, RFC 3339, from which it moves on; the real present without it.
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,

    /// Never refuse a call for want of tokens.
    #[arg(long)]
    no_rate_limit: bool,

    /// A fault to begin with, as JSON (see the simulator's README); can be given several times.
    #[arg(long = "fault", value_name = "JSON", value_parser = parse_fault)]
    faults: Vec<Fault>,

    #[command(flatten)]
    output: OutputArg,
}

fn parse_fault(text: &str) -> Result<Fault, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Runs until Ctrl-C or SIGTERM.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    context.settings(Vec::new())?;
    let options = SimOptions {
        bind: SocketAddr::from(([127, 0, 0, 1], args.port)),
        seed: args.seed,
        now: args.now.unwrap_or_else(|| Clock::system().now()),
        rate_limit: !args.no_rate_limit,
        faults: args.faults,
        ..SimOptions::default()
    };
    let simulator = Simulator::start(options).await.map_err(|error| {
        Failure::failed(error.to_string()).with_hint("Choose another --port; 0 takes any free one.")
    })?;
    let ended = crate::shutdown::until_signalled(async |stop| {
        print(&simulator, args.output.output)?;
        stop.cancelled().await;
        simulator.stop().await;
        Ok(())
    });
    ended.await?.unwrap_or(Ok(()))
}

fn print(simulator: &Simulator, output: Output) -> Result<(), Failure> {
    let stores = simulator.stores();
    match output {
        Output::Json => {
            let stores: Vec<_> = stores
                .iter()
                .map(|store| json!({ "store_id": store.store_id, "name": store.name, "api_key": store.api_key }))
                .collect();
            output::json(&json!({
                "url": simulator.base_url(), "control_url": simulator.control_url(), "stores": stores,
            }))?;
        }
        Output::Text => {
            output::line(&format!(
                "API:     {}\nControl: {}\n",
                simulator.base_url(),
                simulator.control_url()
            ))?;
            let rows: Vec<_> = stores
                .into_iter()
                .map(|store| [store.store_id, store.name, store.api_key])
                .collect();
            output::table(["STORE", "NAME", "API KEY"], &rows)?;
        }
    }
    Ok(())
}
