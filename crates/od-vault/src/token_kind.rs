//! Kinds of tokens.

use secrecy::{ExposeSecret, SecretString};

/// What a token is for. Its text begins with the kind, so that it is known before any look-up and by secret scanners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A personal access token: made by a tenant for a colleague or a program.
    Personal,
    /// An OAuth authorization code: exchanged once, within a minute.
    Code,
    /// An OAuth access token.
    Access,
    /// An OAuth refresh token.
    Refresh,
    /// A web session.
    Session,
    /// A link that is sent by e-mail, or a form that is good for one sign-up: used once.
    Link,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Personal,
        Self::Code,
        Self::Access,
        Self::Refresh,
        Self::Session,
        Self::Link,
    ];

    /// What the text of such a token begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Personal => "odpt_",
            Self::Code => "odac_",
            Self::Access => "odat_",
            Self::Refresh => "odrt_",
            Self::Session => "odws_",
            Self::Link => "odml_",
        }
    }

    /// The kind that a text claims to be; none for a master key or something else.
    pub fn of(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret();
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}
