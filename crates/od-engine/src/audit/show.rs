//! One request, and what it altered.

use od_db::{AuditRow, SealedColumns};
use serde_json::json;

use super::{AuditLog, Difference, EntryView, acts};
use crate::calls::Act;
use crate::error::Error;
use crate::scope::{Identity, RequestId, Scope, TenantId};

/// Entries of one request that are shown; a caller may give any number of its calls one id.
const MOST: u32 = 100;
/// Ids that are named when a beginning is that of several.
const NAMED: u32 = 5;
/// Shorter beginnings are those of too many.
const SHORTEST: usize = 4;

/// An entry, and what it altered as long as that is sealed.
pub struct Found {
    /// The entry.
    pub entry: EntryView,
    tenant: Option<TenantId>,
    sealed: SealedColumns,
}

impl Found {
    /// What it altered, when the credential is of the entry's tenant and anything is kept.
    ///
    /// # Errors
    /// [`Error::Internal`] when it does not open: it is not as it was written.
    pub fn open(&self, identity: &Identity) -> Result<Option<Difference>, Error> {
        if !self.opens_with(identity) {
            return Ok(None);
        }
        Difference::open(self.sealed.clone(), identity, &self.entry.id).map(Some)
    }

    /// Whether something is kept that this credential is the right one for.
    pub fn opens_with(&self, identity: &Identity) -> bool {
        !self.sealed.is_empty() && self.tenant.as_ref() == Some(identity.tenant())
    }
}

/// What an entry tells of what it altered.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Nothing is kept: the call changed nothing.
    Nothing,
    /// Something is kept, and the session is locked: it opens with the master key.
    Locked,
    /// It was opened.
    Opened(Difference),
    /// Something is kept, and it is not as it was written.
    Damaged,
}

/// An entry of one's own, with what it altered.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The entry.
    pub entry: EntryView,
    /// What it altered.
    pub altered: Told,
}

impl Found {
    fn opened(self, identity: &Identity) -> Trace {
        let altered = match self.open(identity) {
            Ok(None) => Told::Nothing,
            Ok(Some(difference)) => Told::Opened(difference),
            Err(Error::Locked) => Told::Locked,
            Err(_) => Told::Damaged,
        };
        let entry = self.entry;
        Trace { entry, altered }
    }
}

impl AuditLog<'_> {
    /// The tenant's own entries of a request, in the order of time, with what they altered. Looking is recorded.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::NotFound`], also for another tenant's request; [`Error::Storage`].
    pub async fn trace(&self, scope: &Scope, request_id: &str) -> Result<Vec<Trace>, Error> {
        scope.require_owner("read the audit log")?;
        let inner = self.0.inner.clone();
        inner.audit.flush().await;
        let request_id = RequestId::parse(request_id).map_or_else(|| request_id.to_owned(), |id| id.to_string());
        let act = Act {
            name: acts::SHOW,
            parameters: json!({ "request": request_id }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: false,
        };
        let scope = scope.clone();
        let work = async move {
            let audit = inner.db.audit();
            let rows = match RequestId::parse(&request_id) {
                Some(_) => audit.of_request(scope.tenant(), &request_id, MOST).await?,
                None => Vec::new(),
            };
            if rows.is_empty() {
                return Err(no_trace(request_id));
            }
            let found = rows.into_iter().map(Found::from);
            Ok((found.map(|found| found.opened(scope.identity())).collect(), None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// For the operator: the entries of a request, or of one entry's id, whoever they belong to; in the order of time. `id`
    /// may be the beginning of one.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what cannot be an id, and for the beginning of several; [`Error::NotFound`];
    /// [`Error::Storage`].
    pub async fn find(&self, id: &str) -> Result<Vec<Found>, Error> {
        let inner = &self.0.inner;
        inner.audit.flush().await;
        let id = id.trim().to_ascii_lowercase();
        let is_part = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if !is_part || id.len() < SHORTEST {
            let rule =
                format!("must be a request id, an entry's id, or at least {SHORTEST} characters of its beginning");
            return Err(Error::invalid("/id", rule));
        }
        let audit = inner.db.audit();
        let mut rows = audit.find(&id, MOST).await?;
        if rows.is_empty() {
            let ids = audit.beginning_with(&id, NAMED + 1).await?;
            rows = match ids.as_slice() {
                [] => return Err(not_found(&id)),
                [only] => audit.find(only, MOST).await?,
                several => return Err(ambiguous(several)),
            };
        }
        Ok(rows.into_iter().map(Found::from).collect())
    }

    /// For the operator: records that entries were shown, and whether with what they altered.
    ///
    /// # Errors
    /// [`Error::ShuttingDown`].
    pub async fn record_shown(&self, found: &[Found], opened: bool) -> Result<(), Error> {
        let owner = found.first().and_then(|first| first.tenant.clone());
        let ids: Vec<&str> = found.iter().map(|found| found.entry.id.as_str()).collect();
        let act = Act {
            name: acts::SHOW,
            parameters: json!({ "entry_ids": ids, "opened": opened }),
            // Those of several tenants are nobody's.
            owner: owner.filter(|owner| found.iter().all(|found| found.tenant.as_ref() == Some(owner))),
            by: None,
            begins: false,
        };
        self.0.act(act, Box::pin(async { Ok(((), None)) })).await
    }
}

impl From<AuditRow> for Found {
    fn from(row: AuditRow) -> Self {
        Self {
            tenant: row.entry.tenant_id.clone(),
            sealed: row.entry.difference.clone(),
            entry: row.into(),
        }
    }
}

fn no_trace(request_id: String) -> Error {
    Error::NotFound {
        what: "Trace",
        name: request_id,
        nearest: None,
        hint: "The list shows the requests that are there; entries that are older than the retention time are gone.",
    }
}

fn not_found(id: &str) -> Error {
    Error::NotFound {
        what: "Audit entry",
        name: id.to_owned(),
        nearest: None,
        hint: "`audit export` lists the entries with their ids; what is older than AUDIT_LOG_RETENTION_DAYS is gone.",
    }
}

fn ambiguous(ids: &[String]) -> Error {
    let most = NAMED as usize;
    let named = ids[..ids.len().min(most)].join(", ");
    let more = if ids.len() > most { " and others" } else { "" };
    Error::invalid("/id", format!("is the beginning of several ids: {named}{more}"))
}
