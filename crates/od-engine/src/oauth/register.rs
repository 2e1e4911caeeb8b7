//! Programs register themselves: RFC 7591.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use od_db::OAuthClientRow;
use od_vault::ClientSecret;
use secrecy::SecretString;
use serde_json::Value;

use super::OAuth;
use super::client::{AuthMethod, OAuthClient, new_id};
use super::clients::MOST_UNUSED;
use super::metadata::{BadMetadata, Metadata};
use crate::clock::millis;
use crate::error::Error;
use crate::meter::Limit;
use crate::roots::DigestOf;
use crate::waiting::in_words;

/// How long the same text from a program that keeps no secret gives the same program: some register twice per sign-in.
const REPEATS: Duration = Duration::from_mins(10);
/// What a program is called that does not say.
const NAMELESS: &str = "Unnamed program";

/// A program just registered.
#[derive(Debug)]
pub struct Registered {
    /// The program.
    pub client: OAuthClient,
    /// Its secret, which is in no other place; `None` for one that keeps none.
    pub secret: Option<SecretString>,
    /// When it registered, in seconds since 1970.
    pub issued_at: i64,
}

/// Why a registration was refused: RFC 7591 section 3.2.2.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RegistrationError {
    /// `invalid_redirect_uri`.
    #[error("{0}")]
    RedirectUri(String),
    /// `invalid_client_metadata`.
    #[error("{0}")]
    Metadata(String),
    /// Too many from this address, or from all together.
    #[error("{what}; nothing was registered; try again in {}", in_words(*.retry_after))]
    TooMany {
        /// Of whom too many came.
        what: &'static str,
        /// When it may be tried again.
        retry_after: Duration,
    },
    /// It could not be stored.
    #[error(transparent)]
    Engine(#[from] Error),
}

impl From<BadMetadata> for RegistrationError {
    fn from(bad: BadMetadata) -> Self {
        match bad {
            BadMetadata::Redirect(told) => Self::RedirectUri(told),
            BadMetadata::Other(told) => Self::Metadata(told),
        }
    }
}

impl OAuth<'_> {
    /// Registers a program by the body it sent. The same body of a program that keeps no secret gives the same program
    /// within ten minutes. Sixty an hour are taken from one address, refused ones counted, a few times as many from a wider network
    /// of IPv6, and not any number from all of them together. Of programs that nobody uses the oldest go for a new one.
    ///
    /// # Errors
    /// [`RegistrationError`].
    pub async fn register(&self, body: &[u8], from: Option<IpAddr>) -> Result<Registered, RegistrationError> {
        let inner = &self.0.inner;
        let (limits, now) = (&inner.oauth, Instant::now());
        let too_many = |what| {
            move |retry_after| {
                inner.meter.refused(Limit::Registrations);
                RegistrationError::TooMany { what, retry_after }
            }
        };
        limits
            .registrations
            .spend(from, now)
            .map_err(too_many("too many programs were registered from this address"))?;
        limits
            .all_registrations
            .spend(now)
            .map_err(too_many("too many programs are being registered, by whomever"))?;
        let said = serde_json::from_slice::<Value>(body).ok();
        let Some(Value::Object(said)) = said else {
            return Err(RegistrationError::Metadata(
                "the body is not a JSON object; send one with redirect_uris and client_name".to_owned(),
            ));
        };
        let metadata = Metadata::read(&said)?;
        let secret = (metadata.auth_method != AuthMethod::None).then(ClientSecret::generate);
        let now = inner.clock.now_millis();
        let row = OAuthClientRow {
            id: new_id(),
            name: if metadata.name.is_empty() {
                NAMELESS.to_owned()
            } else {
                metadata.name
            },
            redirect_uris: Value::from(metadata.redirect_uris).to_string(),
            auth_method: metadata.auth_method.as_str().to_owned(),
            secret_digest: secret
                .as_ref()
                .map(|secret| secret.digest(inner.lasting.key(DigestOf::ClientSecret))),
            // Whoever repeats a body may not be who sent it first: a secret is told once.
            repeat_digest: secret
                .is_none()
                .then(|| inner.lasting.digest(DigestOf::ClientRegistration, &[body])),
            created_at: now,
            last_grant_at: None,
        };
        let clients = inner.db.oauth_clients();
        let row = clients
            .register(&row, now - millis(REPEATS), MOST_UNUSED)
            .await
            .map_err(Error::from)?;
        Ok(Registered {
            issued_at: row.created_at / 1000,
            client: OAuthClient::from_row(row)?,
            secret: secret.map(|secret| secret.expose()),
        })
    }
}
