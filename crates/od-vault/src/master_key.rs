//! Master keys: what a tenant holds and types, never stored, the other half of what opens its data.

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{
    key_text::{self, Shape},
    secret::unprintable,
    token,
};

#[cfg(test)]
mod tests;

/// What generated master keys start with.
const PREFIX: &str = "odmk_";
const MIN_BYTES: usize = 16;
const MAX_BYTES: usize = 256;
/// How many characters of a key may be shown later, so that its owner can tell it from others.
const SHOWN_CHARS: usize = 8;

/// A tenant's master key: a generated one, or 16 to 256 bytes of the caller's own text.
pub struct MasterKey(SecretString);

/// Why a text was refused as a master key. The messages never repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MasterKeyError {
    /// Fewer than 16 bytes.
    #[error("a master key has at least {MIN_BYTES} bytes; this one has {bytes}")]
    TooShort {
        /// How many bytes were given.
        bytes: usize,
    },
    /// More than 256 bytes.
    #[error("a master key has at most {MAX_BYTES} bytes; this one has {bytes}")]
    TooLong {
        /// How many bytes were given.
        bytes: usize,
    },
    /// White space before or after the key. It is not cut off silently: the same text must always be the same key.
    #[error("the master key starts or ends with white space; remove it")]
    SurroundingSpace,
    /// A generated key that was not copied or typed correctly.
    #[error("the master key is mistyped: its checksum does not fit; copy it again in full")]
    Mistyped,
    /// An access token where a master key is needed.
    #[error("this is an access token, not a master key")]
    IsToken,
}

impl MasterKey {
    /// Accepts a generated key, checked for typing mistakes, or a caller's own key, judged by its length only.
    pub fn parse(text: SecretString) -> Result<Self, MasterKeyError> {
        let exposed = text.expose_secret();
        let bytes = exposed.len();
        if exposed.trim().len() != bytes {
            return Err(MasterKeyError::SurroundingSpace);
        }
        if exposed.starts_with(token::PREFIX) {
            return Err(MasterKeyError::IsToken);
        }
        match key_text::shape(PREFIX, exposed) {
            Shape::Mistyped => Err(MasterKeyError::Mistyped),
            Shape::Foreign if bytes < MIN_BYTES => Err(MasterKeyError::TooShort { bytes }),
            Shape::Foreign if bytes > MAX_BYTES => Err(MasterKeyError::TooLong { bytes }),
            Shape::Intact | Shape::Foreign => Ok(Self(text)),
        }
    }

    /// Makes a key of 256 random bits: `odmk_`, 43 URL-safe characters, 6 of checksum.
    pub fn generate() -> Self {
        Self(key_text::generate(PREFIX))
    }

    /// The key's text, for showing it once to its owner.
    pub fn expose(&self) -> SecretString {
        self.0.clone()
    }

    /// The first 8 characters, for listings. Of a short key never more than half, so that a listing does not give away
    /// most of it.
    pub fn prefix(&self) -> String {
        let text = self.0.expose_secret();
        text.chars().take(SHOWN_CHARS.min(text.chars().count() / 2)).collect()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

unprintable!(MasterKey);
