//! What can be done with the address that Order Desk posts a store's changes to.

use od_engine::{Engine, Error, Outcome, Scope, webhooks::WebhookView};

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Action {
    /// Tell how it stands.
    Show,
    /// Switch it on; an address that there is stays.
    Enable,
    /// Switch it off; its address ends.
    Disable,
    /// Switch it on with another address.
    Rotate,
}

impl Action {
    /// What the tool's argument says.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Rotate => "rotate",
        }
    }

    pub async fn take(self, engine: &Engine, scope: &Scope, store: &str) -> Result<Outcome<WebhookView>, Error> {
        let webhooks = engine.webhooks();
        match self {
            Self::Show => webhooks.show(scope, store).await,
            Self::Enable => webhooks.enable(scope, store).await,
            Self::Disable => webhooks.disable(scope, store).await,
            Self::Rotate => webhooks.rotate(scope, store).await,
        }
    }
}
