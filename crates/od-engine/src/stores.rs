//! Stores: a tenant's Order Desk accounts, registered with their sealed API keys.

use std::sync::Arc;

use od_client::Credentials;
use od_db::{DbError, StoreRow};
use od_record::FieldChange;
use od_record::text::{clean_text, cleaned};
use od_vault::Place;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::cache::Owner;
use crate::calls::Asker;
use crate::consent::Deed;
use crate::difference::Altered;
use crate::engine::Engine;
use crate::error::{Error, LookedIn};
use crate::lock::Subject;
use crate::outcome::{Outcome, StoreRef};
use crate::roots::DigestOf;
use crate::scope::{ActiveStore, Scope, StoreSet};
use crate::sealed::IntoSealed;

mod directory;
mod known;
mod reading;
mod register;
mod settings;
#[cfg(test)]
mod tests;
mod through;
mod trial;
mod turns;

use directory::Rows;
pub(crate) use directory::{Directory, Purpose, find as find_row};
pub use known::{Budget, KnownStore, TenantLimit};
pub use register::{Register, UpdateStore};
pub use settings::{Folder, Settings};
pub(crate) use through::Question;

/// A store as listings show it. Credentials are never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreView {
    /// Order Desk's store id: digits.
    pub store_id: String,
    /// The tenant's own name for it.
    pub store_name: String,
    /// A free remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether calls that name no store use this one.
    pub active: bool,
}

/// What an identifier stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// Order Desk's store id: digits.
    pub store_id: String,
    /// The tenant's own name for it.
    pub store_name: String,
    /// A free remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `store_id` or `store_name`.
    pub matched_by: &'static str,
}

/// Store operations.
pub struct Stores<'a>(pub(crate) &'a Engine);

impl Engine {
    /// Store operations.
    pub fn stores(&self) -> Stores<'_> {
        Stores(self)
    }
}

