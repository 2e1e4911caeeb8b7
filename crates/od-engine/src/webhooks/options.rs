//! How posts are taken.

use od_client::is_loopback;
use od_vault::WebhookToken;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// How posts are taken.
#[derive(Clone, Debug)]
pub struct WebhookOptions {
    /// Whether they are.
    pub enabled: bool,
    /// Part of what addresses are found by: with another one, all addresses of before are none any more.
    pub secret: Option<SecretString>,
    /// What stands before the path of an address, without a slash at its end: how Order Desk reaches this server.
    pub base: String,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            secret: None,
            base: "http://127.0.0.1:8080".to_owned(),
        }
    }
}

/// What stands before the token in the path of an address.
pub(crate) const PATH: &str = "/webhooks/orderdesk/";

impl WebhookOptions {
    /// Whether addresses of this server are good on its own machine alone.
    pub(super) fn is_here_alone(&self) -> bool {
        Url::parse(&self.base).is_ok_and(|url| is_loopback(&url))
    }

    pub(super) fn address(&self, token: &WebhookToken) -> String {
        format!("{}{PATH}{}", self.base, token.expose().expose_secret())
    }
}
