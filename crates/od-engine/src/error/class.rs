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
