//! Secrets of programs that registered themselves for OAuth and can keep one.

use secrecy::{ExposeSecret, SecretString};

use sha2::{Digest, Sha256};

use crate::{
    key_text,
    lookup::hex,
    secret::{same, unprintable},
};

#[cfg(test)]
mod tests;

/// What they start with.
const PREFIX: &str = "odcs_";

/// A generated client secret. The database keeps only its digest.
pub struct ClientSecret(SecretString);

impl ClientSecret {
    /// Makes a secret of 256 random bits: `odcs_`, 43 URL-safe characters, 6 of checksum.
    pub fn generate() -> Self {
        Self(key_text::generate(PREFIX))
    }

    /// Takes whatever a program sent for its secret.
    pub fn of_text(text: SecretString) -> Self {
        Self(text)
    }

    /// The secret's text, for telling it once to its program.
    pub fn expose(&self) -> SecretString {
        self.0.clone()
    }

    /// The digest to store: SHA-256, 64 hex characters. Nobody guesses 256 random bits, so it needs no key; a new root key then
    /// changes nothing for programs.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.0.expose_secret()))
    }

    /// Whether this is the secret of which `digest` was stored. Takes as long for a wrong one as for the right one.
    pub fn fits(&self, digest: &str) -> bool {
        same(self.digest().as_bytes(), digest.as_bytes())
    }
}

unprintable!(ClientSecret);
