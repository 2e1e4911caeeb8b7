//! `serve`: MCP over HTTP.

use std::{
    io::{ErrorKind, IsTerminal},
    net::SocketAddr,
    time::Duration,
};

use od_engine::Identity;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    Context, Failure,
    context::Override,
    output::{self, Output, OutputArg},
};
use crate::{
    app::{self, App},
    config::server,
    http::Listener,
    shutdown::{self, Grace},
};

/// How long whoever reads the metrics at the end may take.
const LAST_SCRAPE: Duration = Duration::from_secs(1);

/// Serve MCP over HTTP: the endpoint is /mcp, health is at /health.
///
/// Callers sign in on the server's page (OAuth), or send a token or their master key as a bearer token. Anything but a
/// loopback HOST should stand behind a proxy with TLS; set PUBLIC_URL to its address. Ctrl-C and SIGTERM let running work
/// end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp serve
  orderdesk-mcp serve --port 9000
  HOST=0.0.0.0 PUBLIC_URL=https://orders.example.com orderdesk-mcp serve")]
pub struct Args {
    /// Listen on this address instead of HOST.
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,

    /// Listen on this port instead of PORT; 0 takes any free one.
    #[arg(long, value_name = "N")]
    port: Option<u16>,

    #[command(flatten)]
    output: OutputArg,
}

/// Serves until a signal ends it.
pub async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let host: Option<Override> = args.host.clone().map(|host| (&server::HOST, host));
    let port: Option<Override> = args.port.map(|port| (&server::PORT, port.to_string()));
    let settings = context.server_settings(host.into_iter().chain(port).collect())?;
    let address = SocketAddr::new(settings.server.host, settings.server.port);
    let metrics = settings.observability.metrics_address();
    let app = App::open_or_make(settings, &Context::paths()).await?;
    app.tell_of_root_keys().await?;
    app.serve_among_others().await?;
    let listener = listen(address).await?;
    let metrics = match metrics {
        Some(address) => Some(listen_for_metrics(address).await?),
        None => None,
    };
    let metrics_url = metrics
        .as_ref()
        .map(|listener| format!("http://{}/metrics", listener.address()));
    let json = args.output.output == Output::Json;
    let told = greeting(&app, args).await?;
    let ready = |address| {
        if let Some(told) = told {
            output::note(&told(address));
        }
        if json {
            let mut told = json!({ "url": endpoint_at(address) });
            if let Some(url) = &metrics_url {
                told["metrics_url"] = url.as_str().into();
            }
            Ok(output::json(&told)?)
        } else {
            Ok(())
        }
    };
    until_signalled(app, Listeners { all: listener, metrics }, None, ready).await
}

/// What a person who started the server at a terminal is told; a supervisor reads the log alone.
async fn greeting(app: &App, args: &Args) -> Result<Option<impl FnOnce(SocketAddr) -> String + use<>>, Failure> {
    if args.output.output == Output::Json || !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    let none_yet = app::contents(app.settings(), &Context::paths()).await?.tenants == 0;
    let public = public_endpoint(app);
    let place = app.place().to_owned();
    Ok(Some(move |address| {
        let url = public.unwrap_or_else(|| endpoint_at(address));
        let tenant = if none_yet {
            "\nThere is no tenant yet: `orderdesk-mcp tenant create` or `setup`, with the same variables, makes one."
        } else {
            ""
        };
        format!("MCP endpoint: {url}\nDatabase:     {place}{tenant}\nPress Ctrl-C to end.")
    }))
}

/// What clients are given.
fn endpoint(app: &App, address: SocketAddr) -> String {
    public_endpoint(app).unwrap_or_else(|| endpoint_at(address))
}

fn public_endpoint(app: &App) -> Option<String> {
    Some(app.settings().server.public_url.as_ref()?.join("/mcp"))
}

fn endpoint_at(address: SocketAddr) -> String {
    format!("http://{address}/mcp")
}

/// Binds the address or says what else to try.
pub async fn listen(address: SocketAddr) -> Result<Listener, Failure> {
    Listener::bind(address).await.map_err(|error| {
        Failure::failed(format!("cannot listen on {address}: {error}")).with_hint(match error.kind() {
            ErrorKind::AddrNotAvailable => "HOST must be an address of this machine, such as 127.0.0.1 or 0.0.0.0.",
            ErrorKind::PermissionDenied => "Ports below 1024 need rights of their own: choose another --port or PORT.",
            _ => "Choose another --port or PORT; 0 takes any free one.",
        })
    })
}

async fn listen_for_metrics(address: SocketAddr) -> Result<Listener, Failure> {
    let bound = Listener::bind(address).await;
    let listener = bound.map_err(|error| {
        Failure::failed(format!("cannot listen for metrics on {address}: {error}"))
            .with_hint("METRICS_HOST must be an address of this machine; METRICS_PORT one that is free, 0 for any.")
    })?;
    Ok(listener.for_few())
}

/// Where callers come in.
pub struct Listeners {
    /// For everything.
    pub all: Listener,
    /// For the operator's pages alone.
    pub metrics: Option<Listener>,
}

/// Serves everything until a signal, then lets running work end within the grace period. `ready` is told the address
/// once connections are taken and signals are heard.
pub async fn until_signalled(
    app: App,
    listeners: Listeners,
    open: Option<Identity>,
    ready: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let grace = app.settings().server.shutdown_grace;
    let ended = shutdown::until_signalled(async |stop| {
        let end = CancellationToken::new();
        let Listeners { all: listener, metrics } = listeners;
        let routes = app.routes(listener.address(), open, stop.clone(), end.clone())?;
        ready(listener.address())?;
        let metrics = metrics.map(|metrics| {
            tracing::info!(listener = %metrics.address(), "listening for metrics");
            let routes = app.metrics_routes(stop.clone());
            // To the end, so that what happens last is seen.
            tokio::spawn(metrics.serve(routes, end.clone(), LAST_SCRAPE))
        });
        let (address, version) = (listener.address(), env!("CARGO_PKG_VERSION"));
        tracing::info!(listener = %address, url = endpoint(&app, address), version, "listening");
        let listener = listener
            .behind(app.trust().map(|trust| trust.proxies))
            .counting_in(app.engine.clone());
        let left = Grace::after(&stop, grace);
        if !listener.serve(routes, stop, grace).await {
            tracing::warn!("requests were still running at the end of the grace period");
        }
        end.cancel();
        if let Some(metrics) = metrics {
            // Whoever still reads is cut off.
            let _ = metrics.await;
        }
        app.close(left.left().await).await;
        tracing::info!("stopped");
        Ok(())
    });
    ended.await?.unwrap_or_else(|| {
        Err(Failure::failed(
            "ended at once by a second signal; running work was cut off",
        ))
    })
}
