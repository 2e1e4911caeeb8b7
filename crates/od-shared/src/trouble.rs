//! Why Redis cannot be used, for whoever runs it.

use redis::{Client, ErrorKind, RedisError};

/// The most that is told of a server's words, in characters.
const MOST: usize = 200;
/// After this a server repeats what was sent to it, a password among it.
const REPEATED: &str = ", with args beginning with";

/// What keeps Redis from being used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Its code and words, such as "NOAUTH Authentication required.", or how the connection failed. Never a password.
    pub words: String,
    /// Whether something answered.
    pub is_answered: bool,
}

impl Trouble {
    pub(crate) fn of(error: &RedisError, client: &Client) -> Self {
        let password = client.get_connection_info().redis_settings().password();
        Self {
            words: words(error, password.unwrap_or_default()),
            is_answered: error.kind() != ErrorKind::Io,
        }
    }
}

pub(crate) fn words(error: &RedisError, password: &str) -> String {
    let category = error.category();
    let (name, told) = match (error.kind(), error.code()) {
        (ErrorKind::Io, _) => (category, error.to_string()),
        (_, Some(code)) => (code, error.detail().unwrap_or_default().to_owned()),
        _ => return category.to_owned(),
    };
    let kept = told.split(REPEATED).next().unwrap_or_default();
    let is_safe = password.is_empty() || !kept.contains(password);
    let kept: String = kept.chars().filter(|char| !char.is_control()).take(MOST).collect();
    match kept.trim() {
        "" => name.to_owned(),
        _ if !is_safe => name.to_owned(),
        kept if error.is_io_error() => format!("{name}: {kept}"),
        kept => format!("{name} {kept}"),
    }
}
