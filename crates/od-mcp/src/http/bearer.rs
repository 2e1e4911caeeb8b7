//! The credential of a request, and the challenge for one that has none.

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use secrecy::SecretString;

use super::refusal::Refusal;

/// Longer ones are no credentials of ours.
const MOST_BYTES: usize = 4096;

/// What the Authorization header holds.
#[derive(Debug)]
pub(super) enum Credential {
    /// No such header.
    None,
    /// A bearer credential.
    Bearer(SecretString),
    /// Something else: another scheme, several headers, no text.
    Unusable,
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
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty() && token.len() <= MOST_BYTES && !token.contains(' '));
    match token {
        Some(token) if values.next().is_none() => Credential::Bearer(token.to_owned().into()),
        _ => Credential::Unusable,
    }
}

/// 401 with a plain challenge (RFC 6750 section 3).
///
/// It points to no metadata (RFC 9728 section 5.1) until there is an authorization server: MCP requires the metadata to name
/// one, and clients take the pointer for an invitation to OAuth, which then fails at something their user never asked for.
/// Without it some say at once what is wrong; the body says what to send.
pub(super) fn unauthorized(credential_sent: bool) -> Refusal {
    let (challenge, message) = if credential_sent {
        (
            "Bearer realm=\"orderdesk-mcp\", error=\"invalid_token\"",
            "The credential is unknown, expired or revoked.",
        )
    } else {
        ("Bearer realm=\"orderdesk-mcp\"", "This server needs a credential.")
    };
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "AUTH_ERROR", message)
        .with_hint("Send the tenant's master key in the header 'Authorization: Bearer ...'.")
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    // Clients that were given none ask without one, to be told how: nobody tried to sign in then.
    if credential_sent {
        refusal.of_credential()
    } else {
        refusal
    }
}
