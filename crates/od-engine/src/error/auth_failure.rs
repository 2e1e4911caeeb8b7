//! Why nobody was proven.

/// Why a sign-in failed. Says nothing about which keys exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthFailure {
    /// Not a key this server could have made, or too short or long to be anybody's.
    #[error("This is not a master key or token, or it is mistyped, cut off or too short.")]
    Malformed,
    /// The name of a variable in place of a key.
    #[error("In place of the key stands the name of a variable, which nobody filled in; it is not a key.")]
    Unfilled,
    /// In quotes, or with the scheme of a header before it.
    #[error("The key does not stand alone: it is in quotes, or `Bearer` stands before it.")]
    NotAlone,
    /// Well-formed, but nobody's, or not anybody's any more.
    #[error("No tenant is known for this master key.")]
    Unknown,
    /// A token that is nobody's, or not any more.
    #[error("No tenant is known for this token, which is unknown, expired or revoked.")]
    UnknownToken,
    /// No credential was given.
    #[error("No credential was given.")]
    Missing,
    /// Another tenant's key than the one already proven.
    #[error("This master key belongs to another tenant than the one this connection is signed in as.")]
    OtherTenant,
}
