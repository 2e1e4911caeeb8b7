//! What keeps forms from being sent by other pages: a token in the form that belongs to a cookie of the browser.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use secrecy::{ExposeSecret, SecretString};

use crate::{
    RootKey,
    lookup::Fingerprints,
    secret::{Key32, same, unprintable},
};

#[cfg(test)]
mod tests;

/// The purpose that tokens of forms are made under.
const PURPOSE: &str = "form";

/// 32 bytes in URL-safe base64 without padding.
const BROWSER_CHARS: usize = 43;

/// Makes the tokens of forms with one key, and takes those that others of its keys made.
pub struct FormTokens(Vec<Fingerprints>);

impl FormTokens {
    /// Of the root keys at hand, the one in use first.
    pub fn of_roots<'a>(roots: impl IntoIterator<Item = &'a RootKey>) -> Self {
        Self(roots.into_iter().map(|root| root.fingerprints(PURPOSE)).collect())
    }

    /// Of a key of its own.
    pub fn of_key(key: &SecretString) -> Self {
        Self(vec![Fingerprints::of_key(key.expose_secret().as_bytes(), PURPOSE)])
    }

    /// The token of a form: whoever lacks the browser's cookie cannot have it, and it fits no other form. `form` lists what
    /// the form is for.
    pub fn token(&self, browser: &str, form: &[&str]) -> String {
        self.0
            .first()
            .map(|key| key.of(&parts(browser, form)))
            .unwrap_or_default()
    }

    /// Whether a form came back with its token from the browser that it was shown in; compared in constant time.
    pub fn is_ours(&self, browser: &str, form: &[&str], token: &str) -> bool {
        let parts = parts(browser, form);
        let mut made = self.0.iter().map(|key| key.of(&parts));
        is_browser(browser) && made.any(|made| same(made.as_bytes(), token.as_bytes()))
    }
}

fn parts<'a>(browser: &'a str, form: &[&'a str]) -> Vec<&'a [u8]> {
    std::iter::once(browser)
        .chain(form.iter().copied())
        .map(str::as_bytes)
        .collect()
}

unprintable!(FormTokens);

/// What a browser that has no cookie yet is known by: 256 random bits, 43 URL-safe characters.
pub fn new_browser() -> String {
    URL_SAFE_NO_PAD.encode(Key32::random().as_bytes())
}

/// Whether a cookie holds what [`new_browser`] makes.
pub fn is_browser(cookie: &str) -> bool {
    cookie.len() == BROWSER_CHARS && URL_SAFE_NO_PAD.decode(cookie).is_ok()
}
