//! What can be done with a store's webhook, by name.

use serde::{Deserialize, Serialize};

use super::{WebhookView, Webhooks};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

/// What can be done with a store's webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookAction {
    /// Tell how it stands.
    Show,
    /// Switch it on; an address that there is stays.
    Enable,
    /// Switch it off; its address ends.
    Disable,
    /// Switch it on with another address.
    Rotate,
}

impl WebhookAction {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 4] = [Self::Show, Self::Enable, Self::Disable, Self::Rotate];

    /// As an argument says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Rotate => "rotate",
        }
    }

    /// The action of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

impl Webhooks<'_> {
    /// Does it.
    ///
    /// # Errors
    /// Those of [`Webhooks::show`], [`Webhooks::enable`], [`Webhooks::disable`] and [`Webhooks::rotate`].
    pub async fn act(&self, scope: &Scope, store: &str, action: WebhookAction) -> Result<Outcome<WebhookView>, Error> {
        match action {
            WebhookAction::Show => self.show(scope, store).await,
            WebhookAction::Enable => self.enable(scope, store).await,
            WebhookAction::Disable => self.disable(scope, store).await,
            WebhookAction::Rotate => self.rotate(scope, store).await,
        }
    }
}
