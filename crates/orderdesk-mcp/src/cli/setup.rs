//! `setup`: from nothing to a connected store in about two minutes.

mod client_config;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use od_engine::{RootKey, stores::Register, tenants::NewTenant};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use self::client_config::Launch;
use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
    prompt, store, tenant,
};
use crate::{
    app::{self, App},
    config::{Fault, Paths, Settings, tenants::MCP_MASTER_KEY, write_key_file},
};

/// Start with a real Order Desk account: root key, database, tenant, store, client.
///
/// Asks for a store's id and API key and tries them, then makes the root key file and the database in the platform's
/// directories unless MCP_KMS_KEY and DATABASE_URL say otherwise, makes a tenant unless MCP_MASTER_KEY names one, and
/// offers to write a client's configuration. Every answer can be given as an option instead. Nothing that exists is lost:
/// the client's file as it was is kept beside it, and an entry "orderdesk" in it is only changed when it starts this
/// program, with neither --config nor a cwd, and MCP_MASTER_KEY is the key in it, and then keeps what else stands in
/// it. With MCP_MASTER_KEY set, running it again adds another store to that tenant.
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
    #[arg(long, value_name = "N", value_parser = store::store_id)]
    store_id: Option<String>,

    /// The name to call the store by; Order Desk's own name for it when left out.
    #[arg(long, value_name = "TEXT")]
    store_name: Option<String>,

    #[command(flatten)]
    api_key: store::ApiKeyArgs,

    /// The JSON file of an MCP client to add this server to, or none. Asked for when left out.
    #[arg(long, value_name = "FILE")]
    client_config: Option<PathBuf>,

    #[command(flatten)]
    output: OutputArg,
}

/// Takes the steps one after the other and says what each did.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let paths = Context::paths();
    refuse_key_of_nobody(&settings, &paths)?;
    // What can be refused is asked for and tried before anything is made, so that a mistake leaves nothing behind.
    let answers = answers(context, args, settings.tenants.master_key.as_ref())?;
    let launch = Launch::new(context, &settings, &paths)?;
    app::try_out(&settings, answers.tenant(), answers.store()).await?;

    let new_key = make_root_key(&settings, &paths)?;
    let app = match App::open(settings, &paths).await {
        Ok(app) => app,
        Err(failure) => {
            take_back(new_key, &failure);
            return Err(failure);
        }
    };
    let outcome = connect(&app, launch, &answers).await;
    let ended = app.end().await;
    outcome.and(ended)
}

/// A master key names a tenant, and without a root key there is no database that could have one.
fn refuse_key_of_nobody(settings: &Settings, paths: &Paths) -> Result<(), Failure> {
    if settings.tenants.master_key.is_none() || settings.root.kms_key.is_some() || paths.key_file()?.exists() {
        return Ok(());
    }
    let fault = Fault::new(
        MCP_MASTER_KEY.name,
        "names a tenant, and there is no root key yet, hence no tenant. Unset it to make the first one.",
    );
    Err(fault.into())
}

/// What a person is asked for, or gave as options.
struct Answers {
    tenant_name: Option<String>,
    store_id: String,
    store_name: Option<String>,
    api_key: SecretString,
    /// The client's file to add this server to.
    client: Option<PathBuf>,
    output: Output,
}

impl Answers {
    fn tenant(&self) -> NewTenant {
        NewTenant {
            name: self.tenant_name.clone(),
            ..NewTenant::default()
        }
    }

    fn store(&self) -> Register {
        Register {
            store_id: self.store_id.clone(),
            api_key: self.api_key.clone(),
            store_name: self.store_name.clone(),
            label: None,
            verify: true,
        }
    }
}

fn answers(context: &Context, args: Args, master_key: Option<&SecretString>) -> Result<Answers, Failure> {
    let store_id = match args.store_id {
        Some(id) => id,
        None => prompt::until_right(
            || prompt::text("Order Desk store id (Settings, Store Settings, API)", "--store-id N"),
            |id| store::store_id(&id).map_err(Failure::usage),
        )?,
    };
    let api_key = args.api_key.read(context)?;
    Ok(Answers {
        tenant_name: args.tenant_name,
        store_id,
        store_name: args.store_name,
        api_key,
        client: client(args.client_config, master_key)?,
        output: args.output.output,
    })
}

