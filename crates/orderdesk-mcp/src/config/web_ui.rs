//! Settings of the web pages.

use std::time::Duration;

use secrecy::SecretString;

use super::value::SameSite;

section! {
    /// Pages for people: stores, console, traces, keys.
    WebUi, "Web UI";

    /// Whether the pages are served.
    ENABLE_WEBUI => enabled: bool = "false", example "true";

    /// The key that signs session cookies; derived from the root key without it. Whoever changes it signs everybody out.
    JWT_SECRET_KEY => jwt_secret: Option<SecretString>, within "32" to "1024", example "(at least 32 random characters)";

    /// The key behind the tokens that guard forms; derived from the root key without it.
    CSRF_SECRET_KEY => csrf_secret: Option<SecretString>, within "32" to "1024", example "(at least 32 random characters)";

    /// How long a session lives after its last use. Without the pages it is 15 minutes: enough to connect a client.
    SESSION_TIMEOUT => session_timeout: Duration = "86400", within "60" to "31536000", restricts true, example "3600";

    /// Whether the session cookie is sent over TLS only, where browsers reach the server over TLS.
    SESSION_COOKIE_SECURE => cookie_secure: bool = "true", example "false";

    /// The `SameSite` attribute of the session cookie.
    SESSION_COOKIE_SAMESITE => cookie_same_site: SameSite = "Strict", example "Lax";

    /// How long a link sent by mail is good for.
    MAGIC_LINK_EXPIRY => magic_link_expiry: Duration = "900", within "60" to "86400", example "600";

    /// Whether strangers can make a tenant for themselves at `/signup`.
    ENABLE_PUBLIC_SIGNUP => public_signup: bool = "false", example "true";

    /// Whether a stranger who signs up gets a link by mail first, and a tenant by using it.
    REQUIRE_EMAIL_VERIFICATION => require_email_verification: bool = "false", restricts true, example "true";

    /// Whether the audit log can be browsed in the pages.
    ENABLE_TRACE_VIEWER => trace_viewer: bool = "true", restricts true, example "false";
}
