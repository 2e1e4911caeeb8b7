//! What a setting's text may be: one type for each kind of value.

use std::{net::IpAddr, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::setting::Setting;

mod choice;
mod header;
mod list;
mod sender;
mod url;

pub use self::{
    choice::{CacheBackend, ConfirmBy, EmailProvider, LogFormat, LogLevel, ReplyMode, SameSite, Switch, ToolNames},
    header::ClientIpHeader,
    list::{Hosts, Networks, Origins, Toolsets},
    sender::Sender,
    url::{DatabaseUrl, PublicUrl, RedisUrl, ServiceUrl, place},
};

/// A value that is written as text in the environment or in a file.
pub trait FromText: Sized {
    /// Whether the value must never be shown.
    const SECRET: bool = false;
    /// Whether any text may be meant.
    const FREE_TEXT: bool = false;

    /// Reads the value; the error says what is wrong with the text, to be put after it: `is not a whole number`.
    fn from_text(text: &str, setting: &Setting) -> Result<Self, String>;

    /// What may be written, in words.
    fn allowed(setting: &Setting) -> String;

    /// The value as it may be shown; `None` when there is none.
    fn show(&self) -> Option<String>;

    /// The value that stands for "not given", for a type that has one.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: FromText> FromText for Option<T> {
    const SECRET: bool = T::SECRET;
    const FREE_TEXT: bool = T::FREE_TEXT;

    fn from_text(text: &str, setting: &Setting) -> Result<Self, String> {
        T::from_text(text, setting).map(Some)
    }

    fn allowed(setting: &Setting) -> String {
        T::allowed(setting)
    }

    fn show(&self) -> Option<String> {
        self.as_ref().and_then(T::show)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl FromText for bool {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err("is neither true nor false, nor yes, no, on, off, 1 or 0".to_owned()),
        }
    }

    fn allowed(_: &Setting) -> String {
        "true or false".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Numbers differ only in their type: the bounds of the row are read in the same notation.
macro_rules! number {
    ($type:ty, $what:literal) => {
        impl FromText for $type {
            fn from_text(text: &str, setting: &Setting) -> Result<Self, String> {
                let value: $type = text
                    .parse()
                    .map_err(|_| concat!("is not ", $what, " in range").to_owned())?;
                let inside = setting.within.is_none_or(|(low, high)| {
                    low.parse().is_ok_and(|low: $type| low <= value)
                        && high.parse().is_ok_and(|high: $type| value <= high)
                });
                if inside {
                    Ok(value)
                } else {
                    Err("is out of range".to_owned())
                }
            }

            fn allowed(setting: &Setting) -> String {
                setting.within.map_or_else(
                    || $what.to_owned(),
                    |(low, high)| format!(concat!($what, " from {} to {}"), low, high),
                )
            }

            fn show(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    };
}

number!(u16, "a whole number");
number!(u32, "a whole number");
number!(u64, "a whole number");
number!(usize, "a whole number");
number!(f64, "a number");

impl FromText for Duration {
    fn from_text(text: &str, setting: &Setting) -> Result<Self, String> {
        u64::from_text(text, setting).map(Duration::from_secs)
    }

    fn allowed(setting: &Setting) -> String {
        format!("{}, in seconds", u64::allowed(setting))
    }

    fn show(&self) -> Option<String> {
        Some(self.as_secs().to_string())
    }
}

impl FromText for IpAddr {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("localhost") {
            return Ok(IpAddr::from([127, 0, 0, 1]));
        }
        text.parse().map_err(|_| "is not an IP address".to_owned())
    }

    fn allowed(_: &Setting) -> String {
        "an IPv4 or IPv6 address, or localhost".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Text of a bounded length without control characters.
fn bounded_text(text: &str, setting: &Setting) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err("contains control characters".to_owned());
    }
    let (low, high) = setting.within.unwrap_or(("1", "1024"));
    if low.parse().is_ok_and(|low: usize| text.len() < low) {
        return Err(format!("is {} bytes long", text.len()));
    }
    if high.parse().is_ok_and(|high: usize| text.len() > high) {
        return Err(format!("is {} bytes long", text.len()));
    }
    Ok(())
}

fn allowed_text(setting: &Setting) -> String {
    let (low, high) = setting.within.unwrap_or(("1", "1024"));
    format!("text of {low} to {high} bytes")
}

impl FromText for String {
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, setting: &Setting) -> Result<Self, String> {
        bounded_text(text, setting).map(|()| text.to_owned())
    }

    fn allowed(setting: &Setting) -> String {
        allowed_text(setting)
    }

    fn show(&self) -> Option<String> {
        Some(self.clone())
    }
}

impl FromText for SecretString {
    const SECRET: bool = true;
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, setting: &Setting) -> Result<Self, String> {
        bounded_text(text, setting).map(|()| SecretString::from(text))
    }

    fn allowed(setting: &Setting) -> String {
        allowed_text(setting)
    }

    fn show(&self) -> Option<String> {
        (!self.expose_secret().is_empty()).then(|| MASK.to_owned())
    }
}

/// Shown in place of a secret.
const MASK: &str = "********";

/// The name of a cookie: a token of RFC 6265, section 4.1.1.
#[derive(Debug, Clone)]
pub struct CookieName(String);

impl CookieName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for CookieName {
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if text.chars().all(token) && (1..=64).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        Err("is not a cookie name".to_owned())
    }

    fn allowed(_: &Setting) -> String {
        "up to 64 letters, digits, hyphens and underscores".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

#[cfg(test)]
mod tests;
