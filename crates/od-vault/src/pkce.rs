//! Proof Key for Code Exchange (RFC 7636), method S256: whoever redeems a code shows that he asked for it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::secret::same;

#[cfg(test)]
mod tests;

/// What a SHA-256 digest has in URL-safe base64 without padding.
const CHALLENGE_CHARS: usize = 43;
/// RFC 7636, section 4.1.
const VERIFIER_CHARS: std::ops::RangeInclusive<usize> = 43..=128;

/// Whether a text can be the challenge of some verifier: the URL-safe base64 of 32 bytes, without padding.
pub fn is_code_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_CHARS && URL_SAFE_NO_PAD.decode(text).is_ok()
}

/// Whether `verifier` is the text that `challenge` was made from: 43 to 128 unreserved characters, compared in constant time.
pub fn code_is_proven(challenge: &str, verifier: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !VERIFIER_CHARS.contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return false;
    }
    let expected = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    same(expected.as_bytes(), challenge.as_bytes())
}
