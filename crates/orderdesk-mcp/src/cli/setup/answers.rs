//! What setup asks a person, and what it tries before anything is made.

use std::path::{Path, PathBuf};

use od_engine::{
    Error, Scope,
    stores::{Register, StoreView},
    tenants::NewTenant,
};

use super::args::Args;
use crate::{
    app::{self, App, Trial},
    cli::{
        Context, Failure,
        client_config::{self, Launch},
        output, prompt, store,
    },
    config::{Settings, tenants::MCP_MASTER_KEY},
};

/// Whose store it is.
pub enum Owner {
    /// A tenant that is still to be made.
    New(NewTenant),
    /// One that signed in.
    Known(Scope),
}

/// What is done about a store.
pub enum Store {
    /// It was tried and is to be added.
    New(Register),
    /// The tenant has it.
    Known(StoreView),
    /// None is named.
    Unnamed,
}

/// The tenant that the store or the client is for, in a database where there are some: the one of the master key that is
/// configured or entered. Another one is made only when that is asked for.
pub async fn owner(app: &App, tenants: u64, args: &Args, launch: &mut Launch) -> Result<Owner, Failure> {
    if let Some(key) = &app.settings().tenants.master_key {
        if let Err(error) = app.engine.auth().sign_in(key).await {
            return Err(app.refused_key(key, error).await);
        }
        return Ok(Owner::Known(app.sign_in_plainly(key).await?));
    }
    if args.new_tenant || tenants == 0 {
        return Ok(Owner::New(new_tenant(args)));
    }
    let there = if tenants == 1 {
        "there is a tenant in this database already".to_owned()
    } else {
        format!("there are {tenants} tenants in this database already")
    };
    if !prompt::is_attended() {
        return Err(Failure::usage(there).with_hint(format!(
            "To add a store to one, or to connect a client, set {name} or {name}_FILE to its master key. To make another \
             one, add --new-tenant.",
            name = MCP_MASTER_KEY.name
        )));
    }
    output::note(&format!(
        "Tenant: {there}. Its master key begins with odmk_ and is in the file of a client that was set up; to make another \
         tenant, end this with Ctrl-C and run setup --new-tenant."
    ));
    loop {
        let key = prompt::secret("Master key", MCP_MASTER_KEY.name)?;
        match app.engine.auth().sign_in(&key).await {
            Ok(_) => {
                launch.sign_in_with(&key, false);
                return Ok(Owner::Known(app.sign_in_plainly(&key).await?));
            }
            Err(error @ Error::Unauthenticated(_)) => output::note(&app.refused(&key, error).await.to_string()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// The tenant that setup makes.
pub fn new_tenant(args: &Args) -> NewTenant {
    NewTenant {
        name: args.tenant_name.clone(),
        ..NewTenant::default()
    }
}

/// The store to add. One that the tenant has is kept, and when there are some none need be named.
pub async fn store(
    context: &Context,
    settings: &Settings,
    args: &Args,
    known: Option<&[StoreView]>,
) -> Result<Store, Failure> {
    let for_a_client = args.client_config.as_ref().is_some_and(|path| !is_none(path));
    let optional = known.is_some_and(|known| for_a_client || (!known.is_empty() && !prompt::is_attended()));
    let mut last: Option<String> = None;
    loop {
        let store_id = match &args.store_id {
            Some(id) => id.clone(),
            None if optional => return Ok(Store::Unnamed),
            None => match ask_for_id(known, last.as_deref())? {
                Some(id) => id,
                None => return Ok(Store::Unnamed),
            },
        };
        if let Some(store) = known.into_iter().flatten().find(|store| store.store_id == store_id) {
            if args.store_id.is_none() {
                // Or the API key is typed into the next question.
                output::note(&format!(
                    "{:?} ({store_id}) is there already, and keeps its API key.",
                    store.store_name
                ));
            }
            return Ok(Store::Known(store.clone()));
        }
        let store = Register {
            store_id: store_id.clone(),
            api_key: args.api_key.read(context)?,
            store_name: args.store_name.clone(),
            label: None,
            verify: true,
        };
        match app::try_out(settings, new_tenant(args), store.clone()).await? {
            Trial::Accepted => return Ok(Store::New(store)),
            // Whoever typed it types again, and nothing else.
            Trial::Refused(failure) if args.api_key.is_asked_for() => {
                output::note(&failure.to_string());
                last = Some(store_id);
            }
            Trial::Refused(failure) => return Err(failure),
        }
    }
}

/// Asks for a store's id: `last` is the one that was just refused.
fn ask_for_id(known: Option<&[StoreView]>, last: Option<&str>) -> Result<Option<String>, Failure> {
    let question = match (known, last) {
        (_, Some(last)) => format!("Order Desk store id (Enter for {last})"),
        (None | Some([]), None) => "Order Desk store id (Settings, Store Settings, API)".to_owned(),
        (Some(known), None) => {
            let names: Vec<_> = known
                .iter()
                .map(|store| format!("{} ({})", store.store_name, store.store_id))
                .collect();
            format!(
                "Id of another Order Desk store (Enter for none; there is {})",
                names.join(", ")
            )
        }
    };
    prompt::until_right(
        || prompt::text(&question, "--store-id N"),
        |answer| match (answer.as_str(), last) {
            ("", Some(last)) => Ok(Some(last.to_owned())),
            ("", None) if known.is_some_and(|known| !known.is_empty()) => Ok(None),
            (id, _) => store::store_id(id).map(Some).map_err(Failure::usage),
        },
    )
}

/// Whether no client's file is meant.
fn is_none(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.as_os_str() == "none"
}

/// The client's file to add this server to.
pub fn client(path: Option<&Path>, launch: &Launch) -> Result<Option<PathBuf>, Failure> {
    let usable = |path: PathBuf| {
        if is_none(&path) {
            return Ok(None);
        }
        client_config::check(&path, launch)?;
        Ok(Some(path))
    };
    match path {
        Some(path) => usable(client_config::from_home(path)),
        None if !prompt::is_attended() => Ok(None),
        None => prompt::until_right(
            || {
                prompt::text(
                    "Client configuration file to add this server to (Enter for none)",
                    "--client-config",
                )
            },
            |path| usable(client_config::typed(&path)),
        ),
    }
}
