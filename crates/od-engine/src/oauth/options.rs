//! How OAuth is configured.

use std::time::Duration;

use od_client::DocumentOptions;

/// How OAuth is configured.
#[derive(Clone, Debug)]
pub struct OAuthOptions {
    /// Whether programs can be connected with it at all.
    pub enabled: bool,
    /// Whether programs may be called by the URL of a document about them, which this server then fetches.
    pub client_metadata: bool,
    /// How long an access token lives.
    pub access_token_ttl: Duration,
    /// How long a refresh token lives.
    pub refresh_token_ttl: Duration,
    /// How documents about programs are fetched.
    pub documents: DocumentOptions,
    /// How often an address, and a tenant, may try to sign in on the pages in a minute.
    pub sign_ins_per_minute: u32,
}

impl Default for OAuthOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            client_metadata: false,
            access_token_ttl: Duration::from_hours(1),
            refresh_token_ttl: Duration::from_hours(30 * 24),
            documents: DocumentOptions::default(),
            sign_ins_per_minute: 5,
        }
    }
}
