//! A person's agreement to what cannot be taken back: how it is come by, and how long a no holds.

use std::time::Duration;

use jiff::Timestamp;
use od_db::Declined;

use crate::clock::millis;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::StoreRef;
use crate::scope::Scope;

mod answer;
mod deed;
mod effects;
#[cfg(test)]
mod tests;

pub use answer::{Consent, NoAnswer};
pub use deed::Deed;
pub(crate) use deed::deleting_lines;
pub use effects::Effects;

/// What deleting a line of an order is called, by whatever tool.
pub(crate) const DELETE_LINE: &str = "order_items.delete";
/// How long a no holds.
const NO_HOLDS: Duration = Duration::from_mins(10);

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
        let millis = millis(time);
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
