//! What keeps the pages' forms from being sent by pages of others.

use crate::engine::Engine;

pub use od_vault::{is_browser, new_browser};

/// Tokens of forms. A browser is known by a cookie that holds what [`new_browser`] made.
pub struct Forms<'a>(&'a Engine);

impl Engine {
    /// Tokens of forms.
    pub fn forms(&self) -> Forms<'_> {
        Forms(self)
    }
}

impl Forms<'_> {
    /// The token of a form in a browser. `form` lists what the form is for; with another list it is another token.
    pub fn token(&self, browser: &str, form: &[&str]) -> String {
        self.0.inner.forms.token(browser, form)
    }

    /// Whether a form came back with its token from the browser that it was shown in. One that was shown before the root key
    /// changed is sent after that.
    pub fn is_ours(&self, browser: &str, form: &[&str], token: &str) -> bool {
        self.0.inner.forms.is_ours(browser, form, token)
    }
}
