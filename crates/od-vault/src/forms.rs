//! What keeps forms from being sent by other pages: a token in the form that belongs to a cookie of the browser.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    RootKey,
    secret::{Key32, same},
};

#[cfg(test)]
mod tests;

/// 32 bytes in URL-safe base64 without padding.
const BROWSER_CHARS: usize = 43;

impl RootKey {
    /// The token of a form: whoever lacks the browser's cookie cannot have it, and it fits no other form. `form` lists what
    /// the form is for.
    pub fn form_token(&self, browser: &str, form: &[&str]) -> String {
        let parts: Vec<&[u8]> = std::iter::once(browser)
            .chain(form.iter().copied())
            .map(str::as_bytes)
            .collect();
        self.fingerprint("form", &parts)
    }

    /// Whether a form came back with its token from the browser that it was shown in; compared in constant time.
    pub fn form_is_ours(&self, browser: &str, form: &[&str], token: &str) -> bool {
        is_browser(browser) && same(self.form_token(browser, form).as_bytes(), token.as_bytes())
    }
}

/// What a browser that has no cookie yet is known by: 256 random bits, 43 URL-safe characters.
pub fn new_browser() -> String {
    URL_SAFE_NO_PAD.encode(Key32::random().as_bytes())
}

/// Whether a cookie holds what [`new_browser`] makes.
pub fn is_browser(cookie: &str) -> bool {
    cookie.len() == BROWSER_CHARS && URL_SAFE_NO_PAD.decode(cookie).is_ok()
}
