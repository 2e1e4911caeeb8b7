//! `demo`: the server with a living, simulated Order Desk inside.

mod folder;
mod keys;
mod owner;
mod shops;
#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use od_engine::{Clock, Error, Identity, stores::Register};
use od_sim::{SimOptions, SimStore, Simulator};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use self::{folder::Folder, keys::DemoKeys, shops::Shops};
use super::{
    Context, Failure,
    context::Override,
    output::{self, Output, OutputArg},
    serve,
    shop::ShopArgs,
    stdio,
};
use crate::{
    app::App,
    config::{
        DatabaseUrl, ServiceUrl, Setting, Settings, mail::Mail, root, server, storage, tenants, upstream, web_ui,
    },
};

/// Try it: the server on loopback with a simulated Order Desk of two stores. No account needed.
///
/// Prints a link to its pages that signs in once, the address, a master key and the entry for a client's configuration, for
/// clients that connect over HTTP and for those that start their servers themselves. Everything lives in memory and is gone
/// at the end; with --data the keys, the tenant and its audit log stay, so that a client's entry stays good, and the shops
/// begin anew; `call`, `report` and the other commands can then ask it from another shell, by the file of settings that it
/// writes there. Nothing of a real installation is touched: not its database, keys or stores.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp demo
  orderdesk-mcp demo --open --port 9000
  orderdesk-mcp demo --stdio
  orderdesk-mcp demo --orders 5000
  orderdesk-mcp demo --data ./demo --output json")]
pub struct Args {
    /// Speak MCP over standard input and output instead of HTTP.
    #[arg(long)]
    stdio: bool,

    /// Answer calls without credentials as the demo's tenant.
    #[arg(long, conflicts_with = "stdio")]
    open: bool,

    /// Keep the demo's database and keys in this folder. The orders themselves are those of a new shop at each start. A second
    /// demo that starts while one uses the folder has the same keys and keeps nothing.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Listen on this port instead of PORT; 0 takes any free one.
    #[arg(long, value_name = "N", conflicts_with = "stdio")]
    port: Option<u16>,

    /// Give the first store so many orders, over half a year. Those beyond its own take no memory until they are asked for.
    #[arg(long, value_name = "N")]
    orders: Option<u64>,

    #[command(flatten)]
    shop: ShopArgs,

    #[command(flatten)]
    output: OutputArg,
}

/// So far back do the shops' own orders go: a report over last month has a month before it to compare with.
const DAYS: u32 = 75;

/// Settings of a real installation, which [`isolate`] keeps away from.
const UNUSED: &[&Setting] = &[
    &root::MCP_KMS_KEY,
    &storage::DATABASE_URL,
    &upstream::ORDERDESK_API_BASE_URL,
    &server::PUBLIC_URL,
    &tenants::MCP_MASTER_KEY,
];

/// Runs until a signal, or over stdio until the client hangs up.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    // Said before the settings are looked at together: some of them are about the pages, which are always there.
    let mut overrides: Vec<Override> = vec![(&web_ui::ENABLE_WEBUI, true.to_string())];
    overrides.extend(args.port.map(|port| (&server::PORT, port.to_string())));
    let unused = if args.stdio {
        &[UNUSED, server::LISTENING, Mail::rows()].concat()
    } else {
        UNUSED
    };
    let mut settings = context.demo_settings(overrides, unused)?;
    if args.shop.fixes_keys() && args.data.is_some() {
        return Err(Failure::usage(
            "--api-key and --data exclude each other: the folder keeps the keys its stores were registered with",
        ));
    }
    let folder = args.data.as_deref().map(Folder::take).transpose()?;
    if let (Some(None), Some(path)) = (&folder, &args.data) {
        output::note(&format!(
            "note: another demo that runs keeps its database in {}: this one has the same keys and keeps nothing",
            path.display()
        ));
    }
    let folder = folder.flatten();
    let mut keys = keys::open(args.data.as_deref())?;
    let simulator = Arc::new(simulator(&args, &keys).await?);
    isolate(&mut settings, &keys, &simulator, folder.as_ref().map(Folder::path));
    if args.open {
        close_to_others(&mut settings);
    }

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, settings.server.port));
    let listener = if args.stdio {
        None
    } else {
        Some(serve::listen(address).await?)
    };
    if let Some(listener) = &listener {
        // The addresses that the simulator posts to name it.
        settings.server.port = listener.address().port();
    }
    let app = App::open_or_make(settings, &Context::paths()).await?;
    let kept = folder.as_ref().map(Folder::path);
    let identity = furnish(&app, &mut keys, kept, &simulator.stores()).await?;
    let Some(listener) = listener else {
        return stdio::serve(app, Some(keys.master_key)).await;
    };
    // Commands of the program open the same database.
    app.serve_among_others().await?;
    if app.engine.webhooks().are_taken() {
        post_changes(&app, &keys, &simulator).await?;
    }
    let open = args.open.then(|| identity.clone());
    let shops = Shops::new(simulator.clone(), Clock::system());
    let (demo, link) = od_web::Demo::new(keys.master_key.clone(), Arc::new(move || shops.orders()));
    let app = app.with_demo(demo);
    let ready = |address| print(&args, kept, address, &link, &keys, &simulator, &identity);
    let listeners = serve::Listeners {
        all: listener,
        metrics: None,
    };
    serve::until_signalled(app, listeners, open, ready).await
}

