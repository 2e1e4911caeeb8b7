//! Registering a store and changing its registration.

use od_db::{DbError, NewApiKey, StoreChange, StoreRow, Unique};
use od_record::text::clean_text;
use od_record::{FieldChange, Problem, diff};
use od_vault::Place;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{Purpose, Settings, StoreView, Stores, registration, store_ref, view};
use crate::difference::Altered;
use crate::error::{Error, Existing};
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::sealed::IntoColumns;
use crate::webhooks::sealed_key;

/// A store to register.
#[derive(Clone, Debug)]
pub struct Register {
    /// Order Desk's store id: digits.
    pub store_id: String,
    /// The store's API key (Order Desk: Store Settings, API).
    pub api_key: SecretString,
    /// The tenant's own name for it; Order Desk's name for the store when left out.
    pub store_name: Option<String>,
    /// A free remark.
    pub label: Option<String>,
    /// Whether Order Desk is asked first if the credentials work.
    pub verify: bool,
}

/// What to change about a registration; what is `None` stays.
#[derive(Debug, Default)]
pub struct UpdateStore {
    /// A new name.
    pub store_name: Option<String>,
    /// A new remark; an empty one removes it.
    pub label: Option<String>,
    /// A new API key, tried before it replaces the old one.
    pub api_key: Option<SecretString>,
}

const MAX_NAME: usize = 100;
const MAX_LABEL: usize = 200;
const MAX_KEY: usize = 256;

impl Stores<'_> {
    /// Registers a store: tries the credentials (`GET /test`), reads its settings (`GET /store`), seals the API key.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Duplicate`], [`Error::TooManyKeys`], or Order Desk's refusal; nothing is registered
    /// then.
    pub async fn register(&self, scope: &Scope, mut new: Register) -> Result<Outcome<StoreView>, Error> {
        new.api_key = trimmed(new.api_key);
        check(&new)?;
        scope.set_about(Some(&new.store_id));
        let known = self.rows(scope, Purpose::Change).await?;
        if known.iter().any(|row| row.store_id == new.store_id) {
            return Err(duplicate(DbError::Duplicate(Unique::StoreId)));
        }
        if !scope.identity().stores().allows(&new.store_id) {
            return Err(Error::BoundToStores);
        }
        self.0.begin(scope).await?;
        let mut warnings = Vec::new();
        let asked_at = self.0.inner.clock.now_millis();
        let settings = if new.verify {
            let upstream = self.tried(scope, &new.store_id, &new.api_key).await?;
            Some(upstream.settings().await.map_err(Error::Upstream)?)
        } else {
            // Any later call would try it.
            self.count_untried(scope).await?;
            warnings.push("The credentials were stored without being tried: stores_test tries them.".to_owned());
            None
        };
        let store_name = match (new.store_name, &settings) {
            (Some(name), _) => name,
            (None, Some(settings)) => {
                usable_name(&clean_text(&settings.name)).unwrap_or_else(|| fallback_name(&new.store_id))
            }
            (None, None) => fallback_name(&new.store_id),
        };
        let now = self.0.inner.clock.now_millis();
        let id = Uuid::now_v7().to_string();
        // Looked for before: nothing that can fail stands between what is written and the word that it is. The first store is
        // the one that is used.
        let active = if known.is_empty() {
            Some(id.clone())
        } else {
            let active = self.active_of(scope).await?;
            active.filter(|active| known.iter().any(|row| row.id == *active))
        };
        let row = StoreRow {
            api_key: seal_key(scope, &id, &new.api_key)?,
            settings: settings
                .as_ref()
                .map(|settings| Settings::of(settings).to_json())
                .transpose()?,
            settings_at: settings.is_some().then_some(asked_at),
            id,
            tenant_id: scope.tenant().clone(),
            store_id: new.store_id,
            store_name,
            label: new.label.filter(|label| !label.trim().is_empty()),
            created_at: now,
            updated_at: now,
        };
        self.0
            .inner
            .db
            .stores()
            .insert(scope.tenant(), &row)
            .await
            .map_err(duplicate)?;
        self.0.inner.directory.forget(scope.tenant());
        let added = Altered::store(&row.store_id, vec![FieldChange::of_added(&registration(&row))]);
        Ok(Outcome::of(store_ref(&row), view(&row, active.as_deref()))
            .with_warnings(warnings)
            .having_altered([added]))
    }

    /// Changes a store's name, remark or API key.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the store is deleted while its new key is tried; [`Error::Invalid`],
    /// [`Error::Duplicate`], [`Error::TooManyKeys`], or Order Desk's refusal of the new key. Nothing is changed then.
    pub async fn update(
        &self,
        scope: &Scope,
        identifier: &str,
        mut change: UpdateStore,
    ) -> Result<Outcome<StoreView>, Error> {
        change.api_key = change.api_key.map(trimmed);
        let mut problems = Vec::new();
        check_name(change.store_name.as_deref(), &mut problems);
        check_label(change.label.as_deref(), &mut problems);
        check_key(change.api_key.as_ref(), &mut problems);
        if change.store_name.is_none() && change.label.is_none() && change.api_key.is_none() {
            problems.push(problem("", "name at least one of store_name, label and api_key"));
        }
        refuse(problems)?;
        let (was, _) = self.find(scope, identifier, Purpose::Change).await?;
        let rows = self.rows(scope, Purpose::Change).await?;
        let active = self.active_row(scope, &rows).await?;
        self.0.begin(scope).await?;
        let row = &was;
        let inner = &self.0.inner;
        let root_key = inner.root.id();
        let keys = match change.api_key {
            Some(key) => {
                self.tried(scope, &row.store_id, &key).await?;
                let checks_posts = sealed_key(&inner.root, scope.tenant().as_str(), &row.id, &key);
                Some((seal_key(scope, &row.id, &key)?, checks_posts))
            }
            None => None,
        };
        // The trial may have taken half a minute: only what is to change is written.
        let label = change.label.as_deref();
        let written = StoreChange {
            store_name: change.store_name.as_deref(),
            label: label.map(|label| Some(label).filter(|label| !label.trim().is_empty())),
            api_key: keys.as_ref().map(|(sealed, webhook_key)| NewApiKey {
                sealed,
                webhook_key,
                root_key: &root_key,
            }),
        };
        let stores = inner.db.stores();
        let updated = stores
            .update(scope.tenant(), &row.id, written, inner.clock.now_millis())
            .await;
        inner.directory.forget(scope.tenant());
        inner.webhooks.forget();
        let row = updated.map_err(duplicate)?.ok_or_else(|| super::gone(identifier))?;
        let altered = Altered::store(&row.store_id, diff(&registration(&was), &registration(&row)));
        Ok(Outcome::of(store_ref(&row), view(&row, active.as_deref())).having_altered([altered]))
    }
}

