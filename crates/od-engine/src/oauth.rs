//! OAuth 2.1: the programs that ask for access on a person's behalf.
//!
//! A program registers itself (RFC 7591) or is called by the URL of a document about it. Neither opens anything: a person
//! who is signed in does. What they allow is a grant, which all tokens of the program hang on.

mod authorize;
mod client;
mod clients;
mod documents;
mod exchange;
mod grants;
mod kept;
mod metadata;
mod options;
mod redirect;
mod refusals;
mod refused;
mod register;

pub use authorize::{Allowed, EVERY_STORE};
pub use client::{AuthMethod, ClientError, NoWayBack, OAuthClient};
pub(crate) use clients::forget_stale;
pub use exchange::{Exchange, TokenError, Tokens};
pub use grants::GrantView;
pub(crate) use grants::remove_ended;
pub(crate) use kept::Kept;
pub use od_client::{DocumentOptions, Rehearsal};
pub use od_vault::is_code_challenge;
pub use options::OAuthOptions;
pub use redirect::{BadRedirect, Redirect};
pub use register::{Registered, RegistrationError};

use crate::engine::Engine;

/// OAuth operations.
pub struct OAuth<'a>(&'a Engine);

impl Engine {
    /// OAuth operations.
    pub fn oauth(&self) -> OAuth<'_> {
        OAuth(self)
    }
}

impl OAuth<'_> {
    /// How it is configured.
    pub fn options(&self) -> &OAuthOptions {
        &self.0.inner.oauth.options
    }
}
