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
        self.0.inner.root.form_token(browser, form)
    }

    /// Whether a form came back with its token from the browser that it was shown in.
    pub fn is_ours(&self, browser: &str, form: &[&str], token: &str) -> bool {
        // A form may have been shown under the root key before.
        let mut roots = self.0.inner.roots.all();
        roots.any(|root| root.form_is_ours(browser, form, token))
    }
}
