//! Keys from keys: HKDF-SHA256 (RFC 5869), every input framed by its length so that no two input lists collide.

use hkdf::HkdfExtract;
use sha2::Sha256;
use zeroize::Zeroize;

#[cfg(test)]
mod tests;

/// HKDF-SHA256 over the concatenated `input` parts. `output` takes at most 8160 bytes.
pub(crate) fn hkdf(salt: &[u8], input: &[&[u8]], info: &[u8], output: &mut [u8]) {
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
