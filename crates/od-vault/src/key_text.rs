//! The text of generated keys and tokens: a prefix that tells the kind, 256 random bits, a checksum.
//!
//! The prefix lets people and secret scanners recognise a leaked key. The checksum tells a typing mistake from a wrong
//! key without asking the database.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::secret::{Key32, same};

/// 32 bytes in URL-safe base64 without padding.
const BODY_CHARS: usize = 43;
/// 36 bits: one mistake in 69 thousand million slips through.
const CHECKSUM_CHARS: usize = 6;
const TAIL_CHARS: usize = BODY_CHARS + CHECKSUM_CHARS;

/// How a text relates to the generated texts of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Exactly as generated.
    Intact,
    /// Meant to be one, but not copied or typed correctly.
    Mistyped,
    /// Something else.
    Foreign,
}

/// Makes a new text: `prefix`, 43 characters of randomness, 6 of checksum.
pub(crate) fn generate(prefix: &str) -> SecretString {
    let body = Zeroizing::new(URL_SAFE_NO_PAD.encode(Key32::random().as_bytes()));
    // `concat` makes exactly the room it needs: growing or shrinking would leave an unwiped copy behind.
    [prefix, body.as_str(), &checksum(prefix, body.as_bytes())]
        .concat()
        .into()
}

/// Judges `text` against the kind with this prefix. A mistake inside the prefix is found too, by the checksum behind it.
pub(crate) fn shape(prefix: &str, text: &str) -> Shape {
    match (text.starts_with(prefix), checksum_holds(prefix, text)) {
        (true, true) if text.len() == prefix.len() + TAIL_CHARS => Shape::Intact,
        (false, false) => Shape::Foreign,
        _ => Shape::Mistyped,
    }
}

fn checksum_holds(prefix: &str, text: &str) -> bool {
    let Some(tail) = text.as_bytes().last_chunk::<TAIL_CHARS>() else {
        return false;
    };
    let (body, given) = tail.split_at(BODY_CHARS);
    same(checksum(prefix, body).as_bytes(), given)
}

fn checksum(prefix: &str, body: &[u8]) -> String {
    let digest = Sha256::new().chain_update(prefix).chain_update(body).finalize();
    let mut text = URL_SAFE_NO_PAD.encode(digest);
    text.truncate(CHECKSUM_CHARS);
    text
}
