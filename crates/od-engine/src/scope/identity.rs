//! Who was proven.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use od_db::{Maker, TenantId};
use od_vault::DataKey;

use super::kind::CredentialKind;
use super::permission::Grants;
use super::store_set::StoreSet;
use crate::error::Error;

/// A proven tenant: made by signing in, cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Proof>);

/// What a credential turned out to be.
pub(crate) struct Proven {
    pub kind: CredentialKind,
    pub tenant: TenantId,
    /// The credential's row.
    pub row: String,
    /// The grant that it was handed out for, with the client's name.
    pub grant: Option<(String, String)>,
    /// What listings show of it.
    pub prefix: String,
    pub grants: Grants,
    pub stores: StoreSet,
    /// None for a locked session.
    pub data_key: Option<DataKey>,
}

struct Proof {
    proven: Proven,
    actor: String,
    /// When its row was last looked at.
    looked_at: Mutex<Instant>,
    /// When its use was last noted: UTC milliseconds.
    noted_at: AtomicI64,
}

impl Identity {
    /// Whoever was proven just now.
    pub(crate) fn new(proven: Proven) -> Self {
        let kind = proven.kind.as_str();
        let actor = match &proven.grant {
            Some((_, client)) => format!("{kind}:{client}:{}", proven.prefix),
            None => format!("{kind}:{}", proven.prefix),
        };
        let proof = Proof {
            proven,
            actor,
            looked_at: Mutex::new(Instant::now()),
            noted_at: AtomicI64::new(i64::MIN),
        };
        Self(Arc::new(proof))
    }

    /// The tenant that the credential belongs to.
    pub fn tenant(&self) -> &TenantId {
        &self.0.proven.tenant
    }

    /// What kind of credential it is.
    pub fn kind(&self) -> CredentialKind {
        self.0.proven.kind
    }

    /// What is remembered for the caller is remembered under this id: that of the credential's row, or of its grant, so that an
    /// OAuth client keeps it when its tokens are renewed. Not a secret.
    pub fn credential(&self) -> &str {
        match &self.0.proven.grant {
            Some((grant, _)) => grant,
            None => &self.0.proven.row,
        }
    }

    /// The credential's own row.
    pub(crate) fn row(&self) -> &str {
        &self.0.proven.row
    }

    /// The credential as what others are made with, if they are: those of the tenant's owner.
    pub(crate) fn maker(&self, now: i64) -> Option<Maker<'_>> {
        let id = self.row();
        match self.kind() {
            CredentialKind::MasterKey => Some(Maker::MasterKey { id, now }),
            CredentialKind::Session => Some(Maker::Session { id, now }),
            _ => None,
        }
    }

    /// What the credential may do.
    pub fn grants(&self) -> Grants {
        self.0.proven.grants
    }

    /// Which stores the credential may see.
    pub fn stores(&self) -> &StoreSet {
        &self.0.proven.stores
    }

    /// Who acted, for the audit log: the kind of credential, an OAuth client's name, and what listings show of it.
    pub fn actor(&self) -> &str {
        &self.0.actor
    }

    /// When it was last known to be good.
    pub(crate) fn looked_at(&self) -> Instant {
        *self.0.looked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that it was good when its row was asked for.
    pub(crate) fn look_at(&self, asked_at: Instant) {
        *self.0.looked_at.lock().unwrap_or_else(PoisonError::into_inner) = asked_at;
    }

    /// Whether its use at `now` is to be noted, since none was after `due`: UTC milliseconds. Of several callers at once one is told
    /// so.
    pub(crate) fn is_to_be_noted(&self, now: i64, due: i64) -> bool {
        let noted = &self.0.noted_at;
        let last = noted.load(Ordering::Relaxed);
        last <= due
            && noted
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Whether it was proven without anything that opens the tenant's data key: a session that a link in a mail began.
    pub fn is_locked(&self) -> bool {
        self.0.proven.data_key.is_none()
    }

    /// What opens and seals the tenant's secrets.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub(crate) fn data_key(&self) -> Result<&DataKey, Error> {
        self.0.proven.data_key.as_ref().ok_or(Error::Locked)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("tenant", self.tenant())
            .field("credential", &self.credential())
            .finish_non_exhaustive()
    }
}
