//! Where a browser may be sent back to: what a program may name, and what it meant by the one it asks for.
//!
//! RFC 6749 section 3.1.2, RFC 8252 sections 7 and 8.3. Texts are compared as they are, because the address that is sent to is
//! the text. The port alone is ignored, and on loopback alone: programs take any free one when they start.

use od_client::is_loopback;
use url::{Host, Url};

mod programs;
#[cfg(test)]
mod tests;

/// Longer ones are nobody's.
const MOST_BYTES: usize = 2000;

/// The hosts of plain http that lead to the machine of whoever clicks, as programs write them. They are three: a name is not
/// an address, and who registered one of them does not listen on another.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Why a text cannot be sent back to. Completes a sentence that begins with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirect {
    /// No absolute URI.
    #[error("is not an absolute URI of printable ASCII characters, at most 2,000 of them")]
    NotAUri,
    /// Something behind `#`.
    #[error("has a fragment (#), which is not allowed")]
    Fragment,
    /// A user name or password.
    #[error("has a user name or password in it, which is not allowed")]
    UserInfo,
    /// Plain http to another machine.
    #[error("is plain http to another machine: use https, or http to localhost, 127.0.0.1 or [::1]")]
    PlainHttp,
    /// A host that is no plain name or address, or is spelled as another one.
    #[error("has a host that is not a plain name or address, written as browsers write it")]
    Host,
    /// A scheme that no program is known to be called by, or another part of one that is.
    #[error(
        "has a scheme that no program is known to wait at: use https, http to localhost, or a scheme that begins with a domain \
         of yours in reverse, like com.example.app:/callback"
    )]
    Scheme,
}

/// An address that a browser may be sent back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    text: String,
    url: Url,
}

impl Redirect {
    /// Reads an address that a program names.
    ///
    /// # Errors
    /// [`BadRedirect`] for one that nobody may be sent to.
    pub fn parse(text: &str) -> Result<Self, BadRedirect> {
        // Parsers drop blanks and line ends and take a backslash for a slash: what they read would not be what is sent.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if !is_plain || text.len() > MOST_BYTES {
            return Err(BadRedirect::NotAUri);
        }
        let url = Url::parse(text).map_err(|_| BadRedirect::NotAUri)?;
        if url.fragment().is_some() {
            return Err(BadRedirect::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(BadRedirect::UserInfo);
        }
        match url.scheme() {
            scheme @ ("http" | "https") => {
                // `https:host` and `https:///host` are addresses for parsers, and for nobody else.
                if authority(text).is_empty() || url.host_str().is_none_or(str::is_empty) {
                    return Err(BadRedirect::NotAUri);
                }
                if !is_plain_host(text, &url) {
                    return Err(BadRedirect::Host);
                }
                if scheme == "http" && !is_loopback(&url) {
                    return Err(BadRedirect::PlainHttp);
                }
            }
            scheme if programs::wait_at(scheme, authority(text)) => {}
            _ => return Err(BadRedirect::Scheme),
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// The address, to the letter.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What a person is told of where the browser goes: the host with its port, or the scheme of a program on the machine.
    pub fn place(&self) -> String {
        match (self.url.scheme(), self.url.host_str(), self.url.port()) {
            ("http" | "https", Some(host), Some(port)) => format!("{host}:{port}"),
            ("http" | "https", Some(host), None) => host.to_owned(),
            (scheme, ..) => format!("{scheme}:"),
        }
    }

    /// Whether it leads to a program on the machine of whoever clicks, which any program there can pretend to be: a loopback
    /// address, or a scheme of its own.
    pub fn is_local(&self) -> bool {
        self.url.scheme() != "https" || is_loopback(&self.url)
    }

    /// The address with further parameters in its query; blanks as `%20`, because some programs show a `+` as it is.
    pub fn with(&self, parameters: &[(&str, &str)]) -> String {
        let mut address = self.text.clone();
        for (name, value) in parameters {
            let separator = match address.split_once('?') {
                None => "?",
                Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
                Some(_) => "&",
            };
            address.push_str(separator);
            address.push_str(&encoded(name));
            address.push('=');
            address.push_str(&encoded(value));
        }
        address
    }

    /// Whether a program that named `registered` may ask for this one.
    pub fn is(&self, registered: &str) -> bool {
        self.text == registered
            || matches!(
                (without_port(&self.text), without_port(registered)),
                (Some(asked), Some(named)) if asked == named
            )
    }
}

/// Whether the host is a name of letters, digits, hyphens and underscores, or an address, and stands in the text as it was read
/// (but for upper case): what a parser decodes, folds or takes as it is (`;`, `,`, `*`, quotes) is no host of anybody, and would
/// be said in a page's policy.
fn is_plain_host(text: &str, url: &Url) -> bool {
    let is_plain = match url.host() {
        Some(Host::Domain(name)) => name.split('.').all(|label| {
            let mut bytes = label.bytes();
            !label.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        }),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    };
    let host = url.host_str().unwrap_or_default();
    let written = authority(text);
    let rest = written.get(host.len()..).unwrap_or("/");
    is_plain
        && written
            .get(..host.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(host))
        && (rest.is_empty() || rest.starts_with(':'))
}

/// What stands between the scheme's `://` and the path.
fn authority(text: &str) -> &str {
    let behind = text.split_once(':').map_or("", |(_, rest)| rest);
    let rest = behind.strip_prefix("//").unwrap_or_default();
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// Host, and everything behind the port, of plain http on loopback; `None` for anything else.
fn without_port(text: &str) -> Option<(&'static str, &str)> {
    let rest = text.strip_prefix("http://")?;
    LOOPBACK.iter().find_map(|host| {
        let rest = rest.strip_prefix(host)?;
        let rest = match rest.strip_prefix(':') {
            None => rest,
            Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((*host, rest))
    })
}

/// Percent-encoded but for what is unreserved (RFC 3986 section 2.3).
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
