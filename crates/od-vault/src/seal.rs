//! Sealing: AES-256-GCM (NIST SP 800-38D) with a fresh random nonce, bound to the place where the result is stored.

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use thiserror::Error;

use crate::{
    expand::framed,
    secret::{Key32, fill_random, unprintable},
};

#[cfg(test)]
mod tests;

/// Bound into every sealing; a later format gets another text, and neither opens as the other.
const FORMAT: &[u8] = b"orderdesk-mcp/sealed/v1";

/// Where a sealed value is stored. It is authenticated with the value: moved elsewhere, the value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The tenant's id.
    pub tenant: &'a str,
    /// The row's id, never a name that could change.
    pub row: &'a str,
    /// The field within the row, such as `api_key`.
    pub field: &'a str,
}

/// A sealed value as stored: three base64 texts (standard alphabet, padded). Not secret, but useless to print.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// As long as the plain value.
    pub ciphertext: String,
    /// 16 bytes that prove the value, its nonce and its place unchanged.
    pub tag: String,
    /// 12 random bytes, never used twice with one key.
    pub nonce: String,
}

unprintable!(Sealed);

/// Why a sealed value did not open. The messages tell nothing about the value or the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Wrong key, wrong place, or changed bytes; which of them cannot be told.
    #[error("the sealed value does not open: wrong key, moved or changed")]
    Refused,
    /// One of the texts is not base64, or has the wrong length.
    #[error("the sealed value is malformed")]
    Malformed,
    /// It opened, but is not UTF-8 text, as was expected.
    #[error("the sealed value is not text")]
    NotText,
}

/// A tenant's data key: 32 random bytes that seal its API keys and customer data. Stored only wrapped by a [`TenantKey`](crate::TenantKey).
pub struct DataKey(pub(crate) Key32);

unprintable!(DataKey);

impl DataKey {
    /// Makes a fresh key.
    pub fn generate() -> Self {
        Self(Key32::random())
    }

    /// Seals `plain` for storing at `place`. Two sealings of the same value have nothing in common.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Sealed {
        seal_with(&self.0, place, plain)
    }

    /// Opens what [`DataKey::seal`] sealed with this key for this place.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<SecretBox<Vec<u8>>, OpenError> {
        open_with(&self.0, place, sealed)
    }

    /// As [`DataKey::open`], for a value that is text.
    pub fn open_text(&self, place: &Place<'_>, sealed: &Sealed) -> Result<SecretString, OpenError> {
        let plain = self.open(place, sealed)?;
        let text = str::from_utf8(plain.expose_secret()).map_err(|_| OpenError::NotText)?;
        Ok(text.into())
    }
}

pub(crate) fn seal_with(key: &Key32, place: &Place<'_>, plain: &[u8]) -> Sealed {
    let mut nonce = [0; 12];
    fill_random(&mut nonce);
    let mut buffer = plain.to_vec();
    let tag = encrypt(key.as_bytes(), &nonce, &place.associated_data(), &mut buffer);
    Sealed {
        ciphertext: STANDARD.encode(buffer),
        tag: STANDARD.encode(tag),
        nonce: STANDARD.encode(nonce),
    }
}

pub(crate) fn open_with(key: &Key32, place: &Place<'_>, sealed: &Sealed) -> Result<SecretBox<Vec<u8>>, OpenError> {
    let nonce = decode(&sealed.nonce)?.try_into().map_err(|_| OpenError::Malformed)?;
    let tag = decode(&sealed.tag)?.try_into().map_err(|_| OpenError::Malformed)?;
    let mut buffer = decode(&sealed.ciphertext)?;
    decrypt(key.as_bytes(), &nonce, &place.associated_data(), &mut buffer, &tag)?;
    Ok(SecretBox::new(Box::new(buffer)))
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        framed(&[
            FORMAT,
            self.tenant.as_bytes(),
            self.row.as_bytes(),
            self.field.as_bytes(),
        ])
    }
}

fn decode(text: &str) -> Result<Vec<u8>, OpenError> {
    STANDARD.decode(text).map_err(|_| OpenError::Malformed)
}

/// Turns the plain bytes in `buffer` into ciphertext and returns the tag.
fn encrypt(key: &[u8; 32], nonce: &[u8; 12], associated_data: &[u8], buffer: &mut [u8]) -> [u8; 16] {
    Aes256Gcm::new(key.into())
        .encrypt_inout_detached(nonce.into(), associated_data, buffer.into())
        .expect("what fits in memory is below the cipher's limit of 64 GiB")
        .into()
}

/// Turns the ciphertext in `buffer` into plain bytes, if the tag fits.
fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 12],
    associated_data: &[u8],
    buffer: &mut [u8],
    tag: &[u8; 16],
) -> Result<(), OpenError> {
    Aes256Gcm::new(key.into())
        .decrypt_inout_detached(nonce.into(), associated_data, buffer.into(), tag.into())
        .map_err(|_| OpenError::Refused)
}