async fn simulator(args: &Args, keys: &DemoKeys) -> Result<Simulator, Failure> {
    let mut options = SimOptions {
        now: Clock::system().now(),
        ..SimOptions::default()
    };
    for (store, key) in options.stores.iter_mut().zip(&keys.api_keys) {
        key.expose_secret().clone_into(&mut store.api_key);
        store.days = DAYS;
    }
    if let Some(store) = options.stores.first_mut() {
        store.incidents = true;
        if let Some(orders) = args.orders {
            store.hold(orders);
        }
    }
    args.shop.apply(&mut options)?;
    args.shop.start(options).await
}

/// Points every setting that could reach a real installation at the demo's own things.
fn isolate(settings: &mut Settings, keys: &DemoKeys, simulator: &Simulator, data: Option<&Path>) {
    settings.root.kms_key = Some(keys.root_key.clone());
    settings.root.kms_key_previous = None;
    settings.storage.database_url = Some(match data {
        Some(folder) => DatabaseUrl::file(&folder.join("app.db")),
        None => DatabaseUrl::memory(),
    });
    settings.upstream.base_url = ServiceUrl::trusted(simulator.base_url());
    settings.server.host = Ipv4Addr::LOCALHOST.into();
    settings.server.public_url = None;
    settings.observability.metrics_port = None;
    settings.cache.redis_url = None;
    settings.tenants.master_key = None;
    settings.tenants.default_store = None;
    settings.tenants.auto_provision = false;
    settings.tenants.allow_master_key_bearer = true;
}

/// Without a key the address is the only lock. A server of this configuration may stand behind a proxy on this machine or
/// be called by web pages; the open demo is neither.
fn close_to_others(settings: &mut Settings) {
    settings.server.allowed_hosts.0.clear();
    settings.server.allowed_origins.0.clear();
    settings.server.trust_proxy = false;
}

/// Makes the demo's tenant with its stores, unless an earlier run with the same folder did.
async fn furnish(
    app: &App,
    keys: &mut DemoKeys,
    folder: Option<&Path>,
    stores: &[SimStore],
) -> Result<Identity, Failure> {
    let engine = &app.engine;
    engine.forget_shops().await.map_err(Error::from)?;
    owner::settle(app, keys, folder).await?;
    let scope = app.sign_in_plainly(&keys.master_key).await?;
    let registered = engine.stores().list(&scope).await?.data;
    for store in stores
        .iter()
        .filter(|store| registered.iter().all(|known| known.store_id != store.store_id))
    {
        let new = Register {
            store_id: store.store_id.clone(),
            api_key: SecretString::from(store.api_key.clone()),
            store_name: Some(store.name.clone()),
            label: Some("simulated".to_owned()),
            verify: true,
        };
        owner::as_if_alone(engine.stores().register(&scope, new).await)?;
    }
    Ok(scope.identity().clone())
}

/// Has the simulator post every order that changes to this server, as a merchant's rules would.
async fn post_changes(app: &App, keys: &DemoKeys, simulator: &Simulator) -> Result<(), Failure> {
    let scope = app.sign_in_plainly(&keys.master_key).await?;
    for store in simulator.stores() {
        let webhook = app.engine.webhooks().enable(&scope, &store.store_id).await?.data;
        if let Some(address) = webhook.address {
            let posted = simulator.post_changes(&store.store_id, od_sim::Post::to(address));
            posted.map_err(|error| Failure::failed(error.to_string()))?;
        }
    }
    Ok(())
}

