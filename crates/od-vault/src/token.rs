//! Random bearer tokens: everything that proves a tenant beside its master keys.

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{
    RootKey,
    key_text::{self, Shape},
    lookup::hex_hmac,
    secret::unprintable,
    token_kind::TokenKind,
};

#[cfg(test)]
mod tests;

/// How many characters of a token are shown later, so that its owner can tell it from others: 42 of its 256 random bits.
const SHOWN_CHARS: usize = 12;

/// A generated bearer token. The database keeps only its digest.
pub struct Token {
    kind: TokenKind,
    text: SecretString,
}

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
    /// Makes a token of 256 random bits: the kind's prefix, 43 URL-safe characters, 6 of checksum.
    pub fn generate(kind: TokenKind) -> Self {
        Self {
            kind,
            text: key_text::generate(kind.prefix()),
        }
    }

    /// Accepts a generated token of any kind, and tells a mistyped one from something else.
    pub fn parse(text: SecretString) -> Result<Self, TokenError> {
        let shapes = TokenKind::ALL.map(|kind| (kind, key_text::shape(kind.prefix(), text.expose_secret())));
        if let Some((kind, _)) = shapes.iter().find(|(_, shape)| *shape == Shape::Intact) {
            return Ok(Self { kind: *kind, text });
        }
        let is_foreign = shapes.iter().all(|(_, shape)| *shape == Shape::Foreign);
        Err(if is_foreign {
            TokenError::NotAToken
        } else {
            TokenError::Mistyped
        })
    }

    /// What it is for.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The token's text, for showing it once to its owner.
    pub fn expose(&self) -> SecretString {
        self.text.clone()
    }

    /// What may be shown of it later: its first 12 characters.
    pub fn prefix(&self) -> String {
        self.text.expose_secret().chars().take(SHOWN_CHARS).collect()
    }

    /// The digest to store and to find the token by: keyed, 64 hex characters.
    pub fn digest(&self, root: &RootKey) -> String {
        hex_hmac(root.token_key(), self.as_bytes())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.text.expose_secret().as_bytes()
    }
}

unprintable!(Token);
