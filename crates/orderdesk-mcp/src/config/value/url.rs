//! Settings that hold an address.

use std::net::IpAddr;
use std::path::Path;

use ::url::Url;
use od_engine::is_loopback;
use secrecy::{ExposeSecret, SecretString};

use super::FromText;
use crate::config::setting::Setting;

fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "is not a URL".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("does not start with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("carries a user name or password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("carries a query or a fragment".to_owned());
    }
    Ok(url)
}

/// Host and port of an address, the port also where it is the scheme's own.
pub fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
}

/// The address people and clients reach this server at, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address, taken apart.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The address of a path below it: `join("/mcp")`.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// Whether what is sent to it can be read on the way.
    pub fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Whether it leads to the machine of whoever uses it.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The name or address before its port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Host and port, the port also where it is the scheme's own.
    pub fn place(&self) -> String {
        place(&self.0)
    }
}

impl FromText for PublicUrl {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        web_url(text).map(Self)
    }

    fn allowed(_: &Setting) -> String {
        "an http or https URL without query, fragment or credentials".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.join(""))
    }
}

/// The address of a service this server calls, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl(String);

impl ServiceUrl {
    /// Wraps a URL that is known to be well formed, without a trailing slash: the demo's simulator.
    pub fn trusted(url: String) -> Self {
        Self(url)
    }

    /// The address, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is on this machine, as a simulator is.
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| is_loopback(&url))
    }

    /// Whether what is sent to it can be read on the way.
    pub fn is_plain_http_elsewhere(&self) -> bool {
        self.0.starts_with("http:") && !self.is_loopback()
    }
}

impl FromText for ServiceUrl {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        web_url(text).map(|url| Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    fn allowed(_: &Setting) -> String {
        "an http or https URL without query, fragment or credentials".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// Where the rows live. It may carry a password, so it is a secret and is shown without it.
#[derive(Debug, Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// A SQLite file.
    pub fn file(path: &Path) -> Self {
        Self(SecretString::from(format!("sqlite://{}", path.display())))
    }

    /// A database that is gone when the program ends.
    pub fn memory() -> Self {
        Self(SecretString::from("sqlite::memory:"))
    }

    /// The same database wherever the program is started: a relative file counts from the folder that is current now.
    pub fn absolute(&self) -> std::io::Result<Self> {
        match self.expose().strip_prefix("sqlite://") {
            Some(":memory:") | None => Ok(self.clone()),
            Some(file) => Ok(Self::file(&std::path::absolute(file)?)),
        }
    }

    /// Whether it is on another machine, and the driver may talk to it without TLS (which it does when the server offers
    /// none, unless it is told otherwise). Nothing is said of `sslmode=disable`, which somebody wrote.
    pub fn may_be_in_the_clear_elsewhere(&self) -> bool {
        let Ok(url) = Url::parse(self.expose()) else {
            return false;
        };
        let host = database_host(&url);
        let mode = parameter(&url, &["sslmode", "ssl-mode"]);
        matches!(url.scheme(), "postgres" | "postgresql")
            && !host.is_some_and(|host| is_this_machine(&host))
            && matches!(
                mode.as_deref().map(str::to_ascii_lowercase).as_deref(),
                None | Some("allow" | "prefer")
            )
    }

    /// Whether it is gone when the program ends.
    pub fn is_memory(&self) -> bool {
        matches!(self.expose(), "sqlite::memory:" | "sqlite://:memory:")
    }

    /// Whether it is a PostgreSQL server's.
    pub fn is_postgres(&self) -> bool {
        self.expose().starts_with("postgres")
    }

    /// The database's file; nothing for a server and for memory.
    pub fn sqlite_file(&self) -> Option<&Path> {
        if self.is_memory() {
            return None;
        }
        self.expose().strip_prefix("sqlite://").map(Path::new)
    }

    /// The server that is asked, for people; nothing for a file.
    pub fn server(&self) -> Option<String> {
        let url = Url::parse(self.expose()).ok().filter(|_| self.is_postgres())?;
        let host = database_host(&url)?;
        let port = parameter(&url, &["port"]).or_else(|| url.port().map(|port| port.to_string()));
        Some(format!("host {host}, port {}", port.as_deref().unwrap_or("5432")))
    }

    /// The URL for other programs of its database, which get the password another way.
    pub fn without_password(&self) -> String {
        let Ok(mut url) = Url::parse(self.expose()) else {
            return String::new();
        };
        // Only a URL that cannot have one refuses to lose it.
        let _ = url.set_password(None);
        // Which server it is and how it is reached; anything else may be a secret, or this driver's own.
        let kept: Vec<_> = url
            .query_pairs()
            .filter(|(name, _)| ["host", "hostaddr", "port", "sslmode", "sslrootcert"].contains(&name.as_ref()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        // A form's blank is no blank to libpq.
        String::from(url).replace('+', "%20")
    }

    /// The URL as the database driver wants it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The host that the driver connects to: one among the parameters replaces the one before the path.
fn database_host(url: &Url) -> Option<String> {
    parameter(url, &["host", "hostaddr"]).or_else(|| url.host_str().map(str::to_owned))
}

/// What is wrong with what it says of TLS: the driver refuses a mode it does not know without naming it, and passes over a name it
/// does not know.
fn wrong_tls(url: &Url) -> Option<&'static str> {
    const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    const FILES: [&str; 7] = [
        "sslrootcert",
        "ssl-root-cert",
        "ssl-ca",
        "sslcert",
        "ssl-cert",
        "sslkey",
        "ssl-key",
    ];
    url.query_pairs().find_map(|(name, value)| match name.as_ref() {
        "sslmode" | "ssl-mode" => (!MODES.contains(&value.to_ascii_lowercase().as_str()))
            .then_some("has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full"),
        name => (name.to_ascii_lowercase().starts_with("ssl") && !FILES.contains(&name)).then_some(
            "has a parameter that begins with ssl and that this program does not know: sslmode, sslrootcert, sslcert and sslkey \
             are known",
        ),
    })
}

/// The first parameter of one of these names.
fn parameter(url: &Url, wanted: &[&str]) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs.find_map(|(name, value)| wanted.contains(&name.as_ref()).then(|| value.into_owned()))
}

impl FromText for DatabaseUrl {
    const SECRET: bool = true;
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        let well_formed = match text.split_once(':') {
            Some(("sqlite", rest)) if rest.contains('?') => {
                return Err("has parameters, which a SQLite URL here does not take".to_owned());
            }
            Some(("sqlite", rest)) => rest == ":memory:" || rest.strip_prefix("//").is_some_and(|p| !p.is_empty()),
            Some(("postgres" | "postgresql", _)) => {
                if names_no_host(text) {
                    return Err(NO_HOST.to_owned());
                }
                let url = Url::parse(text).ok().filter(Url::has_host);
                if url.as_ref().map_or_else(|| text.contains('@'), is_cut_short) {
                    return Err(SIGNS.to_owned());
                }
                if let Some(fault) = url.as_ref().and_then(wrong_tls) {
                    return Err(fault.to_owned());
                }
                url.is_some()
            }
            _ => return Err("is neither a SQLite nor a PostgreSQL URL".to_owned()),
        };
        if well_formed {
            Ok(Self(SecretString::from(text)))
        } else {
            Err("is not a complete URL".to_owned())
        }
    }

    fn allowed(_: &Setting) -> String {
        "sqlite://relative/path, sqlite:///absolute/path, postgres://user:password@host/database or, by a socket, \
         postgres://user@localhost/database?host=/folder"
            .to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(without_password(self.expose()))
    }
}

/// A Redis server. It may carry a password, so it is a secret and is shown without it.
#[derive(Debug, Clone)]
pub struct RedisUrl(SecretString);

impl FromText for RedisUrl {
    const SECRET: bool = true;
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "redis" | "rediss") && url.has_host() => {
                Ok(Self(SecretString::from(text)))
            }
            _ => Err("is not a Redis URL".to_owned()),
        }
    }

    fn allowed(_: &Setting) -> String {
        "redis://host:port/database or, with TLS, rediss://host:port/database".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(without_password(self.0.expose_secret()))
    }
}

