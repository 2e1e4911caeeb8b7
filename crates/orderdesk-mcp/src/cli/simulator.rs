//! `simulator`: an Order Desk that lives in memory.

use std::{net::SocketAddr, path::PathBuf};

use jiff::Timestamp;
use od_engine::Clock;
use od_sim::{Fault, SimOptions, Simulator, Tls, TlsError};
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    shop::{self, ShopArgs},
};
use crate::config;

/// Run a simulated Order Desk: the whole REST API v2, two stores of believable orders, faults on demand.
///
/// For trying this program and for testing any other Order Desk integration. It listens on loopback only, keeps
/// everything in memory, and starts with the same orders and API keys each time, the orders dated in the weeks before --now. Its
/// control plane is at /_sim; POST /_sim/reset makes everything as at the start.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp simulator
  orderdesk-mcp simulator --port 0 --output json
  orderdesk-mcp simulator --now 2026-03-02T15:00:00Z --api-key test-key
  orderdesk-mcp simulator --orders 100000
  orderdesk-mcp simulator --choice put_moves_folder=off --rules rules.json --webhook-pause 0.5
  orderdesk-mcp simulator --port 8443 --tls-cert cert.pem --tls-key key.pem
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
    #[arg(long, value_name = "TIME", value_parser = present, allow_hyphen_values = true)]
    now: Option<Timestamp>,

    /// Give the first store so many orders, over half a year. Those beyond its own take no memory until they are asked for.
    #[arg(long, value_name = "N")]
    orders: Option<u64>,

    /// Never refuse a call for want of tokens.
    #[arg(long)]
    no_rate_limit: bool,

    /// A fault to begin with, as JSON (see the simulator's README); can be given several times.
    #[arg(long = "fault", value_name = "JSON", value_parser = parse_fault)]
    faults: Vec<Fault>,

    /// Speak TLS with this certificate (PEM, with those between it and its authority), for clients that want https.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM, without a passphrase).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    #[command(flatten)]
    shop: ShopArgs,

    #[command(flatten)]
    output: OutputArg,
}

fn present(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "is no time as RFC 3339 writes it, such as 2026-03-02T15:00:00Z".to_owned())
}

fn parse_fault(text: &str) -> Result<Fault, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Runs until Ctrl-C or SIGTERM.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    context.few_settings(&[&config::observability::LOG_LEVEL])?;
    let tls = tls(&args)?;
    let mut options = SimOptions {
        bind: SocketAddr::from(([127, 0, 0, 1], args.port)),
        seed: args.seed,
        now: args.now.unwrap_or_else(|| Clock::system().now()),
        rate_limit: !args.no_rate_limit,
        faults: args.faults,
        tls,
        ..SimOptions::default()
    };
    if let (Some(orders), Some(store)) = (args.orders, options.stores.first_mut()) {
        store.hold(orders);
    }
    args.shop.apply(&mut options)?;
    let simulator = args.shop.start(options).await?;
    let ended = crate::shutdown::until_signalled(async |stop| {
        print(&simulator, args.output.output)?;
        stop.cancelled().await;
        simulator.stop().await;
        Ok(())
    });
    ended.await?.unwrap_or(Ok(()))
}

fn tls(args: &Args) -> Result<Option<Tls>, Failure> {
    let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) else {
        return Ok(None);
    };
    let tls = Tls::from_pem(&shop::read(cert)?, &shop::read(key)?);
    let wrong = |error: TlsError| {
        let file = if matches!(error, TlsError::Key) { key } else { cert };
        Failure::usage(format!("{}: {error}", file.display()))
    };
    tls.map(Some).map_err(wrong)
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
                "url": simulator.base_url(),
                "control_url": simulator.control_url(),
                "stores": stores,
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
