//! Which of a tenant's stores a credential may see.

use std::sync::Arc;

use crate::error::Error;

/// Stores, by Order Desk's ids. A shop keeps its id however often it is registered, so a credential that was given one sees it
/// again after it was removed and registered anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreSet {
    /// All of the tenant's, also later ones.
    All,
    /// These, as far as they are there. The others are as if they never were.
    Only(Arc<[String]>),
}

impl StoreSet {
    /// Exactly these.
    pub fn only<I: IntoIterator<Item = String>>(store_ids: I) -> Self {
        Self::Only(store_ids.into_iter().collect())
    }

    /// Whether a store may be seen.
    pub fn allows(&self, store_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.iter().any(|id| id == store_id),
        }
    }

    /// The ids, when not all stores may be seen.
    pub fn ids(&self) -> Option<&[String]> {
        match self {
            Self::All => None,
            Self::Only(ids) => Some(ids),
        }
    }

    /// As it is stored: a JSON list, or nothing for all.
    pub(crate) fn to_column(&self) -> Option<String> {
        self.ids().map(|ids| serde_json::Value::from(ids).to_string())
    }

    /// Reads what [`Self::to_column`] wrote.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that it never wrote: such a row opens nothing.
    pub(crate) fn from_column(column: Option<&str>) -> Result<Self, Error> {
        match column {
            None => Ok(Self::All),
            Some(text) => serde_json::from_str::<Vec<String>>(text)
                .map(Self::only)
                .map_err(|_| Error::Internal("the stores of a credential are damaged")),
        }
    }

    /// As listings show what [`Self::to_column`] wrote: the ids, or nothing for all stores. A row that opens nothing has no ids.
    pub(crate) fn shown(column: Option<&str>) -> Option<Vec<String>> {
        match Self::from_column(column) {
            Ok(stores) => stores.ids().map(<[String]>::to_vec),
            Err(_) => Some(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests;
