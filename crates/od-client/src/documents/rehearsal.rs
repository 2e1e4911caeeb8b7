//! Which addresses may be connected to; in a test, those of its own making as well.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::public::is_public;

/// What names resolve to.
pub type Names = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// An internet that a test made up. Addresses in it may have a port.
#[derive(Clone)]
pub struct Rehearsal {
    /// What a name resolves to.
    pub names: Arc<Names>,
    /// Whether loopback addresses count as the public internet.
    pub loopback: bool,
    /// A certificate that is trusted beside the usual ones, in DER.
    pub certificate: Option<Vec<u8>>,
}

impl fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rehearsal")
            .field("loopback", &self.loopback)
            .finish_non_exhaustive()
    }
}

/// Whether an address may be connected to.
pub(super) fn admits(rehearsal: Option<&Rehearsal>, address: IpAddr) -> bool {
    is_public(address) || (address.is_loopback() && rehearsal.is_some_and(|rehearsal| rehearsal.loopback))
}
