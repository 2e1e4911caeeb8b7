//! What Order Desk posts by itself: a merchant's rule sends an order to an address of this server when something happens to it.
//!
//! The token in the address finds the store, a hash proves that Order Desk sent it. A post is a hint: the order leaves the
//! memory and is read again when somebody asks for it, and whoever listens to it is told. What is refused leaves nothing but
//! a number behind.

use od_db::{StoreRow, WebhookKeyRow};
use od_vault::WebhookToken;
use serde::Serialize;
use uuid::Uuid;

use crate::clock::timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::roots::DigestOf;
use crate::scope::{Permission, Scope};
use crate::sealed::IntoSealed as _;
use crate::stores::{Purpose, api_key, store_ref};

mod accept;
mod action;
mod address;
mod changes;
mod find;
mod ids;
mod kept;
mod keys;
mod options;
mod payload;
mod refused;
mod streams;
#[cfg(test)]
mod tests;

pub use accept::Accepted;
pub use action::WebhookAction;
pub use address::Address;
pub use changes::{Changes, ListenedOrder, News};
pub(crate) use kept::Kept;
pub(crate) use keys::{seal_anew, sealed_key};
pub use options::WebhookOptions;
pub use payload::{Format, Post};
pub use refused::Refused;
pub use streams::StreamPlace;
pub(crate) use streams::Streams;

use address::token_place;

/// How to enter an address at Order Desk.
const HOW: &str = "In Order Desk open Settings, Rule Builder. Add a rule for each event to be told of (Order is Imported, Folder \
     is Changed, Order Details Changed and so on) with the action Post Order JSON, and paste the address as its destination.";
/// Said of an address that nobody outside finds.
const HERE_ALONE: &str = "The address is good on this machine alone: Order Desk cannot post to it, a simulated Order Desk that runs \
     here can. PUBLIC_URL says how this server is reached from outside.";
/// How often a webhook is switched on anew because the store got another API key meanwhile.
const TRIES: u32 = 3;

/// How a store's webhook stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookView {
    /// Whether posts are taken.
    pub enabled: bool,
    /// Where Order Desk is to post to; absent when it is switched off, and for a session that is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When the address was made: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When the latest post came that was taken, as far as it was within a day or so: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_post_at: Option<String>,
    /// What to do with the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how_to: Option<&'static str>,
}

/// Webhook operations.
pub struct Webhooks<'a>(pub(crate) &'a Engine);

impl Engine {
    /// Webhook operations.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(self)
    }
}