fn seal_key(scope: &Scope, row: &str, key: &SecretString) -> Result<od_db::SealedColumns, Error> {
    let place = Place {
        tenant: scope.tenant().as_str(),
        row,
        field: "api_key",
    };
    let data_key = scope.identity().data_key()?;
    Ok(data_key.seal(&place, key.expose_secret().as_bytes()).into_columns())
}

fn check(new: &Register) -> Result<(), Error> {
    let mut problems = Vec::new();
    if new.store_id.is_empty() || new.store_id.len() > 20 || !new.store_id.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.push(problem(
            "/store_id",
            "must be Order Desk's store id: 1 to 20 digits, e.g. 90001",
        ));
    }
    check_key(Some(&new.api_key), &mut problems);
    check_name(new.store_name.as_deref(), &mut problems);
    check_label(new.label.as_deref(), &mut problems);
    refuse(problems)
}

fn check_name(name: Option<&str>, problems: &mut Vec<Problem>) {
    let Some(name) = name else { return };
    if usable_name(name).as_deref() != Some(name) {
        let rule = format!(
            "must be 1 to {MAX_NAME} characters without control or invisible characters or outer spaces, and not only \
             digits, which would look like a store id"
        );
        problems.push(problem("/store_name", &rule));
    }
}

fn check_label(label: Option<&str>, problems: &mut Vec<Problem>) {
    if label.is_some_and(|label| label.chars().count() > MAX_LABEL || !is_plain(label)) {
        problems.push(problem(
            "/label",
            &format!("must be at most {MAX_LABEL} characters without control or invisible characters"),
        ));
    }
}

/// A key without the blanks that come along when it is copied from a page or a file.
fn trimmed(key: SecretString) -> SecretString {
    let text = key.expose_secret();
    match text.trim() {
        same if same.len() == text.len() => key,
        rest => rest.into(),
    }
}

fn check_key(key: Option<&SecretString>, problems: &mut Vec<Problem>) {
    let Some(key) = key.map(ExposeSecret::expose_secret) else {
        return;
    };
    if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        problems.push(problem(
            "/api_key",
            "must be the store's API key as Order Desk shows it: printable ASCII without spaces",
        ));
    }
}

/// Whether everything in a text can be seen, on one line.
fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control) && clean_text(text) == text
}

/// The name as it may be stored, if it may.
fn usable_name(name: &str) -> Option<String> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME && is_plain(name);
    let looks_like_an_id = name.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !looks_like_an_id).then(|| name.to_owned())
}

fn fallback_name(store_id: &str) -> String {
    format!("Store {store_id}")
}

fn problem(path: &str, message: &str) -> Problem {
    Problem {
        path: path.to_owned(),
        message: message.to_owned(),
        suggestion: None,
    }
}

fn refuse(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

fn duplicate(error: DbError) -> Error {
    match error {
        DbError::Duplicate(Unique::StoreId) => Error::Duplicate(Existing {
            what: "This store id is already registered for this tenant.".to_owned(),
            instead: "Use it as it is (stores_list shows it), or change it with stores_update.",
        }),
        DbError::Duplicate(Unique::StoreName) => Error::Duplicate(Existing {
            what: "Another store of this tenant has this name already.".to_owned(),
            instead: "Choose another store_name.",
        }),
        other => other.into(),
    }
}