impl Stores<'_> {
    /// The tenant's stores, by name.
    pub async fn list(&self, scope: &Scope) -> Result<Outcome<Vec<StoreView>>, Error> {
        let rows = self.rows(scope, Purpose::Change).await?;
        let active = self.active_row(scope, &rows).await?;
        let views = rows.iter().map(|row| view(row, active.as_deref())).collect();
        Ok(Outcome::new(views))
    }

    /// Makes a store the one that calls without a store use, for connections of the scope's credential and narrowing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such store.
    pub async fn use_store(&self, scope: &Scope, identifier: &str) -> Result<Outcome<StoreView>, Error> {
        let (row, _) = self.find(scope, identifier, Purpose::Change).await?;
        self.0.begin(scope).await?;
        match scope.active_store() {
            ActiveStore::Process(store) => store.set(Some(row.id.clone())),
            ActiveStore::Credential => {
                let now = self.0.inner.clock.now_millis();
                let credential = scope.identity().credential();
                self.0
                    .inner
                    .db
                    .active_stores()
                    .set(scope.tenant(), credential, scope.narrowing(), &row.id, now)
                    .await
                    .map_err(|error| match error {
                        // Deleted in this moment.
                        DbError::MissingParent => gone(identifier),
                        other => other.into(),
                    })?;
            }
        }
        Ok(Outcome::of(store_ref(&row), view(&row, Some(&row.id))))
    }

    /// Says which store an identifier stands for: a store id first, then a name without regard to case.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such store.
    pub async fn resolve(&self, scope: &Scope, identifier: &str) -> Result<Outcome<Resolved>, Error> {
        let (row, matched_by) = self.find(scope, identifier, Purpose::Read).await?;
        let StoreView {
            store_id,
            store_name,
            label,
            ..
        } = view(&row, None);
        Ok(Outcome::of(
            store_ref(&row),
            Resolved {
                store_id,
                store_name,
                label,
                matched_by,
            },
        ))
    }

    /// Forgets a store and its sealed API key. Nothing changes at Order Desk.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such store.
    pub async fn delete(&self, scope: &Scope, identifier: &str) -> Result<Outcome<StoreView>, Error> {
        let (row, _) = self.find(scope, identifier, Purpose::Change).await?;
        self.remove(scope, identifier, &row).await
    }

    /// Like [`Stores::delete`], for callers who are no person: one has to agree. `confirmed` is their word for it.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::Declined`], and those of [`Stores::delete`].
    pub async fn delete_if_agreed(
        &self,
        scope: &Scope,
        identifier: &str,
        confirmed: bool,
    ) -> Result<Outcome<StoreView>, Error> {
        let (row, _) = self.find(scope, identifier, Purpose::Change).await?;
        let store = store_ref(&row);
        let deed = Deed::one("stores.delete", &store, &[]);
        self.0.consents().check(scope, &deed).await?;
        if !scope.takes_word(confirmed) {
            let effects = format!(
                "Deleting {store} removes its registration and its sealed API key from this server; the shop itself stays."
            );
            scope.require_agreement(deed, effects)?;
        }
        self.remove(scope, identifier, &row).await
    }

    async fn remove(&self, scope: &Scope, identifier: &str, row: &StoreRow) -> Result<Outcome<StoreView>, Error> {
        self.0.begin(scope).await?;
        let deleted = self.0.inner.db.stores().delete(scope.tenant(), &row.id).await?;
        self.0.inner.directory.forget(scope.tenant());
        self.0.inner.webhooks.forget();
        if !deleted {
            return Err(gone(identifier));
        }
        let was = Altered::store(&row.store_id, vec![FieldChange::of_removed(&registration(row))]);
        Ok(Outcome::of(store_ref(row), view(row, None)).having_altered([was]))
    }

    /// Asks Order Desk whether the stored credentials work (`GET /test`).
    pub async fn test(&self, scope: &Scope, store: Option<&str>) -> Result<Outcome<Map<String, Value>>, Error> {
        let store = self.open(scope, store, Purpose::Read).await?;
        let reply = store.upstream.test().await.map_err(Error::Upstream)?;
        let mut data = Map::new();
        data.insert("message".to_owned(), reply.message.unwrap_or_default().into());
        if let Some(at) = reply.current_date_time {
            data.insert("current_date_time".to_owned(), at.into());
        }
        Ok(Outcome::of(store.name, cleaned(data)))
    }

    /// The store a call means: the one named, else the active one, else the only one.
    pub(crate) async fn select(
        &self,
        scope: &Scope,
        store: Option<&str>,
        purpose: Purpose,
    ) -> Result<Arc<StoreRow>, Error> {
        Ok(self.choose(scope, store, purpose).await?.0)
    }

    /// The store a call means, and whether another one could have been meant.
    async fn choose(
        &self,
        scope: &Scope,
        store: Option<&str>,
        purpose: Purpose,
    ) -> Result<(Arc<StoreRow>, bool), Error> {
        if let Some(identifier) = store {
            let (row, _) = self.find(scope, identifier, purpose).await?;
            scope.set_place(LookedIn {
                store: store_ref(&row),
                others: 0,
            });
            return Ok((row, false));
        }
        let rows = self.rows(scope, purpose).await?;
        let active = self.active_row(scope, &rows).await?;
        let Some(row) = rows.iter().find(|row| active.as_deref() == Some(row.id.as_str())) else {
            return Err(Error::StoreRequired(rows.iter().map(|row| store_ref(row)).collect()));
        };
        scope.set_about(Some(&row.store_id));
        let others = rows.len() - 1;
        scope.set_place(LookedIn {
            store: store_ref(row),
            others,
        });
        Ok((row.clone(), others > 0))
    }

    /// The store a call means, with its credentials opened. A change is on record from here on: whoever is to change a
    /// store opens it so, and without an open store Order Desk is not asked.
    pub(crate) async fn open(&self, scope: &Scope, store: Option<&str>, purpose: Purpose) -> Result<OpenStore, Error> {
        let (row, assumed) = self.choose(scope, store, purpose).await?;
        if purpose == Purpose::Change {
            self.0.begin(scope).await?;
        }
        let store = self.unlock(scope, row)?;
        Ok(OpenStore { assumed, ..store })
    }

    /// Opens the credentials of a store.
    pub(crate) fn unlock(&self, scope: &Scope, row: Arc<StoreRow>) -> Result<OpenStore, Error> {
        let inner = &self.0.inner;
        let call = scope.call();
        if let Some(call) = &call {
            call.opened(&row);
        }
        let credentials = self.0.credentials(&row.store_id, api_key(scope, &row)?);
        let upstream = inner
            .client
            .store(&credentials)
            .request_id(&scope.request_id().to_string());
        let upstream = match scope.wanted() {
            Some(wanted) => upstream.while_wanted(wanted),
            None => upstream,
        };
        Ok(OpenStore {
            name: store_ref(&row),
            upstream,
            shop: credentials.budget_key,
            row,
            asker: Asker::of(call),
            assumed: false,
        })
    }

    /// Like [`Stores::open`] for acts with consequences outside this server: with several stores registered, the store
    /// has to be named.
    pub(crate) async fn open_spelled_out(&self, scope: &Scope, store: Option<&str>) -> Result<OpenStore, Error> {
        if store.is_none() {
            let rows = self.rows(scope, Purpose::Change).await?;
            if rows.len() > 1 {
                return Err(Error::StoreNotNamed(rows.iter().map(|row| store_ref(row)).collect()));
            }
        }
        self.open(scope, store, Purpose::Change).await
    }

    /// The active store's row, if one is set and still there. Read anew each time when it is kept in the database:
    /// another replica may have set it a moment ago.
    async fn active_row(&self, scope: &Scope, rows: &[Arc<StoreRow>]) -> Result<Option<String>, Error> {
        if let [only] = rows {
            return Ok(Some(only.id.clone()));
        }
        let active = self.active_of(scope).await?;
        Ok(active.filter(|id| rows.iter().any(|row| &row.id == id)))
    }

    /// The row of the store that was made the active one, which may be gone.
    async fn active_of(&self, scope: &Scope) -> Result<Option<String>, Error> {
        Ok(match scope.active_store() {
            ActiveStore::Process(store) => store.get(),
            ActiveStore::Credential => {
                let stores = self.0.inner.db.active_stores();
                let credential = scope.identity().credential();
                stores.get(scope.tenant(), credential, scope.narrowing()).await?
            }
        })
    }

    async fn find(
        &self,
        scope: &Scope,
        identifier: &str,
        purpose: Purpose,
    ) -> Result<(Arc<StoreRow>, &'static str), Error> {
        let mut known = self.rows(scope, purpose).await?;
        let mut found = directory::find(&known, identifier);
        if found.is_none() && purpose != Purpose::Change {
            // It may have been registered a moment ago, by another process.
            known = self.rows(scope, Purpose::Change).await?;
            found = directory::find(&known, identifier);
        }
        let (row, matched_by) = found.ok_or_else(|| not_found(scope, identifier, &known))?;
        scope.set_about(Some(&row.store_id));
        Ok((row, matched_by))
    }

    /// The tenant's stores that the caller may see: for everybody else the others never were.
    pub(crate) async fn rows(&self, scope: &Scope, purpose: Purpose) -> Result<Rows, Error> {
        let inner = &self.0.inner;
        let rows = inner.directory.stores(&inner.db, scope.tenant(), purpose).await?;
        Ok(match scope.identity().stores() {
            StoreSet::All => rows,
            bound @ StoreSet::Only(_) => rows.iter().filter(|row| bound.allows(&row.store_id)).cloned().collect(),
        })
    }
}

