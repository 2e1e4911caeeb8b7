//! What stands where something was taken away.

/// Stands where a secret was.
pub(super) const SECRET: &str = "[redacted]";
/// Stands where a name, street or phone number was.
pub(super) const PERSONAL: &str = "***";
