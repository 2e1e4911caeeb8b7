//! Credentials do not belong into URLs: those end up in access logs, histories and referrers.

use axum::extract::Query;
use axum::http::{StatusCode, Uri};

use super::refusal::Refusal;

/// Names under which people have been seen putting credentials into URLs, without case, `-` and `_`.
const CREDENTIAL_NAMES: [&str; 14] = [
    "token",
    "accesstoken",
    "refreshtoken",
    "bearer",
    "bearertoken",
    "authorization",
    "auth",
    "apikey",
    "key",
    "masterkey",
    "mcpmasterkey",
    "secret",
    "clientsecret",
    "password",
];

/// Refuses a URL that carries a credential, also beside a valid header. The value is not looked at.
pub(super) fn refuse_credentials(uri: &Uri) -> Result<(), Refusal> {
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            "The query string cannot be read.",
        ));
    };
    let carries_one = pairs.iter().any(|(name, _)| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        CREDENTIAL_NAMES.contains(&plain.to_ascii_lowercase().as_str())
    });
    if carries_one {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "AUTH_ERROR",
            "Credentials in the URL are refused: URLs end up in logs. Consider the one you sent as disclosed.",
        )
        .of_credential()
        .with_hint(
            "Send the credential in the header 'Authorization: Bearer ...' and replace it if this URL was logged.",
        ));
    }
    Ok(())
}
