//! Finding the store that an address is for, before anything else of a post is looked at.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use od_vault::WebhookToken;
use secrecy::SecretString;

use super::{Address, Refused, Webhooks};

/// How long a post waits for its address to be looked for when many are.
const PATIENCE: Duration = Duration::from_secs(2);

impl Webhooks<'_> {
    /// The address with this token, which anybody may have sent. What was made up without knowing how tokens look costs no
    /// query, and the others few: a sender may try some, and all of them together take half of the database's connections.
    ///
    /// # Errors
    /// [`Refused::UnknownAddress`], [`Refused::Limited`], [`Refused::Failed`].
    pub async fn find(&self, token: String, from: Option<IpAddr>) -> Result<Arc<Address>, Refused> {
        let found = self.look_for(token, from).await;
        if let Err(refused) = &found {
            self.count(refused);
        }
        found
    }

    async fn look_for(&self, token: String, from: Option<IpAddr>) -> Result<Arc<Address>, Refused> {
        let inner = &self.0.inner;
        let kept = &inner.webhooks;
        let token = WebhookToken::parse(SecretString::from(token)).ok_or(Refused::UnknownAddress)?;
        let digest = self.digest(&token);
        if let Some(known) = kept.known.get(&digest) {
            return Ok(known);
        }
        let _turn = if kept.seen.contains_key(&digest) {
            None
        } else {
            let spent = kept.strangers.spend(from, Instant::now());
            spent.map_err(|retry_after| Refused::Limited { retry_after })?;
            let turn = tokio::time::timeout(PATIENCE, kept.lookups.acquire()).await;
            let turn = turn.map_err(|_| Refused::Limited { retry_after: PATIENCE })?;
            Some(turn.map_err(|_| Refused::UnknownAddress)?)
        };
        self.looked_up(digest, token.prefix()).await
    }

    /// An address that was found, as it is now: it may have ended since, or its store may have another key. A post can take as
    /// long to come as its sender likes.
    ///
    /// # Errors
    /// [`Refused::UnknownAddress`], [`Refused::Failed`].
    pub(super) async fn again(&self, address: &Address) -> Result<Arc<Address>, Refused> {
        match self.0.inner.webhooks.known.get(&address.digest) {
            Some(known) => Ok(known),
            None => self.looked_up(address.digest.clone(), address.prefix.clone()).await,
        }
    }

    async fn looked_up(&self, digest: String, prefix: String) -> Result<Arc<Address>, Refused> {
        let inner = &self.0.inner;
        let kept = &inner.webhooks;
        let found = inner.db.webhook_keys().find(&digest).await?;
        let Some(found) = found else {
            // It was ended: from here on it is one that nobody knows.
            kept.seen.invalidate(&digest);
            return Err(Refused::UnknownAddress);
        };
        let roots = inner.roots.all().map(|root| &**root);
        let Some(address) = Address::of(found, prefix, roots) else {
            tracing::error!("the key of a webhook does not open: the database was changed from outside");
            return Err(Refused::UnknownAddress);
        };
        let address = Arc::new(address);
        kept.seen.insert(digest.clone(), ());
        kept.known.insert(digest, address.clone());
        Ok(address)
    }

    /// Counts a post that was refused.
    pub fn count(&self, refused: &Refused) {
        self.0.inner.webhooks.outcomes.add(refused.place());
    }
}
