//! Sealed values as they are stored.

use std::fmt;

use crate::row::from_row;

/// A sealed value in its three columns, each base64. Empty columns mean that there is no value (any more).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SealedColumns {
    /// The sealed bytes.
    pub ciphertext: String,
    /// The authentication tag.
    pub tag: String,
    /// The nonce.
    pub nonce: String,
}

from_row! { SealedColumns: ciphertext, tag, nonce }

impl SealedColumns {
    /// Whether the value was destroyed, or never there.
    pub fn is_empty(&self) -> bool {
        self.ciphertext.is_empty()
    }
}

/// Says only whether there is a value.
impl fmt::Debug for SealedColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() {
            "SealedColumns(empty)"
        } else {
            "SealedColumns(..)"
        })
    }
}
