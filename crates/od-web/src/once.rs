//! Forms that are taken once. An answer that is loaded again must not do again what was done, nor show what is kept nowhere.

use std::time::Duration;

use od_engine::Error;

use crate::{member::Owner, parameters::Parameters};

/// How long a form that does something by itself is good for; one that asks for the master key is good for longer.
const FRESH: Duration = Duration::from_hours(24);
/// How long a form is known to have been sent: longer than it is good for, whatever the clocks of several servers say.
const KNOWN: Duration = Duration::from_hours(25);
/// What stands between the time a mark was made and its name.
const BETWEEN: char = '.';
/// The longest mark, in characters.
const LONGEST: usize = 64;

/// A form that was not sent before.
pub struct Once(String);

impl Once {
    /// What a form is marked with when it is shown.
    pub fn mark(owner: &Owner) -> String {
        let now = owner.web.engine.clock().now_millis();
        format!("{now}{BETWEEN}{}", owner.visit.request_id)
    }

    /// Takes a form; nothing when it was taken before, or has no mark of ours.
    pub async fn take(owner: &Owner, form: &Parameters) -> Result<Option<Self>, Error> {
        let mark = form.typed("once");
        if mark.is_empty() || mark.len() > LONGEST {
            return Ok(None);
        }
        let name = format!("form:{}:{mark}", owner.scope.tenant());
        let is_first = owner.web.engine.consents().use_up(&owner.scope, &name, KNOWN).await?;
        Ok(is_first.then_some(Self(name)))
    }

    /// Takes a form that was shown within a day; nothing for an older one as well, of which nobody remembers whether it was taken.
    pub async fn take_fresh(owner: &Owner, form: &Parameters) -> Result<Option<Self>, Error> {
        let mark = form.typed("once");
        let shown = mark.split_once(BETWEEN).and_then(|(at, _)| at.parse::<i64>().ok());
        let now = owner.web.engine.clock().now_millis();
        // The server that showed it may be ahead of this one.
        let age = shown.map(|at| Duration::from_millis(u64::try_from(now.saturating_sub(at)).unwrap_or(0)));
        if age.is_some_and(|age| age < FRESH) {
            Self::take(owner, form).await
        } else {
            Ok(None)
        }
    }

    /// Lets the form be sent again: it came to nothing.
    pub async fn give_back(self, owner: &Owner) {
        if let Err(error) = owner.web.engine.consents().give_back(&owner.scope, &self.0).await {
            tracing::warn!(%error, "a form that came to nothing counts as sent");
        }
    }
}
