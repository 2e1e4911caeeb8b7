//! What keeps the pages' forms from being sent by pages of others, and from doing for one tenant what another looked at.

use od_db::TenantId;

use crate::engine::Engine;

pub use od_vault::{is_browser, new_browser};

/// Stands between the two parts of a token; no part has it.
const BETWEEN: char = '.';
/// What the second part is made of, behind what the form is for.
const SHOWN_TO: &str = "shown to";

/// Tokens of forms. A browser is known by a cookie that holds what [`new_browser`] made.
pub struct Forms<'a>(&'a Engine);

/// Where a form came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// From a page of ours in this browser, which was shown to the tenant that it acts for.
    AsShown,
    /// From a page of ours in this browser, which was shown to another tenant, or to nobody: somebody else has signed in since.
    ShownToAnother,
    /// From anywhere else.
    NotOurs,
}

impl Engine {
    /// Tokens of forms.
    pub fn forms(&self) -> Forms<'_> {
        Forms(self)
    }
}

impl Forms<'_> {
    /// The token of a form in a browser. `form` lists what the form is for; with another list it is another token. `tenant` is
    /// whoever is signed in, where the form acts for them.
    pub fn token(&self, browser: &str, form: &[&str], tenant: Option<&TenantId>) -> String {
        let forms = &self.0.inner.forms;
        let token = forms.token(browser, form);
        match tenant {
            None => token,
            Some(tenant) => format!("{token}{BETWEEN}{}", forms.token(browser, &shown_to(form, tenant))),
        }
    }

    /// Where a form came from. `tenant` is whoever is signed in now, where the form acts for them; without one it acts for nobody,
    /// and to whom it was shown is the same. A form that was shown before the root key changed is sent after that.
    pub fn judge(&self, browser: &str, form: &[&str], tenant: Option<&TenantId>, token: &str) -> Came {
        let forms = &self.0.inner.forms;
        let (token, shown) = token.split_once(BETWEEN).unwrap_or((token, ""));
        if !forms.is_ours(browser, form, token) {
            return Came::NotOurs;
        }
        match tenant {
            Some(tenant) if !forms.is_ours(browser, &shown_to(form, tenant), shown) => Came::ShownToAnother,
            _ => Came::AsShown,
        }
    }
}

fn shown_to<'a>(form: &[&'a str], tenant: &'a TenantId) -> Vec<&'a str> {
    let mut form = form.to_vec();
    form.extend([SHOWN_TO, tenant.as_str()]);
    form
}
