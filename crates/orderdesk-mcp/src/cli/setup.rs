//! `setup`: from nothing to a connected store in about two minutes.

mod client_config;

use std::{fs, path::PathBuf};

use od_engine::{Engine, RootKey, stores::Register, tenants::NewTenant};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    prompt, store,
};
use crate::{
    app::{self, App},
    config::{Paths, Settings, write_key_file},
};

/// Start with a real Order Desk account: root key, database, tenant, store, client.
///
/// Asks for a store's id and API key and tries them, then makes the root key file and the database in the platform's
/// directories unless MCP_KMS_KEY and DATABASE_URL say otherwise, makes a tenant unless MCP_MASTER_KEY names one, and
/// offers to write a client's configuration. Every answer can be given as an option instead. Nothing that exists is
/// overwritten: with MCP_MASTER_KEY set, running it again adds another store to that tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp setup
  orderdesk-mcp setup --store-id 12345 --api-key-env MUG_SHOP_KEY --client-config none
  orderdesk-mcp setup --client-config ~/.cursor/mcp.json")]
pub struct Args {
    /// A name for the tenant that is made.
    #[arg(long, value_name = "TEXT")]
    tenant_name: Option<String>,

    /// The store's id at Order Desk: digits. Asked for when left out.
    #[arg(long, value_name = "N")]
    store_id: Option<String>,

    /// The name to call the store by; Order Desk's own name for it when left out.
    #[arg(long, value_name = "TEXT")]
    store_name: Option<String>,

    /// The environment variable that holds the API key. Asked for when neither this nor a file is given.
    #[arg(long, value_name = "VARIABLE", conflicts_with = "api_key_file")]
    api_key_env: Option<String>,

    /// The file that holds the API key.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,

    /// The JSON file of an MCP client to add this server to, or none. Asked for when left out.
    #[arg(long, value_name = "FILE")]
    client_config: Option<PathBuf>,

    #[command(flatten)]
    output: OutputArg,
}

/// Takes the steps one after the other and says what each did.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    // What can be refused is asked for and tried before anything is made, so that a mistake leaves nothing behind.
    let answers = answers(context, &args)?;
    app::try_credentials(&settings, &answers.store_id, &answers.api_key).await?;

    let paths = Context::paths();
    let new_key = make_root_key(&settings, &paths)?;
    let app = match (App::open(settings, &paths).await, new_key) {
        (Ok(app), _) => app,
        (Err(failure), None) => return Err(failure),
        (Err(failure), Some(path)) => {
            // A key that sealed nothing would only stand where the right one belongs.
            fs::remove_file(&path)?;
            output::note(&format!("Root key: {} was removed again.", path.display()));
            return Err(failure);
        }
    };
    let outcome = connect(app.settings(), &app.engine, args, answers).await;
    let ended = app.end().await;
    outcome.and(ended)
}

/// What a person is asked for.
struct Answers {
    store_id: String,
    api_key: SecretString,
    /// The client's file to add this server to.
    client: Option<PathBuf>,
}

fn answers(context: &Context, args: &Args) -> Result<Answers, Failure> {
    let store_id = match &args.store_id {
        Some(id) => id.clone(),
        None => prompt::text("Order Desk store id (Settings, Store Settings, API)", "--store-id N")?,
    };
    let api_key = store::api_key(context, args.api_key_env.as_deref(), args.api_key_file.as_deref())?;
    let client = client(args.client_config.as_ref())?;
    if let Some(path) = &client {
        client_config::check(path)?;
    }
    Ok(Answers {
        store_id,
        api_key,
        client,
    })
}

fn client(path: Option<&PathBuf>) -> Result<Option<PathBuf>, Failure> {
    let path = match path {
        Some(path) => path.clone(),
        None if !prompt::is_attended() => return Ok(None),
        None => prompt::text(
            "Client configuration file to add this server to (Enter for none)",
            "--client-config",
        )?
        .into(),
    };
    let none = path.as_os_str().is_empty() || path.as_os_str() == "none";
    Ok((!none).then_some(path))
}

/// The path of the key file when it is new.
fn make_root_key(settings: &Settings, paths: &Paths) -> Result<Option<PathBuf>, Failure> {
    if settings.root.kms_key.is_some() {
        output::note("Root key: taken from MCP_KMS_KEY.");
        return Ok(None);
    }
    let path = paths.key_file()?;
    if path.exists() {
        output::note(&format!("Root key: {} (kept).", path.display()));
        return Ok(None);
    }
    write_key_file(&path, &RootKey::generate().to_base64())
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))?;
    output::note(&format!(
        "Root key: {} (new). Keep a copy of it apart from the database.",
        path.display()
    ));
    Ok(Some(path))
}

async fn connect(settings: &Settings, engine: &Engine, args: Args, answers: Answers) -> Result<(), Failure> {
    let (master_key, is_new) = tenant(settings, engine, args.tenant_name).await?;
    let scope = app::sign_in_plainly(engine, &master_key).await?;
    if is_new && args.output.output == Output::Text {
        output::line(&format!(
            "Tenant:     {}\nMaster key: {}\nKeep the key: it is stored nowhere and not shown again.",
            scope.tenant(),
            master_key.expose_secret()
        ))?;
    }
    let new = Register {
        store_id: answers.store_id,
        api_key: answers.api_key,
        store_name: args.store_name,
        label: None,
        verify: true,
    };
    let parameters = json!({ "store_id": new.store_id, "store_name": new.store_name });
    let tenant = store::Tenant { engine, scope };
    let registered = tenant
        .call("stores.register", parameters, |engine, scope| async move {
            engine.stores().register(&scope, new).await
        })
        .await?;
    output::note("Order Desk accepts the credentials; the API key is sealed and stored.");

    let entry = client_config::entry(settings, &master_key)?;
    if let Some(path) = &answers.client {
        client_config::merge(path, &entry)?;
        output::note(&format!("Client: added to {}; restart the client.", path.display()));
    }
    match args.output.output {
        Output::Json => output::json(&json!({
            "tenant_id": tenant.scope.tenant().to_string(),
            "master_key": is_new.then(|| master_key.expose_secret()),
            "store": registered,
            "client_config": answers.client,
            "mcp_servers": entry,
        }))?,
        Output::Text if answers.client.is_none() => {
            output::line(&format!(
                "Add this to your client's configuration:\n{}",
                client_config::pretty(&entry)
            ))?;
        }
        Output::Text => {}
    }
    Ok(())
}

/// The tenant to add the store to: the one whose key is configured, else a new one.
async fn tenant(settings: &Settings, engine: &Engine, name: Option<String>) -> Result<(SecretString, bool), Failure> {
    if let Some(key) = &settings.tenants.master_key {
        output::note("Tenant: the one of MCP_MASTER_KEY.");
        return Ok((key.clone(), false));
    }
    let created = engine
        .tenants()
        .create(NewTenant {
            name,
            ..NewTenant::default()
        })
        .await?;
    Ok((created.master_key, true))
}
