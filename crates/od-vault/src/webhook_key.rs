//! What checks the hash of what Order Desk posts, and can do nothing else.
//!
//! Order Desk signs with HMAC-SHA256 (RFC 2104) keyed by the store's API key. HMAC begins with two blocks that are made of the key
//! alone, so the states of SHA-256 after them check every hash, and the key cannot be found from them: that would be to undo
//! SHA-256. Only these states are kept. Whoever has them can sign like Order Desk; nobody can call Order Desk with them.

use secrecy::{ExposeSecret, SecretString};
use sha2::{
    Digest, Sha256,
    digest::common::hazmat::{SerializableState, SerializedState},
};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    RootKey,
    lookup::hex,
    seal::{OpenError, Place, Sealed, open_with, seal_with},
    secret::{Key32, same, unprintable},
};

#[cfg(test)]
mod tests;

const BLOCK: usize = 64;
const STATE: usize = 32;

/// The two states of one API key: after the inner block, and after the outer one.
pub struct WebhookKey {
    inner: Key32,
    outer: Key32,
}

unprintable!(WebhookKey);

impl WebhookKey {
    /// Of the API key of a store.
    pub fn of_api_key(api_key: &SecretString) -> Self {
        let key = api_key.expose_secret().as_bytes();
        let mut block = Zeroizing::new([0; BLOCK]);
        if key.len() > BLOCK {
            let mut digest = Sha256::digest(key);
            block[..STATE].copy_from_slice(&digest);
            digest.as_mut_slice().zeroize();
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        Self {
            inner: state_after(&block, 0x36),
            outer: state_after(&block, 0x5c),
        }
    }

    /// Whether `hash`, 64 hex characters, is that of `message`. Takes as long for a wrong one as for the right one.
    pub fn is_signed(&self, message: &[u8], hash: &str) -> bool {
        let inner = resumed(&self.inner).chain_update(message).finalize();
        let made = hex(&resumed(&self.outer).chain_update(inner).finalize());
        same(made.as_bytes(), hash.to_ascii_lowercase().as_bytes())
    }

    /// Seals it for storing at `place`, under a key that seals nothing else.
    pub fn seal(&self, root: &RootKey, place: &Place<'_>) -> Sealed {
        let mut states = Zeroizing::new([0; 2 * STATE]);
        states[..STATE].copy_from_slice(self.inner.as_bytes());
        states[STATE..].copy_from_slice(self.outer.as_bytes());
        seal_with(&sealing_key(root), place, &*states)
    }

    /// Opens what [`WebhookKey::seal`] sealed under this root key for this place.
    ///
    /// # Errors
    /// [`OpenError`]: another root key, another place, or changed bytes.
    pub fn open(root: &RootKey, place: &Place<'_>, sealed: &Sealed) -> Result<Self, OpenError> {
        let plain = open_with(&sealing_key(root), place, sealed)?;
        let states: &[u8; 2 * STATE] = plain
            .expose_secret()
            .as_slice()
            .try_into()
            .map_err(|_| OpenError::Malformed)?;
        let (inner, outer) = states.split_at(STATE);
        Ok(Self {
            inner: Key32::filled(|state| state.copy_from_slice(inner)),
            outer: Key32::filled(|state| state.copy_from_slice(outer)),
        })
    }
}

fn sealing_key(root: &RootKey) -> Key32 {
    root.internal_subkey("webhook keys")
}

/// The state of SHA-256 after the block in which every byte was combined with `pad`.
fn state_after(block: &[u8; BLOCK], pad: u8) -> Key32 {
    let mut padded = Zeroizing::new(*block);
    for byte in padded.iter_mut() {
        *byte ^= pad;
    }
    let mut serialized = Sha256::new().chain_update(*padded).serialize();
    let state = Key32::filled(|state| state.copy_from_slice(&serialized[..STATE]));
    serialized.as_mut_slice().zeroize();
    state
}

/// A hasher that goes on after such a block. Everything but the state is the same whatever the block was.
fn resumed(state: &Key32) -> Sha256 {
    let mut serialized: SerializedState<Sha256> = Sha256::new().chain_update([0; BLOCK]).serialize();
    serialized[..STATE].copy_from_slice(state.as_bytes());
    let hasher = Sha256::deserialize(&serialized).expect("what a hasher wrote, with another state");
    serialized.as_mut_slice().zeroize();
    hasher
}
