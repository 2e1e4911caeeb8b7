//! Keys from keys: HKDF-SHA256 (RFC 5869), every input framed by its length so that no two input lists collide.

use base64::{Engine, engine::general_purpose::STANDARD};
use hkdf::HkdfExtract;
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroize;

use crate::{
    MasterKey, RootKey, Token,
    secret::{Key32, fill_random, unprintable},
};

#[cfg(test)]
mod tests;

// These texts are part of every stored secret: changing one makes existing databases unreadable.
const ROOT_SALT: &[u8] = b"orderdesk-mcp/root/v1";
const TENANT_KEY: &[u8] = b"orderdesk-mcp/tenant-key/v1";
const TOKEN_KEY: &[u8] = b"orderdesk-mcp/token-key/v1";
const SUBKEY: &[u8] = b"subkey";
const INTERNAL: &[u8] = b"internal";

/// 32 random bytes stored beside a credential, not secret: equal master keys of two tenants give unequal tenant keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salt([u8; 32]);

/// A stored salt that is not the base64 text of 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the stored salt is not the base64 text of 32 bytes")]
pub struct SaltError;

impl Salt {
    /// Makes a fresh salt.
    pub fn generate() -> Self {
        let mut bytes = [0; 32];
        fill_random(&mut bytes);
        Self(bytes)
    }

    /// The salt as padded standard base64, for storing.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads what [`Salt::to_base64`] wrote.
    pub fn from_base64(text: &str) -> Result<Self, SaltError> {
        let bytes = STANDARD.decode(text).map_err(|_| SaltError)?;
        bytes.try_into().map(Self).map_err(|_| SaltError)
    }
}

/// The key of one credential: it opens that credential's sealed copy of the tenant's data key. Lives in memory only.
pub struct TenantKey(pub(crate) Key32);

unprintable!(TenantKey);

/// The tenant key of a master key. Every input matters; the same inputs always give the same key.
pub fn derive_tenant_key(root: &RootKey, master: &MasterKey, salt: &Salt, purpose: &str) -> TenantKey {
    credential_key(TENANT_KEY, root, master.as_bytes(), salt, purpose)
}

/// The tenant key of a token, for the token's own sealed copy of the data key.
pub fn derive_token_key(root: &RootKey, token: &Token, salt: &Salt, purpose: &str) -> TenantKey {
    credential_key(TOKEN_KEY, root, token.as_bytes(), salt, purpose)
}

fn credential_key(kind: &[u8], root: &RootKey, credential: &[u8], salt: &Salt, purpose: &str) -> TenantKey {
    let root = root.as_bytes();
    let input = [&length(root)[..], root, &length(credential), credential];
    let info = framed(&[kind, purpose.as_bytes()]);
    TenantKey(Key32::filled(|key| hkdf(&salt.0, &input, &info, key)))
}

impl RootKey {
    /// A key of its own for each purpose (signing cookies, say), from which the root key cannot be found.
    pub fn subkey(&self, purpose: &str) -> Key32 {
        expand(self.as_bytes(), SUBKEY, purpose)
    }

    /// A subkey the vault keeps to itself.
    pub(crate) fn internal_subkey(&self, purpose: &str) -> Key32 {
        internal_subkey(self.as_bytes(), purpose)
    }
}

/// Subkeys the vault keeps to itself: no caller's purpose reaches them.
pub(crate) fn internal_subkey(root: &[u8], purpose: &str) -> Key32 {
    expand(root, INTERNAL, purpose)
}

fn expand(root: &[u8], kind: &[u8], purpose: &str) -> Key32 {
    Key32::filled(|key| hkdf(ROOT_SALT, &[root], &framed(&[kind, purpose.as_bytes()]), key))
}

/// HKDF-SHA256 over the concatenated `input` parts. `output` takes at most 8160 bytes.
fn hkdf(salt: &[u8], input: &[&[u8]], info: &[u8], output: &mut [u8]) {
    let mut extract = HkdfExtract::<Sha256>::new(Some(salt));
    for part in input {
        extract.input_ikm(part);
    }
    let (mut pseudorandom_key, expand) = extract.finalize();
    pseudorandom_key.as_mut_slice().zeroize();
    expand
        .expand(info, output)
        .expect("the output is at most 255 blocks long");
}

/// Each part behind its length, so that moving a byte from one part to the next changes the whole.
pub(crate) fn framed(parts: &[&[u8]]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| [&length(part)[..], part].concat())
        .collect()
}

/// The length of a part as it is framed: 8 bytes, big endian.
pub(crate) fn length(part: &[u8]) -> [u8; 8] {
    (part.len() as u64).to_be_bytes()
}
