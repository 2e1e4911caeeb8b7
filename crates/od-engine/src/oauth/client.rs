//! A program that may ask for access, however it became known.

use std::time::Duration;

use od_db::OAuthClientRow;
use od_record::text::clean_name;
use url::{Position, Url};
use uuid::Uuid;

use super::redirect::{BadRedirect, Redirect};
use crate::error::Error;

/// What ids of registered programs start with.
const PREFIX: &str = "odc_";

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
    ///
    /// # Errors
    /// [`NoWayBack`], also for one that it named when such addresses were taken.
    pub fn redirect(&self, asked: &str) -> Result<Redirect, NoWayBack> {
        let redirect = Redirect::parse(asked)?;
        let mut named = self.redirect_uris.iter();
        if named.any(|named| redirect.is(named)) {
            Ok(redirect)
        } else {
            Err(NoWayBack::NotNamed)
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
            // It may have been registered when less was left out.
            name: clean_name(&row.name),
            host: None,
            redirect_uris,
            auth_method,
            secret_digest: row.secret_digest,
        })
    }
}

/// Why a browser is not sent to the address that a request names. Completes a sentence that begins with the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWayBack {
    /// The program never named it.
    #[error("is none that the program registered")]
    NotNamed,
    /// Nobody is sent there.
    #[error(transparent)]
    Bad(#[from] BadRedirect),
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
        /// Why that was, for the operator, where the one who asks is told less.
        reason: Option<String>,
        /// When it may be asked again.
        retry_after: Duration,
    },
    /// It could not be looked for.
    #[error(transparent)]
    Engine(#[from] Error),
}

/// A new id.
pub(super) fn new_id() -> String {
    format!("{PREFIX}{}", Uuid::new_v4().simple())
}

/// Whether an id looks like one of ours.
pub(super) fn is_of_ours(id: &str) -> bool {
    id.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether an id is the address of a document, and none of ours.
pub(super) fn is_address(id: &str) -> bool {
    id.contains("://")
}