/// A store whose credentials are open for the length of one call.
#[derive(Clone)]
pub(crate) struct OpenStore {
    pub name: StoreRef,
    pub upstream: od_client::Store,
    pub row: Arc<StoreRow>,
    /// Whom it was opened for.
    pub asker: Asker,
    /// Nobody named it, and the tenant has others.
    assumed: bool,
    /// A keyed digest of store id and API key.
    shop: String,
}

impl OpenStore {
    /// The same store, for what is done on behalf of several callers, each of whom is asked after by itself.
    pub(crate) fn for_several(self) -> Self {
        Self {
            asker: Asker::default(),
            ..self
        }
    }

    /// The same store, whose reads are given up when `wanted` is cancelled.
    pub(crate) fn while_wanted(self, wanted: &CancellationToken) -> Self {
        Self {
            upstream: self.upstream.while_wanted(wanted),
            ..self
        }
    }

    pub(crate) fn owner(&self) -> Owner<'_> {
        owner(&self.row)
    }

    /// What to tell about a call that makes something new: what names no record fits every store, so nobody else would
    /// notice that it went to the wrong one. None when the store was named, or is the only one.
    pub(crate) fn assumption(&self) -> Option<String> {
        self.assumed
            .then(|| format!("store was not named; used the active {}", self.name))
    }

    /// One of the store's orders, as something to hold.
    pub(crate) fn order<'a>(&'a self, id: &'a str) -> Subject<'a> {
        Subject::Order { shop: &self.shop, id }
    }

    /// The arrival of an order that `source` stands for, as something to hold.
    pub(crate) fn new_order<'a>(&'a self, source: &'a str) -> Subject<'a> {
        Subject::NewOrder {
            shop: &self.shop,
            source,
        }
    }

    /// One of the store's inventory items, as something to hold.
    pub(crate) fn product<'a>(&'a self, id: &'a str) -> Subject<'a> {
        Subject::Product { shop: &self.shop, id }
    }

    /// A code that a new inventory item is to have, as something to hold.
    pub(crate) fn product_code<'a>(&'a self, code: &'a str) -> Subject<'a> {
        Subject::ProductCode { shop: &self.shop, code }
    }
}

