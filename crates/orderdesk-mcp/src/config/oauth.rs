//! Settings of sign-in for remote clients.

use std::time::Duration;

use super::value::{CookieName, Switch};

section! {
    /// OAuth 2.1, so that a remote client is connected by its URL alone. Clients ask for everything that a key may do but
    /// deleting orders and changing stores; the person who signs in ticks what they get.
    OAuth, "OAuth";

    /// Whether clients can sign in with OAuth. Without it there is no discovery document, no registration and no sign-in page,
    /// and the challenge of the endpoint points to none.
    ENABLE_OAUTH => enabled: bool = "true", restricts true, example "false";

    /// How long an access token lives. Some clients renew one that has five minutes left before every request.
    OAUTH_ACCESS_TOKEN_TTL => access_token_ttl: Duration = "3600", within "600" to "86400", example "900";

    /// How long a refresh token lives.
    OAUTH_REFRESH_TOKEN_TTL => refresh_token_ttl: Duration = "2592000", within "3600" to "31536000", example "604800";

    /// Whether a client may be called by the URL of a document about it, which this server then fetches from the internet.
    /// `auto` is on when PUBLIC_URL is https. Switch it off where this server reaches no other: clients that read in the
    /// metadata that it is on do not try anything else.
    OAUTH_CLIENT_METADATA => client_metadata: Switch = "auto", restricts true, example "off";

    /// The name of the cookie that a browser keeps while a person is signed in, for a quarter of an hour. Behind TLS it begins
    /// with `__Host-`.
    SESSION_COOKIE_NAME => session_cookie: CookieName = "orderdesk_session", example "od_session";
}
