//! Keyed digests (HMAC-SHA256, RFC 2104): finding a tenant by its master key with one indexed query.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    MasterKey, RootKey,
    expand::{hkdf, length},
    secret::Key32,
};

#[cfg(test)]
mod tests;

/// As many hex characters tell the keys of one tenant apart.
const SHOWN_OF_DIGEST: usize = 8;
/// As many tell root keys apart.
const SHOWN_OF_ROOT: usize = 16;

/// A master key's place in the index: 64 hex characters. Without the root key it can neither be made nor guessed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LookupIndex(String);

impl LookupIndex {
    /// The stored text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RootKey {
    /// The index under which a master key's tenant is found.
    pub fn lookup(&self, master: &MasterKey) -> LookupIndex {
        LookupIndex(hex(&hmac_sha256(self.lookup_key(), &[master.as_bytes()])))
    }

    /// What is shown of a master key in listings and as the actor of audit entries, so that its owner can tell it from
    /// others: the first 12 characters of a generated key, 8 hex characters of the digest it is found by for an own one.
    pub fn prefix(&self, master: &MasterKey) -> String {
        match master.beginning() {
            Some(beginning) => beginning.to_owned(),
            None => self.lookup(master).0.chars().take(SHOWN_OF_DIGEST).collect(),
        }
    }

    /// Which root key this is, for rows to remember: 16 hex characters that tell nothing about it.
    pub fn id(&self) -> String {
        self.fingerprint("root key", &[]).chars().take(SHOWN_OF_ROOT).collect()
    }

    /// What makes digests under one purpose, for those who make many.
    pub fn fingerprints(&self, purpose: &str) -> Fingerprints {
        Fingerprints(self.internal_subkey(&format!("fingerprint/{purpose}")))
    }

    /// One digest; see [`Fingerprints::of`].
    pub fn fingerprint(&self, purpose: &str, data: &[&[u8]]) -> String {
        self.fingerprints(purpose).of(data)
    }
}

/// Makes keyed digests under one purpose.
#[derive(Debug)]
pub struct Fingerprints(pub(crate) Key32);

impl Fingerprints {
    /// Under a key of somebody's own, which may be any text.
    pub(crate) fn of_key(key: &[u8], purpose: &str) -> Self {
        Self(Key32::filled(|out| hkdf(b"", &[key], purpose.as_bytes(), out)))
    }

    /// A keyed digest of `data`, 64 hex characters: the same for the same list under the same purpose. It may be stored
    /// and shown; whoever lacks the root key cannot test guesses against it.
    pub fn of(&self, data: &[&[u8]]) -> String {
        // Fed part by part: the parts may be secret, and a joined copy would not be wiped.
        let lengths: Vec<_> = data.iter().map(|part| length(part)).collect();
        let framed: Vec<&[u8]> = lengths
            .iter()
            .zip(data)
            .flat_map(|(length, part)| [&length[..], part])
            .collect();
        hex(&hmac_sha256(&self.0, &framed))
    }
}

/// The digest that [`Fingerprints`] with this key makes of one part.
pub(crate) fn hex_hmac(key: &Key32, part: &[u8]) -> String {
    hex(&hmac_sha256(key, &[&length(part), part]))
}

/// HMAC-SHA256 over the concatenated `parts`.
pub(crate) fn hmac_sha256(key: &Key32, parts: &[&[u8]]) -> [u8; 32] {
    hmac_with(key.as_bytes(), parts)
}

pub(crate) fn hmac_with(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}
