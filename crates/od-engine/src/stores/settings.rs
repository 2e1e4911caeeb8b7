//! A store's settings and folders (Order Desk: `GET /store`).
//!
//! The client passes on an allow-list only: the reply itself carries the API key and the mail password.

use std::sync::Arc;

use od_client::StoreSettings;
use od_db::StoreRow;
use od_record::text::cleaned;
use od_record::{same_identifier, tidy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::{OpenStore, Purpose, Stores, owner, store_ref};
use crate::cache::{Resource, Weigh};
use crate::error::Error;
use crate::outcome::{CacheInfo, Outcome};
use crate::scope::Scope;

/// A folder: where an order stands in the merchant's process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Folder {
    /// Digits.
    pub id: String,
    /// As the merchant named it; names may repeat.
    pub name: String,
}

impl Folder {
    /// The folders of that name, blanks around it taken off; those that have it in another case, when none has it to the letter.
    pub(crate) fn named<'a>(folders: &'a [Self], name: &str) -> Vec<&'a Self> {
        let exact: Vec<&Self> = folders
            .iter()
            .filter(|folder| same_identifier(&folder.name, name))
            .collect();
        if !exact.is_empty() {
            return exact;
        }
        let folded = tidy(name).to_lowercase();
        let same = |folder: &&Self| tidy(&folder.name).to_lowercase() == folded;
        folders.iter().filter(same).collect()
    }
}

/// Settings and folders, as they are kept in memory and in the store's row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings(Map<String, Value>);

impl Weigh for Settings {
    fn heap(&self) -> usize {
        self.0.heap()
    }
}

impl Settings {
    /// What may be shown of a store.
    pub(super) fn of(store: &StoreSettings) -> Self {
        let folders: Vec<Value> = store
            .folders
            .iter()
            .map(|folder| json!({ "id": folder.id, "name": folder.name }))
            .collect();
        let shown = [
            ("id", store.id.as_str().into()),
            ("name", store.name.as_str().into()),
            ("folders", folders.into()),
            ("settings", store.settings.clone().into()),
        ];
        Self(cleaned(
            shown
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
        ))
    }

    /// As the store's row keeps them.
    pub(super) fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|_| Error::Internal("settings could not be written as JSON"))
    }

    /// A setting that is text and not empty.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let setting = self.0.get("settings")?.get(name)?.as_str()?.trim();
        Some(setting).filter(|setting| !setting.is_empty())
    }

    /// Whether a setting is one that says yes.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        let setting = self.0.get("settings").and_then(|settings| settings.get(name));
        setting.is_some_and(|setting| *setting == "1" || *setting == 1 || *setting == true)
    }

    /// The store's folders, in Order Desk's order.
    pub fn folders(&self) -> Vec<Folder> {
        let folders = self.0.get("folders").and_then(Value::as_array);
        let text = |folder: &Value, key: &str| folder.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        folders
            .into_iter()
            .flatten()
            .map(|folder| Folder {
                id: text(folder, "id"),
                name: text(folder, "name"),
            })
            .collect()
    }

    /// The name of a folder.
    pub fn folder_name(&self, id: &str) -> Option<String> {
        self.folders()
            .into_iter()
            .find(|folder| folder.id == id)
            .map(|folder| folder.name)
    }
}

