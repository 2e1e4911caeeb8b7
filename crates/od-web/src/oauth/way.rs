//! The way back to a client.

use od_engine::oauth::Redirect;
use secrecy::{ExposeSecret, SecretString};

/// Where a client waits for its answer, and what every answer repeats.
pub struct Way {
    pub redirect: Redirect,
    pub state: Option<String>,
    /// Who gives the answer: RFC 9207.
    pub issuer: String,
}

impl Way {
    /// The address that takes an answer to the client.
    pub fn back(&self, answer: &[(&str, &str)]) -> String {
        let state = self.state.as_deref().map(|state| ("state", state));
        let said = answer
            .iter()
            .copied()
            .chain(state)
            .chain([("iss", self.issuer.as_str())]);
        self.redirect.with(&said.collect::<Vec<_>>())
    }

    /// The address that takes a code to the client.
    pub fn with_code(&self, code: &SecretString) -> String {
        self.back(&[("code", code.expose_secret())])
    }
}
