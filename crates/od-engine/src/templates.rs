//! Sets of arguments that a tenant's people keep for the console.
//!
//! What one is called, its tool and its arguments are sealed together with the tenant's data key: arguments may hold an order.

use od_db::ConsoleTemplateRow;
use od_vault::Place;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::audit::{DELETE_TEMPLATE, SAVE_TEMPLATE};
use crate::calls::Act;
use crate::engine::Engine;
use crate::error::Error;
use crate::redact::is_secret;
use crate::scope::{Identity, Scope, TenantId};
use crate::sealed::{IntoColumns as _, IntoSealed as _};

/// So many a tenant can keep. All of them are opened to list them.
const MOST: usize = 100;
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;
/// The most that is kept of arguments, in bytes of JSON.
const MOST_BYTES: usize = 256 * 1024;

/// Sets of arguments for the console.
pub struct Templates<'a>(&'a Engine);

impl Engine {
    /// Sets of arguments for the console.
    pub fn templates(&self) -> Templates<'_> {
        Templates(self)
    }
}

/// A set of arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// What it is called.
    pub name: String,
    /// The tool that the arguments are for.
    pub tool: String,
    /// The arguments. Those that are secrets are never kept.
    pub arguments: Map<String, Value>,
}

/// A set of arguments that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptTemplate {
    /// Its id.
    pub id: String,
    /// What is kept.
    pub template: Template,
}

/// What a tenant has kept, the last kept first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptTemplates {
    /// Those that can be opened.
    pub kept: Vec<KeptTemplate>,
    /// The ids of those that cannot: they are not as they were written. They can be deleted.
    pub closed: Vec<String>,
}

impl Templates<'_> {
    /// Keeps one, in place of the one of the same name, without regard to case. Answers with its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `name` and `arguments`; [`Error::Locked`]; [`Error::Storage`].
    pub async fn save(&self, scope: &Scope, mut template: Template) -> Result<String, Error> {
        template.name = name(&template.name)?;
        template.arguments.retain(|name, _| !is_secret(name));
        let text =
            serde_json::to_vec(&template).map_err(|_| Error::Internal("a template cannot be written as JSON"))?;
        if text.len() > MOST_BYTES {
            let message = format!("are more than {} kB, which is not kept", MOST_BYTES / 1024);
            return Err(Error::invalid("arguments", message));
        }
        let act = act(scope, SAVE_TEMPLATE, json!({ "tool": template.tool }));
        let (engine, scope) = (self.0.clone(), scope.clone());
        let work = async move {
            let folded = template.name.to_lowercase();
            let kept = engine.templates().list(&scope).await?;
            let same = kept
                .kept
                .into_iter()
                .find(|kept| kept.template.name.to_lowercase() == folded);
            let id = same.map_or_else(|| Uuid::now_v7().to_string(), |same| same.id);
            let sealed = scope.identity().data_key()?.seal(&place(scope.tenant(), &id), &text);
            let row = ConsoleTemplateRow {
                id: id.clone(),
                sealed: sealed.into_columns(),
                updated_at: engine.inner.clock.now_millis(),
            };
            let most = i64::try_from(MOST).unwrap_or(i64::MAX);
            let templates = engine.inner.db.console_templates();
            if !templates.put(scope.tenant(), &row, most).await? {
                return Err(Error::invalid(
                    "name",
                    format!("is one more than {MOST}, which is the most: delete others first"),
                ));
            }
            Ok((id, None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// All of the tenant's, the last kept first.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::Storage`].
    pub async fn list(&self, scope: &Scope) -> Result<KeptTemplates, Error> {
        scope.require_unlocked()?;
        let rows = self.0.inner.db.console_templates().list(scope.tenant()).await?;
        let mut all = KeptTemplates::default();
        for row in rows {
            let id = row.id.clone();
            match open(row, scope.identity()) {
                Ok(kept) => all.kept.push(kept),
                Err(error) => {
                    tracing::warn!(%error, template = id, "a template of the console cannot be opened");
                    all.closed.push(id);
                }
            }
        }
        Ok(all)
    }

    /// One of the tenant's, if it is there.
    ///
    /// # Errors
    /// As [`Self::list`]; [`Error::Internal`] when it is not as it was written.
    pub async fn get(&self, scope: &Scope, id: &str) -> Result<Option<KeptTemplate>, Error> {
        let row = self.0.inner.db.console_templates().get(scope.tenant(), id).await?;
        row.map(|row| open(row, scope.identity())).transpose()
    }

    /// Removes one of the tenant's. False when it was not there.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn delete(&self, scope: &Scope, id: &str) -> Result<bool, Error> {
        let act = act(scope, DELETE_TEMPLATE, json!({}));
        let (engine, tenant, id) = (self.0.clone(), scope.tenant().clone(), id.to_owned());
        let work = async move {
            let done = engine.inner.db.console_templates().delete(&tenant, &id).await?;
            Ok((done, None))
        };
        self.0.act(act, Box::pin(work)).await
    }
}

fn act(scope: &Scope, name: &'static str, parameters: Value) -> Act {
    Act {
        name,
        parameters,
        owner: Some(scope.tenant().clone()),
        by: Some(scope.clone()),
        // One statement does it.
        begins: false,
    }
}

fn name(given: &str) -> Result<String, Error> {
    let name = od_record::text::clean_name(given);
    match name.chars().count() {
        0 => Err(Error::invalid("name", "is missing")),
        length if length > LONGEST_NAME => Err(Error::invalid(
            "name",
            format!("must have at most {LONGEST_NAME} characters"),
        )),
        _ => Ok(name),
    }
}

fn open(row: ConsoleTemplateRow, identity: &Identity) -> Result<KeptTemplate, Error> {
    let ConsoleTemplateRow { id, sealed, .. } = row;
    let opened = identity
        .data_key()?
        .open(&place(identity.tenant(), &id), &sealed.into_sealed());
    let template = opened
        .ok()
        .and_then(|text| serde_json::from_slice(text.expose_secret()).ok());
    let template = template.ok_or(Error::Internal("a kept template is not as it was written"))?;
    Ok(KeptTemplate { id, template })
}

fn place<'a>(tenant: &'a TenantId, id: &'a str) -> Place<'a> {
    Place {
        tenant: tenant.as_str(),
        row: id,
        field: "template",
    }
}
