//! Keys of digests that outlive the root key they came from: stored sealed under the one that followed it.

use secrecy::ExposeSecret;

use crate::{
    Fingerprints, RootKey,
    seal::{OpenError, Place, Sealed, open_with, seal_with},
    secret::Key32,
};

#[cfg(test)]
mod tests;

impl Fingerprints {
    /// Seals the key of these digests for storing under a name of its own, which it is bound to.
    pub fn seal(&self, root: &RootKey, name: &str) -> Sealed {
        seal_with(&sealing_key(root), &place(name), self.0.as_bytes())
    }

    /// Opens what [`Fingerprints::seal`] sealed under this root key and name.
    ///
    /// # Errors
    /// [`OpenError`]: another root key, another name, or changed bytes.
    pub fn open(root: &RootKey, name: &str, sealed: &Sealed) -> Result<Self, OpenError> {
        let plain = open_with(&sealing_key(root), &place(name), sealed)?;
        let bytes: &[u8; 32] = plain
            .expose_secret()
            .as_slice()
            .try_into()
            .map_err(|_| OpenError::Malformed)?;
        Ok(Self(Key32::filled(|key| key.copy_from_slice(bytes))))
    }
}

fn sealing_key(root: &RootKey) -> Key32 {
    root.internal_subkey("kept fingerprints")
}

fn place(name: &str) -> Place<'_> {
    Place {
        tenant: "",
        row: name,
        field: "fingerprints",
    }
}
