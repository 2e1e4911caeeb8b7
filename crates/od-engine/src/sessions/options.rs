//! How sessions are kept.

use std::sync::Arc;
use std::time::Duration;

use od_vault::{CookieSigner, FormTokens};
use secrecy::SecretString;

use crate::roots::Roots;

/// How sessions are kept.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// How long a session lives after its last use.
    pub lifetime: Duration,
    /// What signs cookies, at least 32 bytes; derived from the root key when there is none.
    pub cookie_key: Option<SecretString>,
    /// What is behind the tokens of forms; derived from the root key when there is none.
    pub form_key: Option<SecretString>,
}

impl Default for SessionOptions {
    /// A quarter of an hour: long enough to connect a client or two; whoever leaves the machine leaves little behind.
    fn default() -> Self {
        Self {
            lifetime: Duration::from_mins(15),
            cookie_key: None,
            form_key: None,
        }
    }
}

/// The purpose a root key signs cookies under.
const PURPOSE: &str = "session cookies";

/// What signs cookies.
pub(crate) fn cookie_signer(options: &SessionOptions, roots: &Roots) -> CookieSigner {
    if let Some(key) = &options.cookie_key {
        return CookieSigner::of_key(key);
    }
    let before = roots.previous.as_ref().map(|root| root.subkey(PURPOSE));
    CookieSigner::new(
        roots.current.subkey(PURPOSE).as_bytes(),
        before.iter().map(|key| key.as_bytes().as_slice()),
    )
}

/// What makes the tokens of forms.
pub(crate) fn form_tokens(options: &SessionOptions, roots: &Roots) -> FormTokens {
    match &options.form_key {
        Some(key) => FormTokens::of_key(key),
        None => FormTokens::of_roots(roots.all().map(Arc::as_ref)),
    }
}
