//! bcrypt hashes of master keys: what is left to guess against when both the database and the root key are stolen.
//!
//! Both functions take a quarter of a second at cost 12 and block: call them off the async runtime, and once a key.

use std::ops::RangeInclusive;

use base64::{Engine, engine::general_purpose::STANDARD};
use bcrypt::{BcryptError, HashParts};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::{MasterKey, RootKey, lookup::hmac_sha256};

#[cfg(test)]
mod tests;

/// The costs that are accepted: each step doubles the time. Above 15 one sign-in would take seconds.
pub const COSTS: RangeInclusive<u32> = 4..=15;

/// Why a hash could not be made.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// The cost is outside [`COSTS`].
    #[error("the bcrypt cost is {cost}; it must be {} to {}", COSTS.start(), COSTS.end())]
    Cost {
        /// The cost that was asked for.
        cost: u32,
    },
    /// bcrypt itself failed, for want of randomness.
    #[error("bcrypt failed: {0}")]
    Bcrypt(#[from] BcryptError),
}

/// Hashes a master key for storing: the usual 60 characters, `$2b$..`, with a salt of its own.
pub fn hash(root: &RootKey, master: &MasterKey, cost: u32) -> Result<String, PasswordError> {
    if !COSTS.contains(&cost) {
        return Err(PasswordError::Cost { cost });
    }
    Ok(bcrypt::non_truncating_hash(pre_hash(root, master).as_bytes(), cost)?)
}

/// Whether `hash` was made from this root key and master key; compared in constant time. A text that is no bcrypt hash,
/// or one whose cost would hold the caller for minutes, fits no key.
pub fn verify(root: &RootKey, master: &MasterKey, hash: &str) -> bool {
    let affordable = hash
        .parse::<HashParts>()
        .is_ok_and(|parts| COSTS.contains(&parts.get_cost()));
    affordable && bcrypt::non_truncating_verify(pre_hash(root, master).as_bytes(), hash).unwrap_or(false)
}

/// 44 characters that depend on every byte of the key. bcrypt alone would ignore what lies beyond 72 bytes, and would
/// let whoever has the database but not the root key test guesses.
fn pre_hash(root: &RootKey, master: &MasterKey) -> Zeroizing<String> {
    let mut digest = hmac_sha256(&root.internal_subkey("password"), &[master.as_bytes()]);
    let text = Zeroizing::new(STANDARD.encode(digest));
    digest.zeroize();
    text
}