/// The two ways a client reaches the demo, as its file says them: the server that runs here, and one that the client starts
/// itself, which has a shop of its own.
fn entries(args: &Args, url: &str, key: &str) -> std::io::Result<(Value, Value)> {
    let http = json!({ "orderdesk-demo": {
        "type": "http", "url": url, "headers": { "Authorization": format!("Bearer {key}") },
    } });
    let mut arguments = vec!["demo".to_owned(), "--stdio".to_owned()];
    if let Some(folder) = &args.data {
        // The client starts it somewhere else.
        let folder = std::path::absolute(folder)?;
        arguments.extend(["--data".to_owned(), folder.to_string_lossy().into_owned()]);
    }
    if let Some(orders) = args.orders {
        arguments.extend(["--orders".to_owned(), orders.to_string()]);
    }
    let stdio = json!({ "orderdesk-demo": { "command": std::env::current_exe()?, "args": arguments } });
    Ok((http, stdio))
}

/// How the program's own commands ask the demo: they open the database themselves, which no other process can in memory.
fn from_a_shell(settings: Option<&Path>) -> String {
    settings.map_or_else(
        || {
            "From a shell: `orderdesk-mcp call`, `report`, `find` and the other commands open the database themselves, and that of this \
             demo is\nin memory, so the master key opens nothing for them. Start `orderdesk-mcp demo --data ./demo` instead, which says how."
                .to_owned()
        },
        |file| {
            format!(
                "From another shell, where neither the environment nor a file .env has settings of their own:\n\
                 orderdesk-mcp --config {} report sales_by_day --stores-all",
                output::for_a_shell(&file.display().to_string())
            )
        },
    )
}

fn print(
    args: &Args,
    folder: Option<&Path>,
    address: SocketAddr,
    link: &str,
    keys: &DemoKeys,
    simulator: &Simulator,
    identity: &Identity,
) -> Result<(), Failure> {
    let url = format!("http://{address}/mcp");
    let pages = format!("http://{address}{link}");
    let stores = simulator.stores();
    let key = keys.master_key.expose_secret();
    let (http, stdio) = entries(args, &url, key)?;
    let settings = folder.map(|folder| keys::write_settings(folder, keys, address, &simulator.base_url()));
    let settings = settings.transpose()?;
    if args.output.output == Output::Json {
        let stores: Vec<_> = stores
            .iter()
            .map(|store| json!({ "store_id": store.store_id, "store_name": store.name, "api_key": store.api_key }))
            .collect();
        output::json(&json!({
            "url": url,
            "pages_url": pages,
            "master_key": key,
            "tenant_id": identity.tenant().to_string(),
            "simulator_url": simulator.base_url(),
            "simulator_control_url": simulator.control_url(),
            "stores": stores,
            "open": args.open,
            "settings_file": settings,
            "clients": { "http": http, "stdio": stdio },
        }))?;
        return Ok(());
    }
    let stores: Vec<_> = stores
        .iter()
        .map(|store| format!("{} ({})", store.name, store.store_id))
        .collect();
    output::line(&format!(
        "\
Look around:   {pages}
               (signs you in, once)
MCP endpoint:  {url}
Master key:    {key}
Stores:        {}
Simulator:     {}{}

For a client that connects over HTTP (Claude Code, Cursor; in VS Code below \"servers\"):
{:#}

For a client that starts its servers itself (Claude Desktop and most others); it gets a shop of its own, so that what is
changed in one is not seen in the other:
{:#}

{}

The README says in which file each client looks for its entry. `demo --output json` prints the stores' API keys too.
Ask your assistant: \"Which orders came in last, and where do they ship to?\"
Press Ctrl-C to end.",
        stores.join(", "),
        simulator.base_url(),
        if args.open {
            "\nCalls without the key are answered too (--open)."
        } else {
            ""
        },
        json!({ "mcpServers": http }),
        json!({ "mcpServers": stdio }),
        from_a_shell(settings.as_deref()),
    ))?;
    Ok(())
}
