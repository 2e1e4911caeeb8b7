//! What the commands share: the tenant they act for, and the store that one is about.

use std::future::Future;

use od_engine::{
    Call, Engine, Error, Outcome, Permission, Scope,
    stores::{Register, Resolved},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    app,
    cli::{Failure, output},
    config::Settings,
};

/// The operations here that change what is registered.
const CHANGING: [&str; 4] = ["stores.register", "stores.update", "stores.delete", "stores.webhook"];

/// The tenant a command acts for.
pub struct Tenant<'a> {
    /// Where its rows are.
    pub engine: &'a Engine,
    /// Who it is.
    pub scope: Scope,
}

impl Tenant<'_> {
    /// The store of that id or name, else the only one of that label.
    pub(super) async fn store(&self, text: &str) -> Result<Resolved, Failure> {
        self.scope.require(Permission::StoresRead).map_err(failure)?;
        let stores = self.engine.stores();
        let found = stores.resolve(&self.scope, text).await;
        let missing = match found {
            Ok(found) => return Ok(found.data),
            Err(error) => error,
        };
        let all = stores.list(&self.scope).await.map_err(failure)?.data;
        let is_it = |label: &str| label.trim().eq_ignore_ascii_case(text.trim());
        let mut labelled = all
            .into_iter()
            .filter(|store| store.label.as_deref().is_some_and(is_it));
        match (&missing, labelled.next(), labelled.next()) {
            (Error::NotFound { .. } | Error::NoneOfItsStores { .. }, Some(store), None) => stores
                .resolve(&self.scope, &store.store_id)
                .await
                .map(|found| found.data)
                .map_err(failure),
            (Error::NotFound { .. } | Error::NoneOfItsStores { .. }, Some(_), Some(_)) => {
                Err(Failure::failed(format!("several stores have the label {text:?}"))
                    .with_hint("Name one by its id: `orderdesk-mcp store list` shows them."))
            }
            _ => Err(failure(missing)),
        }
    }

    /// Does one operation as the tool of that name would: charged and recorded.
    pub async fn call<T, F>(
        &self,
        tool: &str,
        parameters: Value,
        work: impl FnOnce(Engine, Scope) -> F,
    ) -> Result<Value, Failure>
    where
        T: Serialize,
        F: Future<Output = Result<Outcome<T>, Error>> + Send + 'static,
    {
        self.attempt(tool, parameters, work).await.map_err(failure)
    }

    /// Registers a store. There is none yet that could be updated, so a refusal means another thing than with one.
    pub async fn register(&self, settings: &Settings, new: Register) -> Result<Value, Failure> {
        let parameters = json!({ "store_id": new.store_id, "store_name": new.store_name, "verify": new.verify });
        let registered = self.attempt("stores.register", parameters, |engine, scope| async move {
            engine.stores().register(&scope, new).await
        });
        registered.await.map_err(|error| match &error {
            Error::Upstream(_) => {
                let hint = app::registration_hint(settings, &error);
                Failure::from(error).with_hint(hint)
            }
            Error::Duplicate(_) => failure(error).and_hint(
                "`orderdesk-mcp store update --store ID` replaces the API key of a store that is there, or its name.",
            ),
            _ => failure(error),
        })
    }

    async fn attempt<T, F>(
        &self,
        tool: &str,
        parameters: Value,
        work: impl FnOnce(Engine, Scope) -> F,
    ) -> Result<Value, Error>
    where
        T: Serialize,
        F: Future<Output = Result<Outcome<T>, Error>> + Send + 'static,
    {
        let work = work(self.engine.clone(), self.scope.clone());
        let needs = if CHANGING.contains(&tool) {
            Permission::StoresWrite
        } else {
            Permission::StoresRead
        };
        let call = Call {
            tool: tool.to_owned(),
            parameters,
            cost: 1,
            needs: Some(needs),
        };
        let as_json = async move {
            let outcome = work.await?;
            Ok(outcome.map(|data| serde_json::to_value(data).unwrap_or_default()))
        };
        let outcome = self.engine.call(&self.scope, call, Box::pin(as_json)).await?;
        if CHANGING.contains(&tool) {
            self.engine.stores_were_changed(&self.scope).await;
        }
        for warning in &outcome.warnings {
            output::note(&format!("warning: {}", as_commands(warning)));
        }
        Ok(outcome.data)
    }
}

/// The engine's hints name the tools of agents; at a terminal the commands do the same.
fn failure(error: Error) -> Failure {
    let hint = match &error {
        Error::StoreRequired(stores) if !stores.is_empty() => {
            let names: Vec<_> = stores.iter().map(|store| format!("{:?}", store.store_name)).collect();
            format!("Name one: {}.", names.join(", "))
        }
        Error::NotFound { .. } => "`orderdesk-mcp store list` shows the tenant's stores.".to_owned(),
        Error::Duplicate(_) => "`orderdesk-mcp store list` shows what is registered.".to_owned(),
        _ => as_commands(error.hint()),
    };
    Failure::from(error).with_hint(hint)
}

/// A text of the engine with the commands in the place of the tools that do the same.
pub fn as_commands(text: &str) -> String {
    const COMMANDS: [(&str, &str); 4] = [
        ("stores_list", "`orderdesk-mcp store list`"),
        ("stores_register", "`orderdesk-mcp store add`"),
        ("stores_test", "`orderdesk-mcp store test`"),
        ("stores_update", "`orderdesk-mcp store update`"),
    ];
    COMMANDS
        .iter()
        .fold(text.to_owned(), |text, (tool, command)| text.replace(tool, command))
}

/// Which store a command is about. The name of the option may be left out.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct StoreArg {
    /// The store: its id, name or label.
    #[arg(long, value_name = "STORE")]
    store: Option<String>,

    /// The same without the name of the option.
    #[arg(hide = true, value_name = "STORE")]
    named: Option<String>,
}

impl StoreArg {
    pub(super) fn given(&self) -> Option<&str> {
        self.store.as_deref().or(self.named.as_deref())
    }
}

/// A member of a reply that is a text.
pub(super) fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
