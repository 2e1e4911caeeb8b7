//! Keys that anybody could guess: what root keys and callers' own master keys are judged by.

#[cfg(test)]
mod tests;

/// A random key of 32 bytes has fewer distinct ones with a chance below 2^-90; a repeated pattern has them always.
const MIN_DISTINCT_BYTES: usize = 8;

/// Key bytes printed in documentation, tutorials and tests: everybody knows them.
pub(crate) const PUBLISHED_SAMPLES: &[&[u8]] = &[
    b"0123456789abcdef0123456789abcdef",
    b"0123456789ABCDEF0123456789ABCDEF",
    b"01234567890123456789012345678901",
    b"12345678901234567890123456789012",
    b"abcdefghijklmnopqrstuvwxyz012345",
    b"abcdefghijklmnopqrstuvwxyz123456",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345",
    b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f",
    b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20",
];

/// Words that placeholders carry, in the base64 text itself or in the bytes it stands for. Compared in lower case.
const PLACEHOLDER_WORDS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "change-this",
    "change_this",
    "replaceme",
    "replace-me",
    "replace_me",
    "placeholder",
    "your-kms-key",
    "your_kms_key",
    "your-secret",
    "your_secret",
    "example-key",
    "your-master-key",
    "your_master_key",
    "your master key",
    "insecure",
];

/// What fingers type along a keyboard. Compared in lower case.
const KEYBOARD_WALKS: &[&str] = &[
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Fewest distinct steps from one byte to the next: a sequence has one or two (`abcdefgh`, `7890123`).
const MIN_DISTINCT_STEPS: usize = 4;

/// Whether everybody knows these bytes, or they carry a placeholder that somebody forgot to replace.
pub(crate) fn is_published(bytes: &[u8]) -> bool {
    PUBLISHED_SAMPLES.contains(&bytes) || has_placeholder_word(bytes)
}

/// Whether a text carries a placeholder.
pub(crate) fn has_placeholder_word(text: &[u8]) -> bool {
    PLACEHOLDER_WORDS.iter().any(|word| holds(text, word.as_bytes()))
}

/// Whether the key is one byte, or a pattern of a few, over and over.
pub(crate) fn repeats_few_bytes(bytes: &[u8]) -> bool {
    distinct(bytes.iter().copied()) < MIN_DISTINCT_BYTES
}

/// Whether a text that a person typed follows a rule: a pattern and the same again, a sequence, a walk along the
/// keyboard, a piece of a published sample. For keys that may be short; 32 random bytes never do.
pub(crate) fn follows_a_rule(bytes: &[u8]) -> bool {
    // One more than half: there may be a character in between.
    let is_repeated = (1..=bytes.len() / 2 + 1).any(|period| bytes[period..].iter().eq(&bytes[..bytes.len() - period]));
    let steps = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let known = KEYBOARD_WALKS
        .iter()
        .map(|walk| walk.as_bytes())
        .chain(PUBLISHED_SAMPLES.iter().copied());
    is_repeated || distinct(steps) < MIN_DISTINCT_STEPS || known.into_iter().any(|sample| holds(sample, bytes))
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

fn distinct(bytes: impl Iterator<Item = u8>) -> usize {
    let mut seen = [false; 256];
    for byte in bytes {
        seen[usize::from(byte)] = true;
    }
    seen.into_iter().filter(|seen| *seen).count()
}
