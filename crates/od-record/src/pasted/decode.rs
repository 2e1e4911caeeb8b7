//! The bytes of a file as text: who pastes has text already.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

#[cfg(test)]
mod tests;

/// As the mark at the beginning says; or UTF-8; or else windows-1252, which spreadsheets write where nobody chose, and which has a
/// character for every byte.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}
