//! The root key: configured by the operator, never stored, half of what opens a tenant's data.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT, URL_SAFE_PAD_INDIFFERENT},
};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use thiserror::Error;

use crate::{
    expand::{framed, hkdf},
    guessable::{has_placeholder_word, is_published, repeats_few_bytes},
    seal::{OpenError, Place, Sealed, open_with, seal_with},
    secret::{Key32, fill_random, same, unprintable},
};

#[cfg(test)]
mod tests;

// These texts are part of every stored secret: changing one makes existing databases unreadable.
const ROOT_SALT: &[u8] = b"orderdesk-mcp/root/v1";
const SUBKEY: &[u8] = b"subkey";
const INTERNAL: &[u8] = b"internal";

/// Fewest bytes a root key may have.
const MIN_BYTES: usize = 32;

/// The root key of an installation. Whoever runs the server sets it; it is never written to the database.
pub struct RootKey {
    bytes: SecretBox<Vec<u8>>,
    /// Needed for every request, and derived once.
    lookup: Key32,
    /// Likewise.
    token: Key32,
}

/// Why a text was refused as a root key. The messages never repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RootKeyError {
    /// The text is neither standard nor URL-safe base64.
    #[error("the root key is not base64 text")]
    NotBase64,
    /// The text stands for fewer than 32 bytes.
    #[error("the root key has {bytes} bytes; it needs at least {MIN_BYTES}")]
    TooShort {
        /// How many bytes the text stands for.
        bytes: usize,
    },
    /// The key is printed in some documentation, or is a placeholder somebody forgot to replace.
    #[error("the root key is a published sample value; generate your own")]
    PublishedSample,
    /// The key is one byte, or a short pattern, over and over.
    #[error("the root key repeats a few bytes and can be guessed; generate a random one")]
    Weak,
}

impl RootKey {
    /// Reads a root key from standard or URL-safe base64, padded or not. It needs at least 32 bytes and keeps all.
    pub fn from_base64(text: &str) -> Result<Self, RootKeyError> {
        if has_placeholder_word(text.as_bytes()) {
            return Err(RootKeyError::PublishedSample);
        }
        let alphabet = if text.contains(['-', '_']) {
            &URL_SAFE_PAD_INDIFFERENT
        } else {
            &STANDARD_PAD_INDIFFERENT
        };
        let bytes = alphabet.decode(text).map_err(|_| RootKeyError::NotBase64)?;
        let key = Self::of(bytes);
        match key.as_bytes() {
            bytes if bytes.len() < MIN_BYTES => Err(RootKeyError::TooShort { bytes: bytes.len() }),
            bytes if is_published(bytes) => Err(RootKeyError::PublishedSample),
            bytes if repeats_few_bytes(bytes) => Err(RootKeyError::Weak),
            _ => Ok(key),
        }
    }

    /// Makes a root key of 256 random bits.
    pub fn generate() -> Self {
        let mut bytes = vec![0; MIN_BYTES];
        fill_random(&mut bytes);
        Self::of(bytes)
    }

    fn of(bytes: Vec<u8>) -> Self {
        let bytes = SecretBox::new(Box::new(bytes));
        let lookup = internal_subkey(bytes.expose_secret(), "lookup");
        let token = internal_subkey(bytes.expose_secret(), "fingerprint/token");
        Self { bytes, lookup, token }
    }

    /// The key as standard base64, for showing once to the operator or writing to the key file.
    pub fn to_base64(&self) -> SecretString {
        STANDARD.encode(self.as_bytes()).into()
    }

    /// A sealed value to keep in the database, so that a later start can tell whether it was given the same root key. It
    /// remembers `mark`, which nobody can change without the key; 0 makes the value of releases that knew no mark.
    pub fn check_value(&self, mark: i64) -> Sealed {
        let text = match mark {
            0 => CHECK_TEXT.to_owned(),
            mark => format!("{CHECK_TEXT} {mark}"),
        };
        seal_with(&self.check_key(), &CHECK_PLACE, text.as_bytes())
    }

    /// The mark of a value that this key made; 0 when it has none.
    ///
    /// # Errors
    /// [`OpenError::Refused`] when another key made it; [`OpenError::Malformed`] and [`OpenError::NotText`] when no key did.
    pub fn open_check_value(&self, check_value: &Sealed) -> Result<i64, OpenError> {
        let plain = open_with(&self.check_key(), &CHECK_PLACE, check_value)?;
        let text = str::from_utf8(plain.expose_secret()).map_err(|_| OpenError::NotText)?;
        match text.strip_prefix(CHECK_TEXT) {
            Some("") => Ok(0),
            Some(mark) => mark.trim_start().parse().map_err(|_| OpenError::Malformed),
            None => Err(OpenError::Malformed),
        }
    }

    /// Whether both are one key, in time that depends on their lengths only.
    pub fn is_same(&self, other: &Self) -> bool {
        same(self.as_bytes(), other.as_bytes())
    }

    /// A key of its own for each purpose (signing cookies, say), from which the root key cannot be found.
    pub fn subkey(&self, purpose: &str) -> Key32 {
        expand(self.as_bytes(), SUBKEY, purpose)
    }

    /// A subkey the vault keeps to itself.
    pub(crate) fn internal_subkey(&self, purpose: &str) -> Key32 {
        internal_subkey(self.as_bytes(), purpose)
    }

    /// All bytes of the key. Only for deriving from.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.expose_secret()
    }

    /// The key of the index that tenants are found by.
    pub(crate) fn lookup_key(&self) -> &Key32 {
        &self.lookup
    }

    /// The key of the digests that tokens are found by.
    pub(crate) fn token_key(&self) -> &Key32 {
        &self.token
    }

    fn check_key(&self) -> Key32 {
        self.internal_subkey("check-value")
    }
}

unprintable!(RootKey);

/// Subkeys the vault keeps to itself: no caller's purpose reaches them.
fn internal_subkey(root: &[u8], purpose: &str) -> Key32 {
    expand(root, INTERNAL, purpose)
}

fn expand(root: &[u8], kind: &[u8], purpose: &str) -> Key32 {
    Key32::filled(|key| hkdf(ROOT_SALT, &[root], &framed(&[kind, purpose.as_bytes()]), key))
}

const CHECK_PLACE: Place<'static> = Place {
    tenant: "",
    row: "root-key",
    field: "check-value",
};
const CHECK_TEXT: &str = "orderdesk-mcp";
