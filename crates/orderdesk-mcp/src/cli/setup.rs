//! `setup`: from nothing to a connected store in about two minutes, and whatever is missing at any time later.

mod answers;
mod args;

use std::{
    io,
    path::{Path, PathBuf},
};

use od_engine::{Contents, Error, RootKey, Scope, stores::Register, tenants::NewTenant};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use self::answers::{Owner, Store};
pub use self::args::Args;
use super::{
    Context, Failure,
    client_config::{self, Launch, Wanted},
    output::{self, Output},
    store, tenant,
};
use crate::{
    app::{self, App},
    config::{self, Fault, Paths, Settings, tenants::MCP_MASTER_KEY, write_key_file},
};

/// Takes the steps one after the other and says what each did, and what was there already.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let paths = Context::paths();
    refuse_two_tenants(&settings, &args)?;
    app::refuse_memory(&settings, &paths)?;
    app::refuse_folder_unasked(&settings, &paths)?;
    let launch = Launch::new(context, &settings, &paths)?;
    let contents = app::contents(&settings, &paths).await?;
    let has_root_key = config::root_key(&settings.root, &paths)?.is_some();
    if contents.sealed && !has_root_key {
        // Says what to do about it.
        app::root_key(&settings, &paths).await?;
    }
    let place = app::place(&settings, &paths);
    let state = if contents.sealed { "kept" } else { "new" };
    let tell_database = || output::note(&format!("Database: {place} ({state})."));
    if contents.tenants > 0 {
        let app = App::open(settings, &paths).await?;
        make_root_key(app.settings(), &paths)?;
        tell_database();
        let outcome = again(context, &app, args, contents, launch).await;
        return end(app, outcome).await;
    }

    refuse_key_of_nobody(&settings, &place)?;
    // What can be refused is asked for and tried before anything is made, so that a mistake leaves nothing behind.
    let plan = Plan {
        owner: Owner::New(answers::new_tenant(&args)),
        store: answers::store(context, &settings, &args, None).await?,
        client: answers::client(args.client_config.as_deref(), &launch)?,
        output: args.output.output,
    };
    make_root_key(&settings, &paths)?;
    let app = App::open_or_make(settings, &paths).await?;
    tell_database();
    let outcome = connect(&app, plan, launch).await;
    end(app, outcome).await
}

/// Another process may hold the database open; a copy of its file alone then has what was made here all the same.
async fn end(app: App, outcome: Result<(), Failure>) -> Result<(), Failure> {
    let written = app.engine.checkpoint().await;
    let ended = app.end().await;
    outcome
        .and(written.map_err(|error| Error::from(error).into()))
        .and(ended)
}

/// Where there are tenants, the database is opened first: what they have is kept.
async fn again(
    context: &Context,
    app: &App,
    args: Args,
    contents: Contents,
    mut launch: Launch,
) -> Result<(), Failure> {
    let owner = answers::owner(app, contents.tenants, &args, &mut launch).await?;
    let known = match &owner {
        Owner::New(_) => None,
        Owner::Known(scope) => {
            tell_tenant(app, scope).await?;
            Some(app.engine.stores().list(scope).await?.data)
        }
    };
    let plan = Plan {
        owner,
        store: answers::store(context, app.settings(), &args, known.as_deref()).await?,
        client: answers::client(args.client_config.as_deref(), &launch)?,
        output: args.output.output,
    };
    connect(app, plan, launch).await
}

async fn tell_tenant(app: &App, scope: &Scope) -> Result<(), Failure> {
    let tenant = app.engine.tenants().show(scope.tenant().as_str()).await?;
    let name = tenant.name.map_or_else(String::new, |name| format!("{name:?}, "));
    output::note(&format!("Tenant: {name}{} (kept).", tenant.tenant_id));
    Ok(())
}

fn refuse_two_tenants(settings: &Settings, args: &Args) -> Result<(), Failure> {
    if args.new_tenant && settings.tenants.master_key.is_some() {
        let fault = Fault::new(
            MCP_MASTER_KEY.name,
            "names a tenant, and --new-tenant makes another one. Give one of the two.",
        );
        return Err(fault.into());
    }
    Ok(())
}

