//! Forms that are taken once. What they make is shown in their answer and kept nowhere, so an answer that is loaded again must
//! neither make it again nor show it.

use std::time::Duration;

use od_engine::Error;

use crate::{member::Owner, parameters::Parameters};

/// How long a form is known to have been sent. Whoever sends one again later is asked for the master key all the same.
const KNOWN: Duration = Duration::from_hours(24);
/// The longest mark, in characters.
const LONGEST: usize = 64;

/// A form that was not sent before.
pub struct Once(String);

impl Once {
    /// What a form is marked with when it is shown.
    pub fn mark(owner: &Owner) -> String {
        owner.visit.request_id.to_string()
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

    /// Lets the form be sent again: it came to nothing.
    pub async fn give_back(self, owner: &Owner) {
        if let Err(error) = owner.web.engine.consents().give_back(&owner.scope, &self.0).await {
            tracing::warn!(%error, "a form that came to nothing counts as sent");
        }
    }
}
