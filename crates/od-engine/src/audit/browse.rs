//! Entries as their owner pages through them.

use std::time::{Duration, Instant};

use od_db::AuditRow;

use super::{AuditFilter, AuditLog, AuditPage, AuditPlace, EntryView};
use crate::clock::timestamp;
use crate::error::Error;
use crate::scope::{RequestId, Scope};

/// Rows looked at between two looks at the clock.
const STRIDE: u32 = 1000;
/// Words of one search, and how long each may be. Every word costs each entry another look.
const WORDS: usize = 8;
const LONGEST_WORD: usize = 100;

/// Which part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Only entries before this place, as [`Browsed::older`] told it.
    pub before: Option<AuditPlace>,
    /// At most so many entries.
    pub limit: u32,
    /// How long to go on when little matches. What is looked at is searched to a certain place and no further: the owner of a
    /// long log sees what there is, and may go on from there.
    pub patience: Duration,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Browsed {
    /// The entries, newest first.
    pub entries: Vec<EntryView>,
    /// Where to go on; nothing at the end of the list.
    pub older: Option<AuditPlace>,
    /// When the search was left off before it had as many entries as it may: how far back it came. RFC 3339, UTC.
    pub searched_back_to: Option<String>,
}

/// What a tenant has entries of.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Tools and acts, by name.
    pub tools: Vec<String>,
    /// Order Desk's ids of stores, also of stores that are not there any more.
    pub stores: Vec<String>,
}

/// The words of what somebody searches for.
///
/// # Errors
/// [`Error::Invalid`] for too many, and for too long ones.
pub fn words(text: &str) -> Result<Vec<String>, Error> {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.len() > WORDS {
        return Err(Error::invalid("/search", format!("must be at most {WORDS} words")));
    }
    if words.iter().any(|word| word.chars().count() > LONGEST_WORD) {
        let rule = format!("must be words of at most {LONGEST_WORD} characters");
        return Err(Error::invalid("/search", rule));
    }
    Ok(words)
}

impl AuditLog<'_> {
    /// The tenant's own entries, newest first. One word that is a request id finds that request at once, if it is there.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn browse(&self, scope: &Scope, filter: &AuditFilter, look: Look) -> Result<Browsed, Error> {
        scope.require_owner("read the audit log")?;
        self.0.inner.audit.flush().await;
        if let [word] = filter.words.as_slice()
            && let Some(id) = RequestId::parse(word)
        {
            let of_request = AuditFilter {
                request_id: Some(id.to_string()),
                words: Vec::new(),
                ..filter.clone()
            };
            let browsed = self.search(scope, &of_request, look).await?;
            if !browsed.entries.is_empty() {
                return Ok(browsed);
            }
        }
        self.search(scope, filter, look).await
    }

    async fn search(&self, scope: &Scope, filter: &AuditFilter, look: Look) -> Result<Browsed, Error> {
        let (audit, tenant) = (self.0.inner.db.audit(), scope.tenant());
        let (begun, limit) = (Instant::now(), look.limit as usize);
        let (mut rows, mut before) = (Vec::<AuditRow>::new(), look.before);
        loop {
            let from = if filter.is_indexed() {
                None
            } else {
                audit.reach(tenant, filter, before, STRIDE).await?
            };
            let missing = look.limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            let page = AuditPage {
                before,
                from,
                // One more tells whether there is one.
                limit: missing.saturating_add(1),
            };
            rows.extend(audit.list(tenant, filter, page).await?);
            if rows.len() > limit {
                rows.truncate(limit);
                let older = rows.last().map(AuditRow::place);
                return Ok(browsed(rows, older, None));
            }
            match from {
                None => return Ok(browsed(rows, None, None)),
                Some(from) if begun.elapsed() >= look.patience => return Ok(browsed(rows, Some(from), Some(from))),
                Some(_) => before = from,
            }
        }
    }

    /// What the tenant has entries of.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn recorded(&self, scope: &Scope) -> Result<Recorded, Error> {
        scope.require_owner("read the audit log")?;
        let audit = self.0.inner.db.audit();
        Ok(Recorded {
            tools: audit.tools(scope.tenant()).await?,
            stores: audit.stores(scope.tenant()).await?,
        })
    }
}

fn browsed(rows: Vec<AuditRow>, older: Option<AuditPlace>, left_off: Option<AuditPlace>) -> Browsed {
    Browsed {
        entries: rows.into_iter().map(EntryView::from).collect(),
        older,
        searched_back_to: left_off.map(|place| timestamp(place.created_at)),
    }
}