/// A master key names a tenant, and here there is none.
fn refuse_key_of_nobody(settings: &Settings, place: &str) -> Result<(), Failure> {
    if settings.tenants.master_key.is_none() {
        return Ok(());
    }
    let fault = Fault::new(
        MCP_MASTER_KEY.name,
        format!("names a tenant, and there is none in the database {place}. Unset it to make the first one."),
    );
    Err(Failure::from(fault).with_hint(SECOND_MACHINE))
}

/// Whoever has a master key and no database comes from another machine.
const SECOND_MACHINE: &str = "If the tenant is on another machine: let that one run `orderdesk-mcp serve` and connect the \
    clients here to its URL, or give both the same PostgreSQL in DATABASE_URL and the same root key. To move it here, copy \
    the database (`orderdesk-mcp backup FILE`) and the root key to this machine and use them on one of the two only.";

/// What is to be done.
struct Plan {
    owner: Owner,
    store: Store,
    /// The client's file to add this server to.
    client: Option<PathBuf>,
    output: Output,
}

fn make_root_key(settings: &Settings, paths: &Paths) -> Result<(), Failure> {
    if settings.root.kms_key.is_some() {
        output::note("Root key: taken from MCP_KMS_KEY.");
        return Ok(());
    }
    let path = paths.key_file()?;
    if path.exists() {
        output::note(&format!("Root key: {} (kept).", path.display()));
        return Ok(());
    }
    write_key_file(&path, &RootKey::generate().to_base64())
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))?;
    output::note(&format!(
        "Root key: {} (new). Keep a copy of it apart from the database.",
        path.display()
    ));
    Ok(())
}

/// What came of it, for whoever reads it.
struct Done {
    tenant_id: String,
    /// Of a tenant that was made.
    new_key: Option<SecretString>,
    store: Value,
}

async fn connect(app: &App, plan: Plan, mut launch: Launch) -> Result<(), Failure> {
    let Plan {
        owner,
        store,
        client,
        output,
    } = plan;
    let done = match owner {
        Owner::Known(scope) => Done {
            tenant_id: scope.tenant().to_string(),
            new_key: None,
            store: keep_or_add(app, scope, store).await?,
        },
        Owner::New(new) => make_tenant(app, new, store).await?,
    };
    if let Some(key) = &done.new_key {
        launch.sign_in_with(key, true);
    }
    let client = client.as_deref();
    let written = client.map_or(Ok(false), |path| add_to(path, &launch));
    let client = client.filter(|_| written.is_ok());
    let holds_key = matches!(written, Ok(true));
    let shown = launch.shown();
    let printed = match output {
        Output::Json => output::json(&json!({
            "tenant_id": done.tenant_id,
            "master_key": done.new_key.as_ref().map(ExposeSecret::expose_secret),
            "store": done.store,
            "client_config": client,
            "mcp_servers": shown,
        })),
        Output::Text => print_key(&done),
    };
    let entry = client.is_none().then_some(&shown).filter(|_| output == Output::Text);
    if let (Ok(()), Some(entry)) = (&printed, entry) {
        print_entry(entry).map_err(|error| entry_not_shown(&done, &error))?;
    }
    match (printed, &done.new_key, client) {
        (Ok(()), ..) => written.map(drop),
        (Err(error), Some(_), Some(path)) if holds_key => Err(key_is_in(path, &done.tenant_id, &error)),
        (Err(error), Some(_), _) => {
            if let Err(failure) = written {
                output::note(&failure.to_string());
            }
            Err(tenant::key_not_shown(&done.tenant_id, &error))
        }
        (Err(error), None, _) => written.and(Err(error.into())),
    }
}

