//! Tenant keys from the root key, a credential and its salt.

use base64::{Engine, engine::general_purpose::STANDARD};
use thiserror::Error;

use crate::{
    MasterKey, RootKey, TenantKey, Token,
    expand::{framed, hkdf, length},
    secret::{Key32, fill_random},
};

#[cfg(test)]
mod tests;

// These texts are part of every stored secret: changing one makes existing databases unreadable.
const TENANT_KEY: &[u8] = b"orderdesk-mcp/tenant-key/v1";
const TOKEN_KEY: &[u8] = b"orderdesk-mcp/token-key/v1";

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
