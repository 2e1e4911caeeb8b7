//! Kinds of failure.

/// What kind of failure it is; each door maps this once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The caller can mend it by calling differently.
    Invalid,
    /// It is not there, for this tenant.
    NotFound,
    /// The caller is not known or not allowed.
    Denied,
    /// Too much at once: later.
    Limited,
    /// The state of the data forbids it.
    Conflict,
    /// Order Desk.
    Upstream,
    /// This server.
    Internal,
}

impl Class {
    /// Of a batch whose rows were all refused with this code.
    pub(super) fn of_rows(code: &str) -> Self {
        match code {
            "VALIDATION_ERROR" => Self::Invalid,
            "DUPLICATE" | "CONFLICT_ERROR" => Self::Conflict,
            _ => Self::Upstream,
        }
    }
}