impl Engine {
    /// The upstream budget belongs to the pair of store id and key, so that a stranger with a wrong key drains nobody.
    pub(crate) fn credentials(&self, store_id: &str, api_key: SecretString) -> Credentials {
        use secrecy::ExposeSecret;
        let budget_key = self.inner.lasting.digest(
            DigestOf::Shop,
            &[store_id.as_bytes(), api_key.expose_secret().as_bytes()],
        );
        Credentials {
            store_id: store_id.to_owned(),
            api_key,
            budget_key,
        }
    }
}

/// A store's API key.
pub(crate) fn api_key(scope: &Scope, row: &StoreRow) -> Result<SecretString, Error> {
    let place = Place {
        tenant: scope.tenant().as_str(),
        row: &row.id,
        field: "api_key",
    };
    let opened = scope
        .identity()
        .data_key()?
        .open_text(&place, &row.api_key.clone().into_sealed());
    opened.map_err(|_| Error::Internal("a stored API key does not open"))
}

fn view(row: &StoreRow, active: Option<&str>) -> StoreView {
    StoreView {
        store_id: row.store_id.clone(),
        store_name: clean_text(&row.store_name).into_owned(),
        label: row.label.as_deref().map(|label| clean_text(label).into_owned()),
        active: active == Some(row.id.as_str()),
    }
}

/// What a tenant has written down of a store, but for its key: what the audit log keeps of a change to it.
fn registration(row: &StoreRow) -> Map<String, Value> {
    let label = row.label.as_deref().map(|label| ("label", label));
    let told = [
        ("store_id", row.store_id.as_str()),
        ("store_name", row.store_name.as_str()),
    ];
    told.into_iter()
        .chain(label)
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect()
}

/// Whose answers the cache keeps for a store.
pub(crate) fn owner(row: &StoreRow) -> Owner<'_> {
    Owner {
        tenant: &row.tenant_id,
        store_row: &row.id,
    }
}

pub(crate) fn store_ref(row: &StoreRow) -> StoreRef {
    StoreRef {
        store_id: row.store_id.clone(),
        // Rows of before may hold what no name may hold any more.
        store_name: clean_text(&row.store_name).into_owned(),
    }
}

/// What is answered for an identifier that none of the `known` stores has, which are those that the caller may see; whoever else
/// may have it.
fn not_found(scope: &Scope, identifier: &str, known: &[Arc<StoreRow>]) -> Error {
    let stores: Vec<StoreRef> = known.iter().map(|row| store_ref(row)).collect();
    let names = stores.iter().map(|store| store.store_name.as_str());
    let nearest = od_record::nearest(identifier, names).map(str::to_owned);
    let name = od_record::text::quoted(identifier);
    match scope.identity().stores() {
        StoreSet::All => no_store(name, nearest),
        StoreSet::Only(_) => Error::NoneOfItsStores { name, nearest, stores },
    }
}

/// What is answered for a store that was there a moment ago.
fn gone(identifier: &str) -> Error {
    no_store(od_record::text::quoted(identifier), None)
}

fn no_store(name: String, nearest: Option<String>) -> Error {
    Error::NotFound {
        what: "Store",
        name,
        nearest,
        hint: "stores_list shows the stores of this tenant.",
    }
}
