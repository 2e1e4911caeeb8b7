//! The smallest secret, 32 key bytes, and what every secret type here has in common.

use rand::{TryRng, rngs::SysRng};
use secrecy::{ExposeSecret, SecretBox};
use subtle::ConstantTimeEq;

#[cfg(test)]
mod tests;

/// 32 bytes of key material: the key of a cipher or of a MAC.
pub struct Key32(SecretBox<[u8; 32]>);

impl Key32 {
    /// Lets `write` fill the bytes where they will stay, so that no copy is left on the stack.
    pub(crate) fn filled(write: impl FnOnce(&mut [u8; 32])) -> Self {
        Self(SecretBox::init_with_mut(write))
    }

    pub(crate) fn random() -> Self {
        Self::filled(|bytes| fill_random(bytes))
    }

    /// The raw bytes, for handing to a cipher or a signer. Do not copy them out.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

/// Whether two byte strings are equal, in time that depends on their lengths only.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Fills `bytes` from the operating system: no generator state of ours that a fork could repeat.
pub(crate) fn fill_random(bytes: &mut [u8]) {
    // Without randomness there is no safe way on: a fixed nonce or key would be worse than stopping.
    SysRng
        .try_fill_bytes(bytes)
        .expect("the operating system provides random bytes");
}

/// Gives secret types a `Debug` that shows the type's name only, so that structs holding one can still derive it.
macro_rules! unprintable {
    ($($secret:ident),+) => {$(
        impl std::fmt::Debug for $secret {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($secret), "(..)"))
            }
        }
    )+};
}
pub(crate) use unprintable;

unprintable!(Key32);
