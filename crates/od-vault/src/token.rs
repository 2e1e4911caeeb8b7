//! Random bearer tokens: personal access tokens, web sessions, sign-in links.

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{
    RootKey,
    key_text::{self, Shape},
    secret::unprintable,
};

#[cfg(test)]
mod tests;

/// What tokens start with, so that a bearer can be told from a master key before any lookup.
pub(crate) const PREFIX: &str = "odt_";

/// A generated bearer token. The database keeps only its digest.
pub struct Token(SecretString);

/// Why a text was refused as a token. The messages never repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Does not look like a token of ours.
    #[error("this is not an access token")]
    NotAToken,
    /// A token that was not copied or typed correctly.
    #[error("the access token is mistyped: its checksum does not fit; copy it again in full")]
    Mistyped,
}

impl Token {
    /// Makes a token of 256 random bits: `odt_`, 43 URL-safe characters, 6 of checksum.
    pub fn generate() -> Self {
        Self(key_text::generate(PREFIX))
    }

    /// Accepts a generated token and tells a mistyped one from something else.
    pub fn parse(text: SecretString) -> Result<Self, TokenError> {
        match key_text::shape(PREFIX, text.expose_secret()) {
            Shape::Intact => Ok(Self(text)),
            Shape::Mistyped => Err(TokenError::Mistyped),
            Shape::Foreign => Err(TokenError::NotAToken),
        }
    }

    /// The token's text, for showing it once to its owner.
    pub fn expose(&self) -> SecretString {
        self.0.clone()
    }

    /// The digest to store and to find the token by: keyed, 64 hex characters.
    pub fn digest(&self, root: &RootKey) -> String {
        root.fingerprint("token", &[self.as_bytes()])
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

unprintable!(Token);
