//! What opening a database takes.

use std::fmt;
use std::time::Duration;

/// Where the database is and how many connections to keep.
#[derive(Clone)]
pub struct DbOptions {
    /// `sqlite://relative/path.db`, `sqlite:///absolute/path.db`, `sqlite::memory:` or `postgres://user:password@host/name`.
    ///
    /// For PostgreSQL, parts the URL leaves out come from the usual `PG*` variables, as in any client of it.
    pub url: String,
    /// Most connections to hold; 0 takes the default (4 on SQLite, 10 on PostgreSQL). In-memory databases always use one.
    pub max_connections: u32,
    /// Whether a SQLite file that is missing, and tables where there are none, may be made.
    pub create: bool,
    /// How long a caller waits for a connection or for SQLite's write lock before [`crate::DbError::Busy`].
    pub max_wait: Duration,
}

impl Default for DbOptions {
    /// A fresh in-memory database, five seconds of patience.
    fn default() -> Self {
        Self {
            url: "sqlite::memory:".to_owned(),
            max_connections: 0,
            create: true,
            max_wait: Duration::from_secs(5),
        }
    }
}

/// Hides the URL, which may hold a password.
impl fmt::Debug for DbOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbOptions")
            .field("max_connections", &self.max_connections)
            .field("max_wait", &self.max_wait)
            .finish_non_exhaustive()
    }
}
