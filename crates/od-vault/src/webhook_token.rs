//! The secret part of an address that Order Desk posts to.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    DataKey, Fingerprints, OpenError, Place, Sealed,
    key_text::{self, Shape},
    secret::unprintable,
};

#[cfg(test)]
mod tests;

/// What they start with.
const PREFIX: &str = "odwh_";
/// How many characters are shown later, so that its owner can tell it from others.
const SHOWN_CHARS: usize = 12;

/// Which store is posted for. Whoever has it can post and do nothing else: what is posted is signed besides. It is no
/// credential, so it is none of the [`TokenKind`](crate::TokenKind)s.
pub struct WebhookToken(SecretString);

impl WebhookToken {
    /// Makes one of 256 random bits: `odwh_`, 43 URL-safe characters, 6 of checksum.
    pub fn generate() -> Self {
        Self(key_text::generate(PREFIX))
    }

    /// Takes what was generated; nothing else, and nothing that was mistyped.
    pub fn parse(text: SecretString) -> Option<Self> {
        let is_ours = key_text::shape(PREFIX, text.expose_secret()) == Shape::Intact;
        is_ours.then_some(Self(text))
    }

    /// The text, for the address.
    pub fn expose(&self) -> SecretString {
        self.0.clone()
    }

    /// What may be shown of it: its first 12 characters.
    pub fn prefix(&self) -> String {
        self.0.expose_secret().chars().take(SHOWN_CHARS).collect()
    }

    /// The digest to store and to find the store by: keyed, 64 hex characters. With another `secret` it is another one.
    pub fn digest(&self, key: &Fingerprints, secret: Option<&SecretString>) -> String {
        let secret = secret.map_or("", ExposeSecret::expose_secret);
        key.of(&[self.0.expose_secret().as_bytes(), secret.as_bytes()])
    }

    /// Seals it for storing at `place`, for whoever has the tenant's data key.
    pub fn seal(&self, key: &DataKey, place: &Place<'_>) -> Sealed {
        key.seal(place, self.0.expose_secret().as_bytes())
    }

    /// Opens what [`WebhookToken::seal`] sealed.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(key: &DataKey, place: &Place<'_>, sealed: &Sealed) -> Result<Self, OpenError> {
        Self::parse(key.open_text(place, sealed)?).ok_or(OpenError::Malformed)
    }
}

unprintable!(WebhookToken);