impl RedisUrl {
    /// The address, with its password.
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

/// The URL with its password and its query replaced: drivers take passwords in either place.
fn without_password(url: &str) -> String {
    let (base, has_query) = match url.split_once('?') {
        Some((base, _)) => (base, true),
        None => (url, false),
    };
    let shown = match base
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)))
    {
        Some((scheme, (user, rest))) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}:********@{rest}")
        }
        None => base.to_owned(),
    };
    if has_query { format!("{shown}?********") } else { shown }
}

/// What is said of a URL that ends before its host.
const SIGNS: &str = "is cut short by a sign in its user or password. In a URL such signs are written by their codes: / as %2F, \
     # as %23, ? as %3F, @ as %40, : as %3A, % as %25";

/// What is said of a URL as libpq takes it, in which the socket's folder is the only host.
const NO_HOST: &str = "names no host before its path. To reach PostgreSQL by its socket, write localhost there and name the socket's \
     folder behind it: postgres://user@localhost/database?host=/var/run/postgresql";

/// Whether nothing stands where the host belongs, and no sign in the user or password can be to blame.
fn names_no_host(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else {
        return false;
    };
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.is_empty() && !behind.is_empty() && !behind.contains('@')
}

/// Whether a sign that was meant for the user or password has ended them: then what was to be the host stands behind an @
/// where no @ belongs.
fn is_cut_short(url: &Url) -> bool {
    let in_query = url.query().is_some_and(|query| {
        let mut pairs = query.split('&');
        pairs.any(|pair| pair.split_once('=').map_or(pair, |(name, _)| name).contains('@'))
    });
    url.path().contains('@') || url.fragment().is_some() || in_query
}

/// Whether a database host is this machine: a loopback name or address, or the folder of a socket, percent-encoded or not.
fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback
        || bare.eq_ignore_ascii_case("localhost")
        || bare.starts_with('/')
        || bare.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2f"))
}
