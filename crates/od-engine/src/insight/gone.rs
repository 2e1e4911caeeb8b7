//! A store that went while it was worked on.

use od_db::DbError;

use crate::error::Error;

/// The store, or its tenant, was deleted a moment ago.
pub(super) fn gone(error: DbError) -> Error {
    match error {
        DbError::MissingParent => Error::NotFound {
            what: "Store",
            name: "of this call".to_owned(),
            nearest: None,
            hint: "stores_list shows the stores of this tenant.",
        },
        other => other.into(),
    }
}