/// Makes the tenant and adds its store; without the store there is no tenant either.
async fn make_tenant(app: &App, new: NewTenant, store: Store) -> Result<Done, Failure> {
    let tenants = app.engine.tenants();
    tenant::warn_of_namesakes(&app.engine, new.name.as_deref()).await?;
    let made = tenants.create(new).await?;
    let tenant_id = made.tenant_id.to_string();
    let added = async {
        let scope = app.sign_in_plainly(&made.master_key).await?;
        keep_or_add(app, scope, store).await
    };
    match added.await {
        Ok(store) => Ok(Done {
            tenant_id,
            new_key: Some(made.master_key),
            store,
        }),
        Err(failure) => {
            // Nobody has seen its key.
            match tenants.delete(&tenant_id).await {
                Ok(_) => output::note(&format!("Tenant: {tenant_id} was removed again.")),
                Err(error) => output::note(&format!("Tenant: {tenant_id} could not be removed: {error}")),
            }
            Err(failure)
        }
    }
}

/// The store as it is listed; null when none is meant.
async fn keep_or_add(app: &App, scope: Scope, store: Store) -> Result<Value, Failure> {
    let engine = &app.engine;
    let tenant = store::Tenant { engine, scope };
    match store {
        Store::New(new) => add(app, &tenant, new).await,
        Store::Known(known) => {
            let id = &known.store_id;
            output::note(&format!(
                "Store: {} ({id}) is registered already (kept). `orderdesk-mcp store update --store {id}` gives it another \
                 API key.",
                known.store_name
            ));
            if let Err(failure) = store::try_stored(&tenant, Some(id.clone())).await {
                output::note(&format!("warning: it does not work now.\n{failure}"));
            }
            Ok(serde_json::to_value(known).unwrap_or_default())
        }
        Store::Unnamed => {
            let stores = engine.stores().list(&tenant.scope).await?.data;
            if stores.is_empty() {
                output::note("Store: none yet. `orderdesk-mcp store add` adds one.");
            }
            for store in stores {
                output::note(&format!("Store: {} ({}) (kept).", store.store_name, store.store_id));
            }
            Ok(Value::Null)
        }
    }
}

async fn add(app: &App, tenant: &store::Tenant<'_>, new: Register) -> Result<Value, Failure> {
    let store = tenant.register(app.settings(), new).await?;
    output::note("Order Desk accepts the credentials; the API key is sealed and stored.");
    Ok(store)
}

/// Writes the client's file and says where it is as it was; whether it holds the master key.
fn add_to(path: &Path, launch: &Launch) -> Result<bool, Failure> {
    let merged = client_config::merge(path, Wanted::Start(launch))?;
    let what_next = match (merged.changed, merged.holds_key) {
        (false, _) => "was in it already",
        (true, true) => "is in it now; restart the client",
        (true, false) => "is in it now, without a key: VS Code asks for the master key when it starts the server",
    };
    output::note(&format!("Client: {} - the entry {what_next}.", path.display()));
    if let Some(backup) = merged.backup {
        output::note(&format!("Client: the file as it was is kept as {}.", backup.display()));
    }
    Ok(merged.holds_key)
}

/// Everything was made, and the new key is where it belongs, but nobody could be told.
fn key_is_in(path: &Path, tenant_id: &str, error: &io::Error) -> Failure {
    Failure::failed(format!("the result could not be printed: {error}")).with_hint(format!(
        "All is set up. The master key of tenant {tenant_id} is in {}.",
        path.display()
    ))
}

/// All is there, and the key was told where there is a new one.
fn entry_not_shown(done: &Done, error: &io::Error) -> Failure {
    let key = match &done.new_key {
        Some(_) => "The new master key was printed and works. ",
        None => "",
    };
    Failure::failed(format!("the client's entry could not be printed: {error}")).with_hint(format!(
        "All is set up for tenant {}. {key}`orderdesk-mcp connect` prints the entry again.",
        done.tenant_id
    ))
}

fn print_key(done: &Done) -> io::Result<()> {
    if let Some(key) = &done.new_key {
        output::line(&format!(
            "Tenant:     {}\nMaster key: {}\nKeep the key: it is stored nowhere and not shown again.",
            done.tenant_id,
            key.expose_secret(),
        ))?;
    }
    Ok(())
}

fn print_entry(entry: &Value) -> io::Result<()> {
    output::line(&format!(
        "Add this to your client's configuration:\n{}",
        client_config::pretty(entry)
    ))
}
