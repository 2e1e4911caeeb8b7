//! Tenant keys: what a credential becomes with the root key, and what opens its copy of the tenant's data key.

use secrecy::ExposeSecret;

use crate::{
    seal::{DataKey, OpenError, Place, Sealed, open_with, seal_with},
    secret::{Key32, unprintable},
};

/// The key of one credential: it opens that credential's sealed copy of the tenant's data key. Lives in memory only.
pub struct TenantKey(pub(crate) Key32);

unprintable!(TenantKey);

impl TenantKey {
    /// Seals a credential's copy of the data key. The place is the credential's row.
    pub fn wrap(&self, data_key: &DataKey, place: &Place<'_>) -> Sealed {
        seal_with(&self.0, place, data_key.0.as_bytes())
    }

    /// Opens a credential's copy of the data key.
    pub fn unwrap(&self, sealed: &Sealed, place: &Place<'_>) -> Result<DataKey, OpenError> {
        let plain = open_with(&self.0, place, sealed)?;
        let bytes: &[u8; 32] = plain
            .expose_secret()
            .as_slice()
            .try_into()
            .map_err(|_| OpenError::Malformed)?;
        Ok(DataKey(Key32::filled(|key| key.copy_from_slice(bytes))))
    }
}
