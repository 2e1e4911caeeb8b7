//! Texts as they are kept: compressed before they are sealed.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// The parts of a text, one after the other.
pub(super) fn packed(parts: &[&[u8]]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    // A vector takes everything.
    for part in parts {
        _ = encoder.write_all(part);
    }
    encoder.finish().unwrap_or_default()
}

/// The text. Nothing when it is not as it was packed; of one that is longer, the beginning.
pub(super) fn unpacked(bytes: &[u8], longest: u64) -> Option<String> {
    String::from_utf8(unpacked_bytes(bytes, longest)?).ok()
}

/// The same of what is no text.
pub(super) fn unpacked_bytes(bytes: &[u8], longest: u64) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    DeflateDecoder::new(bytes).take(longest).read_to_end(&mut whole).ok()?;
    Some(whole)
}