impl Stores<'_> {
    /// Settings of a store: id, name, folders and the settings that carry no secret.
    pub async fn settings(
        &self,
        scope: &Scope,
        store: Option<&str>,
        fresh: bool,
    ) -> Result<Outcome<Map<String, Value>>, Error> {
        let store = self.open(scope, store, Purpose::Read).await?;
        let (settings, cache) = self.settings_of(scope, &store, fresh).await?;
        Ok(Outcome::of(store.name, settings.0.clone()).with_cache(cache))
    }

    /// Folders of a store.
    pub async fn folders(
        &self,
        scope: &Scope,
        store: Option<&str>,
        fresh: bool,
    ) -> Result<Outcome<Vec<Folder>>, Error> {
        let store = self.open(scope, store, Purpose::Read).await?;
        let (settings, cache) = self.settings_of(scope, &store, fresh).await?;
        Ok(Outcome::of(store.name, settings.folders()).with_cache(cache))
    }

    /// Folders of a store as they were last seen, however long ago that is: good enough for suggestions. None when they were
    /// never seen; Order Desk is not asked.
    pub async fn remembered_folders(
        &self,
        scope: &Scope,
        store: Option<&str>,
    ) -> Result<Option<Outcome<Vec<Folder>>>, Error> {
        let row = self.select(scope, store, Purpose::Read).await?;
        let settings = self.remembered_settings(&row).await;
        Ok(settings.map(|settings| Outcome::of(store_ref(&row), settings.folders())))
    }

    /// Settings of a store as they were last seen. None when they were never seen; Order Desk is not asked.
    pub(crate) async fn remembered_settings(&self, row: &StoreRow) -> Option<Arc<Settings>> {
        let key = self.0.inner.key(owner(row), Resource::StoreSettings, "").await;
        let in_memory: Option<Arc<Settings>> = self.0.inner.cache.get(&key).map(|(settings, _)| settings);
        // Settings that an earlier version wrote and this one cannot read were never seen.
        let in_row = || serde_json::from_str(row.settings.as_deref()?).ok().map(Arc::new);
        in_memory.or_else(in_row)
    }

    /// What `find` finds among the store's folders, and where they came from. Folders from memory that do not have it
    /// are read anew once: it may have been made since.
    ///
    /// # Errors
    /// What `find` answers; [`Error::Upstream`].
    pub(crate) async fn among_folders<T>(
        &self,
        scope: &Scope,
        store: &OpenStore,
        fresh: bool,
        find: impl Fn(&[Folder]) -> Result<T, Error>,
    ) -> Result<(T, CacheInfo), Error> {
        let (mut settings, mut cache) = self.settings_of(scope, store, fresh).await?;
        let mut found = find(&settings.folders());
        if cache.hit && matches!(found, Err(Error::NotFound { .. })) {
            (settings, cache) = self.settings_of(scope, store, true).await?;
            found = find(&settings.folders());
        }
        Ok((found?, cache))
    }

    /// Settings from memory, or read, remembered and noted in the store's row.
    pub(crate) async fn settings_of(
        &self,
        scope: &Scope,
        store: &OpenStore,
        fresh: bool,
    ) -> Result<(Arc<Settings>, CacheInfo), Error> {
        let inner = &self.0.inner;
        if fresh {
            // An answer that was asked for before this moment and comes later is not kept.
            inner.settings_overtaken(store.owner()).await;
        }
        let key = inner.key(store.owner(), Resource::StoreSettings, "").await;
        if fresh {
            let settings = Arc::new(self.read_settings(scope, store).await?);
            let identity = scope.identity();
            inner
                .keep_elsewhere(identity, &key, Resource::StoreSettings, &*settings)
                .await;
            inner.cache.put(key, Resource::StoreSettings, settings.clone());
            return Ok((settings, CacheInfo::FRESH));
        }
        let elsewhere = key.clone();
        let read = |all_gone: CancellationToken| async move {
            let store = store.clone().while_wanted(&all_gone);
            let read = self.read_settings(scope, &store);
            inner
                .elsewhere_or(scope.identity(), &elsewhere, Resource::StoreSettings, read)
                .await
        };
        let wanted = store.upstream.wanted();
        inner
            .cache
            .read_through(key, Resource::StoreSettings, wanted, read)
            .await
    }

    /// Settings from Order Desk, noted in the store's row.
    async fn read_settings(&self, scope: &Scope, store: &OpenStore) -> Result<Settings, Error> {
        let inner = &self.0.inner;
        let asked_at = inner.clock.now_millis();
        let settings = store.upstream.settings().await.map_err(Error::Upstream)?;
        let settings = Settings::of(&settings);
        let (stores, text) = (inner.db.stores(), settings.to_json()?);
        let noted = stores.set_settings(scope.tenant(), &store.row.id, &text, asked_at);
        if let Err(error) = noted.await {
            // They are noted for suggestions after a restart. A read is answered whatever the database takes.
            tracing::warn!(%error, "a store's settings could not be noted");
        }
        Ok(settings)
    }
}
