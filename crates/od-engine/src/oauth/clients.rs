//! Finding programs, however they became known, and forgetting those that nobody uses.

use std::net::IpAddr;
use std::time::Duration;

use od_vault::ClientSecret;
use secrecy::SecretString;

use super::OAuth;
use super::client::{AuthMethod, ClientError, OAuthClient, is_address, is_of_ours};
use crate::clock::millis;
use crate::engine::Inner;
use crate::error::Error;
use crate::roots::DigestOf;

/// So many programs that were never used are remembered at most: the newest.
pub(super) const MOST_UNUSED: u32 = 20_000;
/// How long a program that was never used is remembered.
const UNUSED: Duration = Duration::from_hours(7 * 24);
/// How long one is remembered after it was last given something; longer where refresh tokens live longer.
const USED: Duration = Duration::from_hours(90 * 24);
/// A use is noted once in this time: nothing depends on the hour.
const NOTED: Duration = Duration::from_hours(1);

impl OAuth<'_> {
    /// The program of this id. `from` is the address of whoever asks, as far as it is known: each may make this server
    /// fetch a number of documents.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn client(&self, id: &str, from: Option<IpAddr>) -> Result<OAuthClient, ClientError> {
        let inner = &self.0.inner;
        if is_address(id) {
            let known = inner.oauth.documents.as_ref().ok_or(ClientError::Unknown)?;
            return known.client(id, from, &inner.meter).await;
        }
        self.registered(id).await
    }

    /// The program of this id for an exchange of what it was given before, which is bound to the id. A document is not
    /// fetched for that: when its host is down, nobody shall lose a sign-in. Nothing but id and secret of it counts.
    ///
    /// # Errors
    /// [`ClientError::Unknown`] and [`ClientError::Engine`].
    pub async fn client_again(&self, id: &str) -> Result<OAuthClient, ClientError> {
        if is_address(id) {
            let fetched = self.options().client_metadata;
            return fetched.then(|| OAuthClient::at(id)).ok_or(ClientError::Unknown);
        }
        self.registered(id).await
    }

    async fn registered(&self, id: &str) -> Result<OAuthClient, ClientError> {
        if !is_of_ours(id) {
            return Err(ClientError::Unknown);
        }
        let inner = &self.0.inner;
        let found = {
            let _turn = inner.sign_ins.turn_to_look().await?;
            inner.db.oauth_clients().find(id).await.map_err(Error::from)?
        };
        let Some(row) = found else {
            inner.sign_ins.hold_back(&inner.meter).await;
            return Err(ClientError::Unknown);
        };
        Ok(OAuthClient::from_row(row)?)
    }

    /// Whether `sent` shows that a request comes from this program. One that keeps no secret shows nothing, and what it
    /// sends in place of one is not looked at.
    pub fn proves(&self, client: &OAuthClient, sent: Option<SecretString>) -> bool {
        match (&client.secret_digest, sent) {
            (None, _) => client.auth_method == AuthMethod::None,
            (Some(_), None) => false,
            (Some(digest), Some(sent)) => {
                ClientSecret::of_text(sent).fits(self.0.inner.lasting.key(DigestOf::ClientSecret), digest)
            }
        }
    }

    /// Notes that the program was given something: a person agreed to it, or it was given new tokens for that. Those that
    /// are not used for a long time are forgotten. A use that cannot be noted is none the less one: what was given is spent, and
    /// who is not told so sends it again, which looks like theft.
    pub async fn note_use(&self, client: &OAuthClient) {
        if client.host.is_some() {
            return;
        }
        let now = self.0.inner.clock.now_millis();
        let clients = self.0.inner.db.oauth_clients();
        if let Err(error) = clients.note_grant(&client.id, now, now - millis(NOTED)).await {
            tracing::warn!(%error, client_id = client.id, "the use of a program could not be noted");
        }
    }
}

/// Forgets the programs that nobody uses, and says how many that were.
pub(crate) async fn forget_stale(inner: &Inner) -> Result<u64, Error> {
    let now = inner.clock.now_millis();
    let used = USED.max(inner.oauth.options.refresh_token_ttl);
    let clients = inner.db.oauth_clients();
    Ok(clients
        .remove_stale(now - millis(UNUSED), now - millis(used), MOST_UNUSED)
        .await?)
}
