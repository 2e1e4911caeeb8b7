//! Which stores a question is about. They are asked one after the other: the copy of one is let go before that of the next is
//! opened, and a store that does not answer takes nothing from the others.

use std::time::Instant;

use super::Insight;
use super::days::Zone;
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::StoreRef;
use crate::scope::Scope;
use crate::stores::Purpose;

/// Which stores a caller names.
#[derive(Clone, Copy)]
pub(super) struct Which<'a> {
    /// Name or id of one.
    pub store: Option<&'a str>,
    /// `all`.
    pub stores: Option<&'a str>,
    /// Whether it can be.
    pub can_be_all: bool,
    pub fresh: bool,
}

/// The stores that a question is about.
pub(super) struct Asked {
    pub stores: Vec<AskedStore>,
    can_be_all: bool,
    fresh: bool,
    deadline: Instant,
}

/// One of them.
pub(super) struct AskedStore {
    /// Name or id; the active one without.
    identifier: Option<String>,
    /// What it is called, where there are several.
    pub(super) name: Option<StoreRef>,
}

impl Asked {
    pub(super) fn are_several(&self) -> bool {
        self.stores.len() > 1
    }

    /// Who named no store of several may have meant all of them.
    fn doubt(&self, error: Error) -> Error {
        if self.can_be_all { error.or_all_stores() } else { error }
    }
}

impl Insight<'_> {
    /// The stores that a question is about.
    ///
    /// # Errors
    /// [`Error::Invalid`] when one is named beside all.
    pub(super) async fn asked(&self, scope: &Scope, which: Which<'_>) -> Result<Asked, Error> {
        if which.stores.is_some() && which.store.is_some() {
            return Err(Error::invalid("/stores", "must be left out where store names one"));
        }
        let deadline = self.deadline();
        let listed = match which.stores {
            None => Vec::new(),
            Some(_) => self.0.stores().list(scope).await?.data,
        };
        let mut stores: Vec<AskedStore> = listed
            .into_iter()
            .map(|view| AskedStore {
                identifier: Some(view.store_id.clone()),
                name: Some(StoreRef {
                    store_id: view.store_id,
                    store_name: view.store_name,
                }),
            })
            .collect();
        if stores.is_empty() {
            // Without any store the error says so.
            stores.push(AskedStore {
                identifier: which.store.map(str::to_owned),
                name: None,
            });
        }
        Ok(Asked {
            stores,
            can_be_all: which.can_be_all,
            fresh: which.fresh,
            deadline,
        })
    }

    /// The copy of one of these stores.
    ///
    /// # Errors
    /// As [`Insight::copy`].
    pub(super) async fn copy_of(&self, scope: &Scope, asked: &Asked, store: &AskedStore) -> Result<Ready, Error> {
        let copy = self
            .copy(scope, store.identifier.as_deref(), asked.fresh, asked.deadline)
            .await;
        if let Some(progress) = scope.progress() {
            progress.turn_to_next();
        }
        copy.map_err(|error| asked.doubt(error))
    }

    /// The zone of one of these stores, without a copy of it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Upstream`] when its settings have to be read.
    pub(super) async fn zone_of(&self, scope: &Scope, asked: &Asked, store: &AskedStore) -> Result<Zone, Error> {
        let stores = self.0.stores();
        let opened = stores.open(scope, store.identifier.as_deref(), Purpose::Read).await;
        let store = opened.map_err(|error| asked.doubt(error))?;
        let (settings, _) = stores.settings_of(scope, &store, false).await?;
        Ok(Zone::named(settings.setting("timezone")))
    }
}