fn client(path: Option<PathBuf>, master_key: Option<&SecretString>) -> Result<Option<PathBuf>, Failure> {
    let usable = |path: PathBuf| {
        if path.as_os_str().is_empty() || path.as_os_str() == "none" {
            return Ok(None);
        }
        client_config::check(&path, master_key)?;
        Ok(Some(path))
    };
    match path {
        Some(path) => usable(path),
        None if !prompt::is_attended() => Ok(None),
        None => prompt::until_right(
            || {
                prompt::text(
                    "Client configuration file to add this server to (Enter for none)",
                    "--client-config",
                )
            },
            |path| usable(client_config::from_home(&path)),
        ),
    }
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

/// Removes a new root key that a database of another key refused: it would only stand where the right one belongs. After
/// any other failure the database may have taken it, and then nothing else opens that database.
fn take_back(new_key: Option<PathBuf>, failure: &Failure) {
    const REFUSED: u8 = 2;
    let Some(path) = new_key.filter(|_| failure.code() == REFUSED) else {
        return;
    };
    match fs::remove_file(&path) {
        Ok(()) => output::note(&format!("Root key: {} was removed again.", path.display())),
        Err(error) => output::note(&format!("Root key: {} could not be removed: {error}", path.display())),
    }
}

async fn connect(app: &App, launch: Launch, answers: &Answers) -> Result<(), Failure> {
    let engine = &app.engine;
    let (master_key, made) = owner(app, answers).await?;
    let added = add_store(app, &master_key, answers).await;
    if let (Err(_), Some(tenant_id)) = (&added, &made) {
        // Nobody has seen its key.
        match engine.tenants().delete(tenant_id).await {
            Ok(_) => output::note(&format!("Tenant: {tenant_id} was removed again.")),
            Err(error) => output::note(&format!("Tenant: {tenant_id} could not be removed: {error}")),
        }
    }
    let (tenant_id, store) = added?;
    output::note("Order Desk accepts the credentials; the API key is sealed and stored.");

    let new_key = made.is_some().then_some(&master_key);
    let client = answers.client.as_deref();
    let written = client.map_or(Ok(()), |path| add_to(path, &launch, new_key));
    let client = client.filter(|_| written.is_ok());
    let shown = launch.shown(new_key);
    let printed = match answers.output {
        Output::Json => output::json(&json!({
            "tenant_id": tenant_id,
            "master_key": new_key.map(ExposeSecret::expose_secret),
            "store": store,
            "client_config": client,
            "mcp_servers": shown,
        })),
        Output::Text => print(&tenant_id, new_key, client.is_none().then_some(&shown)),
    };
    match (printed, new_key, client) {
        (Ok(()), ..) => written,
        (Err(error), Some(_), Some(path)) => Err(key_is_in(path, &tenant_id, &error)),
        (Err(error), Some(_), None) => {
            if let Err(failure) = written {
                output::note(&failure.to_string());
            }
            Err(tenant::key_not_shown(&tenant_id, &error))
        }
        (Err(error), None, _) => written.and(Err(error.into())),
    }
}

/// Writes the client's file and says where it is as it was.
fn add_to(path: &Path, launch: &Launch, new_key: Option<&SecretString>) -> Result<(), Failure> {
    let backup = client_config::merge(path, &launch.entry(new_key), launch.defaults())?;
    output::note(&format!("Client: it is in {}; restart the client.", path.display()));
    if let Some(backup) = backup {
        output::note(&format!("Client: the file as it was is kept as {}.", backup.display()));
    }
    Ok(())
}

/// Everything was made, and the new key is where it belongs, but nobody could be told.
fn key_is_in(path: &Path, tenant_id: &str, error: &io::Error) -> Failure {
    Failure::failed(format!("the result could not be printed: {error}")).with_hint(format!(
        "All is set up. The master key of tenant {tenant_id} is in {}.",
        path.display()
    ))
}

fn print(tenant_id: &str, new_key: Option<&SecretString>, client: Option<&Value>) -> io::Result<()> {
    if let Some(key) = new_key {
        let key = key.expose_secret();
        output::line(&format!(
            "Tenant:     {tenant_id}\nMaster key: {key}\nKeep the key: it is stored nowhere and not shown again."
        ))?;
    }
    match client {
        Some(entry) => output::line(&format!(
            "Add this to your client's configuration:\n{}",
            client_config::pretty(entry)
        )),
        None => Ok(()),
    }
}

/// The master key of the tenant to add the store to: the one that is configured, else that of a new tenant, whose id comes
/// with it.
async fn owner(app: &App, answers: &Answers) -> Result<(SecretString, Option<String>), Failure> {
    if let Some(key) = &app.settings().tenants.master_key {
        output::note("Tenant: the one of MCP_MASTER_KEY.");
        return Ok((key.clone(), None));
    }
    let made = app.engine.tenants().create(answers.tenant()).await?;
    Ok((made.master_key, Some(made.tenant_id.to_string())))
}

/// Registers the store; the tenant's id and the store as it is listed.
async fn add_store(app: &App, master_key: &SecretString, answers: &Answers) -> Result<(String, Value), Failure> {
    let engine = &app.engine;
    let scope = app::sign_in_plainly(engine, master_key).await?;
    let tenant = store::Tenant { engine, scope };
    let store = tenant.register(app.settings(), answers.store()).await?;
    Ok((tenant.scope.tenant().to_string(), store))
}
