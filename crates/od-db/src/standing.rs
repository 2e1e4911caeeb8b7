//! How a credential stands.

use crate::row::from_row;

/// Whether a credential may be used: what can change about that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// When it dies by itself.
    pub expires_at: Option<i64>,
    /// When it was ended by hand.
    pub revoked_at: Option<i64>,
    /// Set while its tenant may not sign in.
    pub disabled_at: Option<i64>,
}

from_row! { Standing: expires_at, revoked_at, disabled_at }
