//! The credential of a request, and what is told of one that is none.

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use od_engine::AuthReason;
use od_engine::auth::Mistaken;
use secrecy::SecretString;

use super::challenge::{Challenge, Fault};
use super::refusal::Refusal;

/// Longer ones are no credentials of ours.
const MOST_BYTES: usize = 4096;

/// What the Authorization header holds.
#[derive(Debug)]
pub(super) enum Credential {
    /// No such header.
    None,
    /// A bearer credential, and what to say should it be nobody's.
    Bearer(SecretString, Reason),
    /// Something else: another scheme, several headers, no text.
    Unusable(Reason),
}

/// Why nobody is signed in. Mistakes of a client's configuration are told by their shape, so that nobody looks for a revoked
/// key instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// No credential was sent.
    Missing,
    /// Not the scheme and one key.
    Malformed,
    /// The key begins with the scheme once more.
    Twice,
    /// The key stands in quotes.
    Quoted,
    /// In place of the key stands the name of a variable.
    Unfilled,
    /// Well-formed, and nobody's.
    Refused,
    /// A master key, where those are not taken.
    MasterKey,
}

/// Takes the credential out of the headers, so that nothing further in can log or forward it.
pub(super) fn take(headers: &mut HeaderMap) -> Credential {
    let credential = read(headers);
    headers.remove(AUTHORIZATION);
    credential
}

fn read(headers: &HeaderMap) -> Credential {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Credential::None;
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.trim().split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(token) = token.filter(|token| !token.is_empty() && token.len() <= MOST_BYTES) else {
        return Credential::Unusable(Reason::Malformed);
    };
    if values.next().is_some() {
        return Credential::Unusable(Reason::Malformed);
    }
    if token.contains(' ') {
        return Credential::Unusable(match Reason::of(token) {
            Reason::Refused => Reason::Malformed,
            told => told,
        });
    }
    Credential::Bearer(token.to_owned().into(), Reason::of(token))
}

impl Reason {
    /// Why a key would be nobody's, by its shape. It may be somebody's all the same.
    pub(super) fn of(token: &str) -> Self {
        match Mistaken::of(token) {
            Some(Mistaken::WithScheme) => Self::Twice,
            Some(Mistaken::Unfilled) => Self::Unfilled,
            Some(Mistaken::Quoted) => Self::Quoted,
            None => Self::Refused,
        }
    }

    /// As what it is counted where nobody came to look for the key.
    pub(super) fn counted(self) -> AuthReason {
        match self {
            Self::Missing => AuthReason::Missing,
            Self::Unfilled => AuthReason::Unfilled,
            Self::Malformed | Self::Twice | Self::Quoted => AuthReason::Malformed,
            Self::Refused | Self::MasterKey => AuthReason::NotTaken,
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Missing => "This server needs a credential.",
            Self::Malformed => "The Authorization header is malformed: it is not 'Bearer', a blank and one key.",
            Self::Twice => "The Authorization header is malformed: it says 'Bearer' twice.",
            Self::Quoted => "The Authorization header is malformed: the key stands in quotes.",
            Self::Unfilled => {
                "Your client did not fill in the variable: the Authorization header holds its name instead of a key."
            }
            Self::Refused => "The credential is unknown, expired or revoked.",
            Self::MasterKey => "This server takes tokens only; a master key is not accepted over HTTP.",
        }
    }

    fn hint(self, oauth: bool) -> &'static str {
        match (self, oauth) {
            (Self::Unfilled, _) => {
                "Set the variable where your client starts, or write the key itself into the client's configuration."
            }
            (Self::MasterKey, true) => {
                "Sign in with OAuth, or send a personal access token in the header 'Authorization: Bearer ...'."
            }
            (Self::MasterKey, false) => "Send a personal access token in the header 'Authorization: Bearer ...'.",
            (_, true) => {
                "Sign in with OAuth, or send a personal access token or the tenant's master key in the header \
                 'Authorization: Bearer ...'."
            }
            (_, false) => {
                "Send a personal access token or the tenant's master key in the header 'Authorization: Bearer ...'."
            }
        }
    }
}

/// 401 with a challenge (RFC 6750 section 3, RFC 9728 section 5.1).
pub(super) fn unauthorized(reason: Reason, challenge: &Challenge<'_>) -> Refusal {
    let fault = if reason == Reason::Missing {
        Fault::None
    } else {
        Fault::InvalidToken
    };
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "AUTH_ERROR", reason.told())
        .with_hint(reason.hint(challenge.points_somewhere()))
        .with_header(WWW_AUTHENTICATE, challenge.unauthorized(fault));
    // Clients that were given none ask without one, to be told how: nobody tried to sign in then.
    if reason == Reason::Missing {
        refusal
    } else {
        refusal.of_credential()
    }
}
