//! Completions: what a person may go on typing for an argument of a prompt or a resource.
//!
//! They tell what `stores.list` and `folders.list` tell, so they hold to the same rules: whoever may not use the tool is
//! told nothing, and each look is charged like a read and recorded.

use std::time::Duration;

use od_engine::{Call, Engine, Error, Outcome, Permission, Scope};
use serde_json::{Value, json};

use crate::catalog::Narrowing;
use crate::dispatch::Tools;

/// What the audit log calls it; the protocol's own method is `completion/complete`.
const NAME: &str = "completion.complete";
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

    async fn read(self, engine: &Engine, scope: &Scope, store: Option<&str>) -> Result<Outcome<Vec<String>>, Error> {
        Ok(match self {
            Self::Stores => engine
                .stores()
                .list(scope)
                .await?
                .map(|stores| stores.into_iter().map(|store| store.store_name).collect()),
            Self::Folders => engine
                .stores()
                .remembered_folders(scope, store)
                .await?
                .map(|folders| folders.into_iter().map(|folder| folder.name).collect()),
        })
    }
}

/// The names that begin with what was typed. None when they may not be told or cannot be had: the person types on.
pub(crate) async fn complete(tools: &Tools, scope: &Scope, narrowing: &Narrowing, typing: &Typing<'_>) -> Vec<String> {
    let Some(names) = Names::of(typing.argument) else {
        return Vec::new();
    };
    let call = Call {
        tool: NAME.to_owned(),
        parameters: json!({"argument": typing.argument, "typed": typing.typed, "store": typing.store}),
        cost: 1,
    };
    let allowed = tools.admits(names.tool(), narrowing, scope.identity().grants());
    let (engine, whose, store) = (tools.engine().clone(), scope.clone(), typing.store.map(str::to_owned));
    let work = Box::pin(async move {
        if !allowed {
            return Err(Error::Denied(Permission::StoresRead));
        }
        let names = names.read(&engine, &whose, store.as_deref()).await?;
        Ok(names.map(Value::from))
    });
    let outcome = match tokio::time::timeout(PATIENCE, tools.engine().call(scope, call, work)).await {
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
