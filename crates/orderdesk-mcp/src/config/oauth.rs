//! Settings of sign-in for remote clients.

use std::time::Duration;

section! {
    /// OAuth 2.1, so that a remote client can be connected by its URL alone.
    OAuth, "OAuth";

    /// Whether clients can sign in with OAuth.
    ENABLE_OAUTH => enabled: bool = "true", example "false";

    /// How long an access token lives.
    OAUTH_ACCESS_TOKEN_TTL => access_token_ttl: Duration = "3600", within "60" to "86400", example "900";

    /// How long a refresh token lives.
    OAUTH_REFRESH_TOKEN_TTL => refresh_token_ttl: Duration = "2592000", within "3600" to "31536000", example "604800";
}
