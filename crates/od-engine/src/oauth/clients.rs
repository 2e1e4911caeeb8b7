//! The programs themselves, however they became known.

use std::net::IpAddr;
use std::time::Duration;

use od_db::OAuthClientRow;
use od_vault::ClientSecret;
use secrecy::SecretString;
use url::{Position, Url};

use super::OAuth;
use super::redirect::Redirect;
use crate::engine::Inner;
use crate::error::Error;
use crate::roots::DigestOf;

/// How long a program that was never used is remembered.
const UNUSED: Duration = Duration::from_hours(7 * 24);
/// How long one is remembered after it was last given something; longer where refresh tokens live longer.
const USED: Duration = Duration::from_hours(90 * 24);
/// A use is noted once in this time: nothing depends on the hour.
const NOTED: Duration = Duration::from_hours(1);

/// How a program shows at the token endpoint who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// By nothing but its proof of the code (PKCE): it runs where it can keep no secret.
    None,
    /// By a secret in the body.
    Post,
    /// By a secret in the Authorization header.
    Basic,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Post, Self::Basic];

    /// Its registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Post => "client_secret_post",
            Self::Basic => "client_secret_basic",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// A program that may ask for access.
#[derive(Clone, Debug)]
pub struct OAuthClient {
    /// What it is called in requests: an id of ours, or a URL.
    pub id: String,
    /// What it calls itself, in one line and without characters that nobody sees. Nobody checked it.
    pub name: String,
    /// The host of an id that is a URL, with its port if it has one: who publishes the program. `None` for one that
    /// registered itself, of which nothing is verified.
    pub host: Option<String>,
    /// Where it may be sent back to.
    pub redirect_uris: Vec<String>,
    /// How it shows who it is.
    pub auth_method: AuthMethod,
    /// The keyed digest of its secret.
    pub(super) secret_digest: Option<String>,
}

impl OAuthClient {
    /// The address that the program asks to be sent back to, if it named it: to the letter, but for the port on loopback.
    pub fn redirect(&self, asked: &str) -> Option<Redirect> {
        let redirect = Redirect::parse(asked).ok()?;
        self.redirect_uris
            .iter()
            .any(|named| redirect.is(named))
            .then_some(redirect)
    }

    /// The only address it named, for requests that name none. None when it has several.
    pub fn only_redirect(&self) -> Option<Redirect> {
        match self.redirect_uris.as_slice() {
            [only] => Redirect::parse(only).ok(),
            _ => None,
        }
    }

    /// The program whose id is the URL of a document about it, as far as the URL tells.
    pub(super) fn at(address: &str) -> Self {
        let url = Url::parse(address).ok();
        let host = url.map(|url| url[Position::BeforeHost..Position::AfterPort].to_owned());
        let host = host.unwrap_or_default();
        Self {
            id: address.to_owned(),
            name: host.clone(),
            host: Some(host),
            redirect_uris: Vec::new(),
            auth_method: AuthMethod::None,
            secret_digest: None,
        }
    }

    pub(super) fn from_row(row: OAuthClientRow) -> Result<Self, Error> {
        let redirect_uris = serde_json::from_str(&row.redirect_uris).ok();
        let (Some(redirect_uris), Some(auth_method)) = (redirect_uris, AuthMethod::parse(&row.auth_method)) else {
            return Err(Error::Internal("a registered program's row cannot be read"));
        };
        Ok(Self {
            id: row.id,
            name: row.name,
            host: None,
            redirect_uris,
            auth_method,
            secret_digest: row.secret_digest,
        })
    }
}

/// Why a program is not known.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody registered under this id, or long ago.
    #[error("this program is not registered here, or was not used for so long that it was forgotten")]
    Unknown,
    /// Its id is the URL of a document that cannot be used; what is wrong with it.
    #[error("the document about this program cannot be used: {0}")]
    Document(String),
    /// Its id is the URL of a document that could not be fetched now. That says nothing about the program.
    #[error("{told}; try again in a moment")]
    Unreachable {
        /// What kept it from being fetched.
        told: String,
        /// When it may be asked again.
        retry_after: Duration,
    },
    /// It could not be looked for.
    #[error(transparent)]
    Engine(#[from] Error),
}

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
            return known.client(id, from).await;
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
        let inner = &self.0.inner;
        let row = inner.db.oauth_clients().find(id).await.map_err(Error::from)?;
        Ok(OAuthClient::from_row(row.ok_or(ClientError::Unknown)?)?)
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
    /// are not used for a long time are forgotten.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn note_grant(&self, client: &OAuthClient) -> Result<(), Error> {
        if client.host.is_some() {
            return Ok(());
        }
        let now = self.0.inner.clock.now_millis();
        let clients = self.0.inner.db.oauth_clients();
        Ok(clients.note_grant(&client.id, now, now - millis(NOTED)).await?)
    }
}

/// Whether an id is the address of a document, and none of ours.
fn is_address(id: &str) -> bool {
    id.contains("://")
}

/// Forgets the programs that nobody uses, and says how many that were.
pub(crate) async fn forget_stale(inner: &Inner) -> Result<u64, Error> {
    let now = inner.clock.now_millis();
    let used = USED.max(inner.oauth.options.refresh_token_ttl);
    let clients = inner.db.oauth_clients();
    Ok(clients.remove_stale(now - millis(UNUSED), now - millis(used)).await?)
}

pub(super) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
