//! Kinds of credentials.

use od_vault::TokenKind;
use secrecy::SecretString;

/// What a caller proves a tenant with. Nothing depends on it but what is told of a call, which table its row stands in, and what
/// only a tenant's owner may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// A master key: everything of the tenant.
    MasterKey,
    /// A personal access token: its scopes, its stores, until its expiry.
    PersonalToken,
    /// An OAuth access token: what a person allowed a client.
    OAuth,
    /// A web session.
    Session,
}

impl CredentialKind {
    /// What a text would be, as far as its beginning tells; none for a token that is no credential of a call, such as an OAuth
    /// code. Whatever begins like no token may be a master key.
    pub fn of(text: &SecretString) -> Option<Self> {
        match TokenKind::of(text) {
            None => Some(Self::MasterKey),
            Some(TokenKind::Personal) => Some(Self::PersonalToken),
            Some(TokenKind::Access) => Some(Self::OAuth),
            Some(TokenKind::Code | TokenKind::Refresh | TokenKind::Session | TokenKind::Link) => None,
        }
    }

    /// As the audit log names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MasterKey => "master_key",
            Self::PersonalToken => "personal_token",
            Self::OAuth => "oauth",
            Self::Session => "session",
        }
    }

    /// Whether it stands for the tenant's owner, who alone makes and ends credentials.
    pub fn is_owner(self) -> bool {
        matches!(self, Self::MasterKey | Self::Session)
    }
}
