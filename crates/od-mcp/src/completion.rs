//! Completions: what a person may go on typing for an argument of a prompt or a resource.
//!
//! They tell what `stores.list` and `folders.list` tell, so they hold to the same rules: whoever may not use the tool is
//! told nothing, and each look is recorded. It costs nothing while the answer is at hand, for a client asks at each letter
//! that is typed; where Order Desk has to be asked, or more is asked than anybody types, it is charged like a read.

use std::time::Duration;

use od_engine::audit::COMPLETE;
use od_engine::stores::{Folder, StoreView};
use od_engine::{Call, Engine, Error, Outcome, Permission, Scope};
use serde_json::{Value, json};

use crate::catalog::Narrowing;
use crate::dispatch::Tools;
use crate::label::label;

/// Nobody waits longer for a suggestion. What was asked meanwhile is remembered for the next one.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a person types.
pub(crate) struct Typing<'a> {
    /// The argument's name.
    pub argument: &'a str,
    /// Its beginning.
    pub typed: &'a str,
    /// The store that was chosen before it.
    pub store: Option<&'a str>,
}

/// Names that are the tenant's own and stand behind an argument.
#[derive(Clone, Copy)]
enum Names {
    Stores,
    Folders,
}

impl Names {
    fn of(argument: &str) -> Option<Self> {
        match argument {
            "store" => Some(Self::Stores),
            "folder" => Some(Self::Folders),
            _ => None,
        }
    }

    /// The tool that tells the same.
    fn tool(self) -> &'static str {
        match self {
            Self::Stores => "stores.list",
            Self::Folders => "folders.list",
        }
    }

    /// Those that are at hand, if they are.
    async fn known(self, engine: &Engine, scope: &Scope, store: Option<&str>) -> Result<Option<Outcome<Value>>, Error> {
        let stores = engine.stores();
        Ok(match self {
            Self::Stores => Some(stores.list(scope).await?.map(store_names)),
            Self::Folders => {
                let folders = stores.remembered_folders(scope, store).await?;
                folders.map(|folders| folders.map(folder_names))
            }
        })
    }
}

/// The names that begin with what was typed. None when they may not be told or cannot be had: the person types on.
pub(crate) async fn complete(tools: &Tools, scope: &Scope, narrowing: &Narrowing, typing: &Typing<'_>) -> Vec<String> {
    let Some(names) = Names::of(typing.argument) else {
        return Vec::new();
    };
    if !tools.offers(names.tool(), narrowing) {
        return Vec::new();
    }
    let scope = tools.narrowed(scope, narrowing);
    let outcome = match tokio::time::timeout(PATIENCE, look(tools, &scope, names, typing)).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => {
            tracing::debug!(code = error.code(), "no completions");
            return Vec::new();
        }
        Err(_) => {
            tracing::debug!("completions took too long");
            return Vec::new();
        }
    };
    let typed = typing.typed.to_lowercase();
    let names = outcome.data.as_array().into_iter().flatten().filter_map(Value::as_str);
    names
        .filter(|name| name.to_lowercase().starts_with(&typed))
        .map(str::to_owned)
        .collect()
}

async fn look(tools: &Tools, scope: &Scope, names: Names, typing: &Typing<'_>) -> Result<Outcome<Value>, Error> {
    let (engine, store) = (tools.engine(), typing.store);
    let may_look = scope.identity().grants().allow(Permission::StoresRead);
    let known = if !engine.completion_is_free(scope) {
        // Looked for once it is paid for.
        Ok(None)
    } else if may_look {
        names.known(engine, scope, store).await
    } else {
        Err(Error::Denied(Permission::StoresRead))
    };
    let call = Call {
        tool: COMPLETE.to_owned(),
        parameters: json!({
            "argument": typing.argument, "typed": label(typing.typed), "store": store.map(label),
        }),
        cost: u32::from(matches!(known, Ok(None))),
        needs: None,
    };
    let (asked, whose, store) = (engine.clone(), scope.clone(), store.map(str::to_owned));
    let work = Box::pin(async move {
        if let Some(known) = known? {
            return Ok(known);
        }
        if !may_look {
            return Err(Error::Denied(Permission::StoresRead));
        }
        if let Some(known) = names.known(&asked, &whose, store.as_deref()).await? {
            return Ok(known);
        }
        // Only folders may not have been seen yet.
        let folders = asked.stores().folders(&whose, store.as_deref(), false).await?;
        Ok(folders.map(folder_names))
    });
    engine.call(scope, call, work).await
}

fn store_names(stores: Vec<StoreView>) -> Value {
    stores.into_iter().map(|store| store.store_name).collect()
}

fn folder_names(folders: Vec<Folder>) -> Value {
    folders.into_iter().map(|folder| folder.name).collect()
}
