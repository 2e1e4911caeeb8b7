//! A person's agreement to what cannot be taken back: how it is come by, and how long a no holds.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use od_db::Declined;
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::StoreRef;
use crate::scope::Scope;

#[cfg(test)]
mod tests;

/// What deleting a line of an order is called, by whatever tool.
pub(crate) const DELETE_LINE: &str = "order_items.delete";
/// How long a no holds.
const NO_HOLDS: Duration = Duration::from_mins(10);

/// How a call comes by a person's agreement.
#[derive(Clone, Debug, Default)]
pub enum Consent {
    /// By the caller's word, its argument `confirm`: nobody can be asked, or the question was not answered.
    #[default]
    Argument,
    /// A person can be asked. The caller's word does not count.
    Ask,
    /// A person was asked this question about the call and agreed.
    Agreed(Arc<str>),
    /// Only a person's answer counts, and there is none.
    Missing(NoAnswer),
}

/// Why there is no answer of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The client cannot put a question.
    #[error("and this client cannot ask one")]
    CannotAsk,
    /// The question was closed or left alone.
    #[error("and the question was left without an answer")]
    NotGiven,
}

/// What is to be done, and to which records: what a person is asked about, and what a no holds for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// E.g. `orders.delete`. The same act through another tool is the same deed.
    kind: String,
    /// One text per record, however the call spelled its store and its id. The ids are parsed ones.
    targets: Vec<String>,
}

impl Deed {
    pub(crate) fn orders(kind: &str, store: &StoreRef, orders: &[od_client::OrderId]) -> Self {
        Self::new(kind, store, orders.iter().map(|id| vec![id.as_str()]))
    }

    /// A deed to one record of a store, named by its ids from the outermost to its own; to the store itself without any.
    pub(crate) fn one(kind: &str, store: &StoreRef, ids: &[&str]) -> Self {
        Self::new(kind, store, [ids.to_vec()])
    }

    fn new<'a>(kind: &str, store: &StoreRef, records: impl IntoIterator<Item = Vec<&'a str>>) -> Self {
        // A store's id is kept as it was registered, and means the same with zeros in front.
        let store = store.store_id.trim_start_matches('0');
        let target = |ids: Vec<&str>| {
            let ids = std::iter::once(store).chain(ids);
            ids.collect::<Vec<_>>().join("/")
        };
        Self {
            kind: kind.to_owned(),
            targets: records.into_iter().map(target).collect(),
        }
    }
}

/// Operations on persons' answers.
pub struct Consents<'a>(&'a Engine);

impl Engine {
    /// Operations on persons' answers.
    pub fn consents(&self) -> Consents<'_> {
        Consents(self)
    }
}

impl Consents<'_> {
    /// Notes that the answer to a question was used; false when it was before, here or on another replica. A question can
    /// be answered for `lasts` at most, so that it need not be known longer.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn use_up(&self, scope: &Scope, question: &str, lasts: Duration) -> Result<bool, Error> {
        let until = self.after(lasts);
        Ok(self
            .0
            .inner
            .db
            .consents()
            .use_up(scope.tenant(), question, until)
            .await?)
    }

    /// Lets a yes count again: the call it came with was refused before anything was done.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn give_back(&self, scope: &Scope, question: &str) -> Result<(), Error> {
        Ok(self.0.inner.db.consents().give_back(scope.tenant(), question).await?)
    }

    /// Remembers a person's no for the credential, and answers with the refusal it leads to.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn decline(&self, scope: &Scope, deed: &Deed) -> Result<Error, Error> {
        let until = self.after(NO_HOLDS);
        let consents = self.0.inner.db.consents();
        consents.decline(scope.tenant(), no(scope, deed), until).await?;
        Ok(declined(until))
    }

    /// Passes when no person said no to the deed a short while ago.
    ///
    /// # Errors
    /// [`Error::Declined`]; [`Error::Storage`].
    pub(crate) async fn check(&self, scope: &Scope, deed: &Deed) -> Result<(), Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let consents = inner.db.consents();
        let until = consents.declined_until(scope.tenant(), no(scope, deed), now).await?;
        until.map_or(Ok(()), |until| Err(declined(until)))
    }

    /// Passes when no person said no, a short while ago, to deleting a line of the order that `removes` says goes.
    ///
    /// # Errors
    /// [`Error::Declined`]; [`Error::Storage`].
    pub(crate) async fn check_lines(
        &self,
        scope: &Scope,
        store: &StoreRef,
        order: &od_client::OrderId,
        removes: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let inner = &self.0.inner;
        let (now, credential) = (inner.clock.now_millis(), scope.identity().credential());
        let consents = inner.db.consents();
        let declined_lines = consents
            .declined_targets(scope.tenant(), credential, DELETE_LINE, now)
            .await?;
        let until = declined_lines.iter().filter_map(|(target, until)| {
            let (_, line) = target.rsplit_once('/')?;
            let is_its_line = Deed::one(DELETE_LINE, store, &[order.as_str(), line])
                .targets
                .contains(target);
            (is_its_line && removes(line)).then_some(*until)
        });
        until.max().map_or(Ok(()), |until| Err(declined(until)))
    }

    fn after(&self, time: Duration) -> i64 {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.0.inner.clock.now_millis().saturating_add(millis)
    }
}

fn no<'a>(scope: &'a Scope, deed: &'a Deed) -> Declined<'a> {
    Declined {
        credential: scope.identity().credential(),
        deed: &deed.kind,
        targets: &deed.targets,
    }
}

fn declined(until: i64) -> Error {
    // Told to the second, rounded up: at the time that is told, it is over.
    let seconds = until.saturating_add(999).div_euclid(1000);
    let until = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    Error::Declined {
        until: until.to_string(),
    }
}
