//! The two cookies of the pages: whose browser it is, and who is signed in in it.

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::{SameSite, WebOptions};

#[cfg(test)]
mod tests;

/// The names of the cookies, and how they are written.
pub struct Cookies {
    session: String,
    browser: String,
    secure: bool,
    same_site: &'static str,
}

impl Cookies {
    /// Behind TLS both have the prefix that no other host, and nothing without TLS, can write a cookie under. Without TLS,
    /// hence on this machine, a browser would not take that.
    pub fn new(options: &WebOptions) -> Self {
        let secure = options.is_https() && options.secure_cookies;
        let prefix = if secure { "__Host-" } else { "" };
        let name = options.session_cookie.trim_start_matches("__Host-");
        Self {
            session: format!("{prefix}{name}"),
            browser: format!("{prefix}{name}_form"),
            secure,
            same_site: match options.same_site {
                SameSite::Strict => "Strict",
                // Browsers take that over TLS only.
                SameSite::None if secure => "None",
                SameSite::Lax | SameSite::None => "Lax",
            },
        }
    }

    /// The session that a browser brings.
    pub fn session(&self, headers: &HeaderMap) -> Option<SecretString> {
        find(headers, &self.session).map(SecretString::from)
    }

    /// What the browser is known by.
    pub fn browser<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        find(headers, &self.browser)
    }

    /// Lets the browser keep a session for so many seconds. Unless configured otherwise it brings it to no page that another
    /// site's page leads to: what those start must be no act of who is signed in here. A page that such a link asked for is asked
    /// for once more by a page of ours (`guest::enter`); a form never is.
    pub fn keep_session(&self, token: &SecretString, seconds: u64) -> Option<HeaderValue> {
        self.write(
            &self.session,
            token.expose_secret(),
            self.same_site,
            &format!("; Max-Age={seconds}"),
        )
    }

    /// Lets the browser forget its session.
    pub fn forget_session(&self) -> Option<HeaderValue> {
        self.write(&self.session, "", self.same_site, "; Max-Age=0")
    }

    /// Lets the browser keep what it is known by until it is closed. It brings it when another site's page leads here: the
    /// forms in its other windows must stay good. It opens nothing.
    pub fn keep_browser(&self, browser: &str) -> Option<HeaderValue> {
        self.write(&self.browser, browser, "Lax", "")
    }

    fn write(&self, name: &str, value: &str, same_site: &str, more: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}{more}");
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// A cookie's value. Of two with one name, of which one is somebody else's doing, neither counts.
fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut values = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => value,
        _ => None,
    }
}
