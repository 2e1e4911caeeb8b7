//! The log as something to be read and tidied.

use crate::engine::Engine;

/// Whose entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of all tenants, and those that belong to none.
    Everybody,
    /// Those of one tenant, by its id or its name.
    Tenant(String),
}

/// The audit log's operations.
pub struct AuditLog<'a>(pub(super) &'a Engine);

impl Engine {
    /// The audit log. Recording is no operation: it happens to every call and act by itself.
    pub fn audit_log(&self) -> AuditLog<'_> {
        AuditLog(self)
    }
}

impl AuditLog<'_> {
    /// Whether calls are recorded.
    pub fn is_on(&self) -> bool {
        self.0.inner.audit.is_on()
    }
}