impl Webhooks<'_> {
    /// Whether this server takes posts.
    pub fn are_taken(&self) -> bool {
        self.0.inner.webhooks.options.enabled
    }

    /// How a store's webhook stands, with its address as long as it is switched on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such store; [`Error::Denied`].
    pub async fn show(&self, scope: &Scope, store: &str) -> Result<Outcome<WebhookView>, Error> {
        scope.require(Permission::StoresWrite)?;
        let row = self.0.stores().select(scope, Some(store), Purpose::Change).await?;
        let webhook = self.0.inner.db.webhook_keys().get(scope.tenant(), &row.id).await?;
        let last = self.last_post(scope, &row).await?;
        Ok(self.told(scope, &row, webhook.as_ref(), last))
    }

    /// Has posts about a store taken. One that is switched on keeps its address.
    ///
    /// # Errors
    /// As [`Self::show`]; [`Error::Invalid`] when this server takes no posts; [`Error::Locked`].
    pub async fn enable(&self, scope: &Scope, store: &str) -> Result<Outcome<WebhookView>, Error> {
        self.switch_on(scope, store, false).await
    }

    /// The same with another address; that of before is no address any more.
    ///
    /// # Errors
    /// As [`Self::enable`].
    pub async fn rotate(&self, scope: &Scope, store: &str) -> Result<Outcome<WebhookView>, Error> {
        self.switch_on(scope, store, true).await
    }

    /// Has posts about a store refused. Its address is no address any more.
    ///
    /// # Errors
    /// As [`Self::show`].
    pub async fn disable(&self, scope: &Scope, store: &str) -> Result<Outcome<WebhookView>, Error> {
        scope.require(Permission::StoresWrite)?;
        let row = self.0.stores().select(scope, Some(store), Purpose::Change).await?;
        self.0.begin(scope).await?;
        let inner = &self.0.inner;
        inner.db.webhook_keys().remove(scope.tenant(), &row.id).await?;
        inner.webhooks.forget();
        Ok(self.told(scope, &row, None, None))
    }

    async fn switch_on(&self, scope: &Scope, store: &str, anew: bool) -> Result<Outcome<WebhookView>, Error> {
        scope.require(Permission::StoresWrite)?;
        if !self.are_taken() {
            return Err(Error::invalid(
                "/action",
                "cannot be used here: this server takes no posts (ENABLE_WEBHOOKS=false)",
            ));
        }
        for _ in 0..TRIES {
            let row = self.0.stores().select(scope, Some(store), Purpose::Change).await?;
            let kept = self.0.inner.db.webhook_keys().get(scope.tenant(), &row.id).await?;
            // Looked for before: nothing that can fail stands between a new address and whoever is to have it.
            let last = self.last_post(scope, &row).await?;
            if let Some(webhook) = kept
                .as_ref()
                .filter(|webhook| !anew && self.token(scope, webhook).is_some())
            {
                return Ok(self.told(scope, &row, Some(webhook), last));
            }
            self.0.begin(scope).await?;
            let webhook = self.made(scope, &row)?;
            let webhooks = self.0.inner.db.webhook_keys();
            let before = kept.as_ref().map(|webhook| webhook.id.as_str());
            // Not when somebody else was quicker: his address was told already.
            if webhooks.put(scope.tenant(), &webhook, &row.api_key, before).await? {
                self.0.inner.webhooks.forget();
                return Ok(self.told(scope, &row, Some(&webhook), last));
            }
        }
        Err(Error::Internal(
            "the store's API key or webhook changed again and again",
        ))
    }

    /// A new address for a store, with what checks its posts.
    fn made(&self, scope: &Scope, row: &StoreRow) -> Result<WebhookKeyRow, Error> {
        let inner = &self.0.inner;
        let (id, token) = (Uuid::now_v7().to_string(), WebhookToken::generate());
        let sealed = token.seal(scope.identity().data_key()?, &token_place(scope.tenant(), &id));
        let token_digest = self.digest(&token);
        Ok(WebhookKeyRow {
            key: sealed_key(&inner.root, row.tenant_id.as_str(), &row.id, &api_key(scope, row)?),
            id,
            tenant_id: row.tenant_id.clone(),
            store_row_id: row.id.clone(),
            token_digest,
            token_ciphertext: sealed.ciphertext,
            token_tag: sealed.tag,
            token_nonce: sealed.nonce,
            root_key: inner.root.id(),
            created_at: inner.clock.now_millis(),
        })
    }

    /// The token of an address that posts still come to. None to a session that is locked, and for an address that was made under
    /// another `WEBHOOK_SECRET`.
    fn token(&self, scope: &Scope, webhook: &WebhookKeyRow) -> Option<WebhookToken> {
        let place = token_place(scope.tenant(), &webhook.id);
        let key = scope.identity().data_key().ok()?;
        let token = WebhookToken::open(key, &place, &webhook.token().into_sealed()).ok()?;
        (self.digest(&token) == webhook.token_digest).then_some(token)
    }

    fn digest(&self, token: &WebhookToken) -> String {
        let inner = &self.0.inner;
        let key = inner.lasting.key(DigestOf::WebhookAddress);
        token.digest(key, inner.webhooks.options.secret.as_ref())
    }

    /// When the latest post about a store came.
    async fn last_post(&self, scope: &Scope, row: &StoreRow) -> Result<Option<i64>, Error> {
        let events = self.0.inner.db.webhook_events();
        let posts = events.list(scope.tenant(), &row.id, 1).await?;
        Ok(posts.first().map(|post| post.received_at))
    }

    fn told(
        &self,
        scope: &Scope,
        row: &StoreRow,
        webhook: Option<&WebhookKeyRow>,
        last_post: Option<i64>,
    ) -> Outcome<WebhookView> {
        let inner = &self.0.inner;
        let store = store_ref(row);
        let off = WebhookView {
            enabled: false,
            address: None,
            created_at: None,
            last_post_at: None,
            how_to: None,
        };
        let Some(webhook) = webhook else {
            return Outcome::of(store, off);
        };
        let token = self.token(scope, webhook);
        if token.is_none() && !scope.identity().is_locked() {
            let stale = "The address of before was ended by another WEBHOOK_SECRET: enable makes a new one.";
            return Outcome::of(store, off).with_warnings(vec![stale.to_owned()]);
        }
        let mut warnings = Vec::new();
        if !self.are_taken() {
            warnings.push("This server takes no posts at present (ENABLE_WEBHOOKS=false).".to_owned());
        }
        if token.is_some() && inner.webhooks.options.is_here_alone() {
            warnings.push(HERE_ALONE.to_owned());
        }
        let view = WebhookView {
            enabled: true,
            address: token.map(|token| inner.webhooks.options.address(&token)),
            created_at: Some(timestamp(webhook.created_at)),
            last_post_at: last_post.map(timestamp),
            how_to: Some(HOW),
        };
        Outcome::of(store, view).with_warnings(warnings)
    }
}
