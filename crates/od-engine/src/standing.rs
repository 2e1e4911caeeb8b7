//! Whether what a call relies on is still good: its credential, its tenant, the stores whose keys it opened. Another process may
//! have taken it away, so it is looked up again; what is known is good enough for a moment.

use std::time::{Duration, Instant};

use od_db::{Standing, StoreRow};

use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::outcome::StoreRef;
use crate::scope::{CredentialKind, Identity};

/// How old may be what is known when a call comes.
pub(crate) const KNOWN: Duration = Duration::from_secs(1);

impl Engine {
    /// Passes while the credential may be used, as far as was known so long ago at most.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when it was revoked or has expired, or its tenant was closed or deleted; [`Error::Storage`].
    pub(crate) async fn stands(&self, identity: &Identity, at_most: Duration) -> Result<(), Error> {
        if identity.looked_at().elapsed() < at_most {
            return Ok(());
        }
        let asked_at = Instant::now();
        let (db, tenant, row) = (&self.inner.db, identity.tenant(), identity.row());
        let standing = match identity.kind() {
            CredentialKind::MasterKey => db.master_keys().standing(tenant, row).await?,
            CredentialKind::Session => db.sessions().standing(tenant, row).await?,
            _ => db.tokens().standing(tenant, row).await?,
        };
        let now = self.inner.clock.now_millis();
        match standing {
            Some(Standing {
                expires_at,
                revoked_at: None,
                disabled_at: None,
            }) if expires_at.is_none_or(|at| at > now) => {
                identity.look_at(asked_at);
                Ok(())
            }
            _ => Err(ended(identity)),
        }
    }

    /// Passes while a store whose key was opened is there and has that key, as far as was known so long ago at most.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::StoreChanged`]; [`Error::Storage`].
    pub(crate) async fn store_stands(&self, opened: &StoreRow, at_most: Duration) -> Result<(), Error> {
        let inner = &self.inner;
        let known = inner.directory.known_for(&inner.db, &opened.tenant_id, at_most).await?;
        match known.iter().find(|row| row.id == opened.id) {
            Some(row) if row.api_key == opened.api_key => Ok(()),
            Some(row) => Err(Error::StoreChanged(StoreRef {
                store_id: row.store_id.clone(),
                store_name: od_record::text::clean_text(&row.store_name).into_owned(),
            })),
            None => Err(Error::NotFound {
                what: "Store",
                name: od_record::text::quoted(&opened.store_id),
                nearest: None,
                hint: "stores_list shows the stores of this tenant.",
            }),
        }
    }
}

/// Passes when something was stored in the name of a credential, which is when that one was alive.
pub(crate) fn was_alive(stored: bool, identity: &Identity) -> Result<(), Error> {
    if stored { Ok(()) } else { Err(ended(identity)) }
}

fn ended(identity: &Identity) -> Error {
    Error::Unauthenticated(match identity.kind() {
        CredentialKind::MasterKey => AuthFailure::Unknown,
        _ => AuthFailure::UnknownToken,
    })
}
