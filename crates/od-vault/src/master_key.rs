//! Master keys: what a tenant holds and types, never stored, the other half of what opens its data.

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{
    guessable::{follows_a_rule, is_published, repeats_few_bytes},
    key_text::{self, Shape},
    secret::unprintable,
    token_kind::TokenKind,
};

#[cfg(test)]
mod tests;

/// What generated master keys start with.
const PREFIX: &str = "odmk_";
const MIN_BYTES: usize = 16;
const MAX_BYTES: usize = 256;
/// How many characters of a generated key are shown later, so that its owner can tell it from others: 42 of its 256
/// random bits.
const SHOWN_CHARS: usize = 12;

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
    /// A caller's own key that is printed in some documentation, or is a placeholder somebody forgot to replace.
    #[error("this master key is a published sample value; choose your own, or let one be generated")]
    PublishedSample,
    /// A caller's own key that repeats a few characters or a pattern, or is a sequence.
    #[error("this master key follows a pattern and can be guessed; choose another, or let one be generated")]
    Weak,
}

impl MasterKey {
    /// Accepts a key that is to be a tenant's from now on: a generated one, or a caller's own that is not easily guessed.
    pub fn choose(text: SecretString) -> Result<Self, MasterKeyError> {
        let key = Self::parse(text)?;
        let bytes = key.as_bytes();
        if key.is_generated() {
            Ok(key)
        } else if is_published(bytes) {
            Err(MasterKeyError::PublishedSample)
        } else if repeats_few_bytes(bytes) || follows_a_rule(bytes) {
            Err(MasterKeyError::Weak)
        } else {
            Ok(key)
        }
    }

    /// Reads a key that may be a tenant's: a generated one, checked for typing mistakes, or a caller's own, judged by its
    /// length only. Keys that [`MasterKey::choose`] would refuse go on working where they are in use.
    pub fn parse(text: SecretString) -> Result<Self, MasterKeyError> {
        let exposed = text.expose_secret();
        let bytes = exposed.len();
        if exposed.trim().len() != bytes {
            return Err(MasterKeyError::SurroundingSpace);
        }
        if TokenKind::of(&text).is_some() {
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

    /// The beginning of a generated key, which may be shown. A caller's own key has none: its first characters give away
    /// most of what was easy to remember.
    pub(crate) fn beginning(&self) -> Option<&str> {
        self.is_generated()
            .then(|| self.0.expose_secret().get(..SHOWN_CHARS))
            .flatten()
    }

    /// Whether this server made it. No own key has the prefix: it would count as mistyped.
    fn is_generated(&self) -> bool {
        self.0.expose_secret().starts_with(PREFIX)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

unprintable!(MasterKey);
