//! What can go wrong, in words that may be shown to anybody.

use std::fmt;
use std::io;

use sqlx::error::{DatabaseError, ErrorKind};

/// Which uniqueness rule a new or changed row breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// The tenant has already registered this Order Desk store id.
    StoreId,
    /// The tenant has already a store of this name, compared without case.
    StoreName,
    /// The master key is already in use.
    MasterKey,
    /// Any other rule, such as an id or token digest used twice.
    Other,
}

impl fmt::Display for Unique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StoreId => "a store with this store id",
            Self::StoreName => "a store with this name",
            Self::MasterKey => "this master key",
            Self::Other => "such a row",
        })
    }
}

/// Why the database did not do what it was asked. `Display` never contains SQL, a path, a URL or a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// A uniqueness rule was broken; nothing was written.
    #[error("{0} exists already")]
    Duplicate(Unique),
    /// A row this one belongs to does not exist, or not any more; nothing was written.
    #[error("a row this one belongs to does not exist")]
    MissingParent,
    /// The row names another tenant than the call does; nothing was written. A programming mistake.
    #[error("the row belongs to another tenant")]
    WrongTenant,
    /// Text with a NUL character, which PostgreSQL cannot store and which is refused on SQLite as well.
    #[error("text must not contain a NUL character")]
    NulInText,
    /// No connection or no write lock came free in time, or PostgreSQL broke a deadlock. Trying again may help.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached or used, for the stated reason. It may come back by itself.
    #[error("the database is unavailable: {0}")]
    Unavailable(&'static str),
    /// The same, for a reason that somebody has to mend first: trying again does not help.
    #[error("the database is unavailable: {0}")]
    Unusable(&'static str),
    /// A copy of the database could not be written, for the stated reason. The database itself is as it was.
    #[error("the copy could not be written: {0}")]
    NoCopy(&'static str),
    /// The database was written by a newer release.
    #[error("the database has schema version {found}, but this release knows only up to {known}: use a newer release")]
    NewerSchema {
        /// The database's version.
        found: i64,
        /// The newest version this release knows.
        known: i64,
    },
    /// The tables are of an older release, and were to be left as they are.
    #[error(
        "the database has schema version {found}, and this needs {known}: start a server, or run `orderdesk-mcp migrate`"
    )]
    OlderSchema {
        /// The database's version.
        found: i64,
        /// The version this release works on.
        known: i64,
    },
    /// The database was built by another text of the same migration.
    #[error("migration {version} was applied to this database in another form than this release contains")]
    ChangedMigration {
        /// The migration's version.
        version: i64,
    },
    /// The URL is not one of the accepted forms. The reason never quotes it, for it may hold a password.
    #[error("the database URL is not valid: {0}")]
    InvalidUrl(&'static str),
    /// The SQLite file or its folder cannot be made.
    #[error("cannot {action}: {}", .source.kind())]
    File {
        /// What was attempted, as in "create the database file".
        action: &'static str,
        /// The operating system's answer.
        source: io::Error,
    },
    /// Another process moved the database to a root key that this one does not have; nothing was written.
    #[error("the database was moved to a root key that this process does not have")]
    AnotherRootKey,
    /// There is no database, and none was to be made.
    #[error("there is no database yet")]
    Missing,
    /// The database's content cannot be read.
    #[error("the database is damaged: {0}")]
    Corrupt(&'static str),
    /// Anything else: a mistake in this crate or a database in an unforeseen state.
    #[error("{0}")]
    Sql(SqlFault),
}

/// An unforeseen answer of the database. `Display` gives its code; the message is for logs.
#[derive(Debug)]
pub struct SqlFault {
    code: Option<String>,
    message: String,
}

impl SqlFault {
    pub(crate) fn new(code: Option<String>, message: String) -> Self {
        Self { code, message }
    }

    /// The driver's message: it may name tables and columns, and never holds bound values.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for SqlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "the database refused the request (code {code})"),
            None => f.write_str("the database refused the request"),
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => from_database(error.as_ref()),
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed => Self::Unavailable("it is closed"),
            sqlx::Error::Io(error) if is_of_the_certificate(&error) => Self::Unusable(
                "no secure connection could be made: the server's certificate is not trusted, or is another host's. The file of \
                 its authority is named by sslrootcert",
            ),
            sqlx::Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::Unavailable("the server's socket, or a file that the URL names, is not there")
            }
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => Self::Unavailable("the connection was refused or lost"),
            sqlx::Error::Tls(_) => Self::Unusable("no secure connection could be made"),
            sqlx::Error::WorkerCrashed => Self::Unavailable("the database driver stopped"),
            sqlx::Error::Configuration(_) => Self::InvalidUrl("it names options that do not work"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt("a value has the wrong type"),
            other => Self::Sql(SqlFault::new(None, other.to_string())),
        }
    }
}

/// Whether TLS failed because of the server's certificate, and not because the connection was cut or the server refused it.
fn is_of_the_certificate(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref());
    matches!(error, Some(rustls::Error::InvalidCertificate(_)))
}

fn from_database(error: &dyn DatabaseError) -> DbError {
    match error.kind() {
        ErrorKind::UniqueViolation => return DbError::Duplicate(rule(error)),
        ErrorKind::ForeignKeyViolation => return DbError::MissingParent,
        _ => {}
    }
    let code = error.code().unwrap_or_default();
    // SQLite's codes are decimal numbers below 10,000, PostgreSQL's are five characters.
    let known = match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => from_sqlite_code(number),
        _ => from_sqlstate(&code),
    };
    known.unwrap_or_else(|| DbError::Sql(SqlFault::new(Some(code.into_owned()), error.message().to_owned())))
}

/// SQLite names the columns of the broken rule, PostgreSQL its name.
fn rule(error: &dyn DatabaseError) -> Unique {
    const RULES: [(&str, &str, Unique); 3] = [
        (
            "stores_store_id_unique",
            "stores.tenant_id, stores.store_id",
            Unique::StoreId,
        ),
        (
            "stores_store_name_unique",
            "stores.tenant_id, stores.store_name_folded",
            Unique::StoreName,
        ),
        (
            "master_key_lookup_unique",
            "master_key_metadata.lookup_index",
            Unique::MasterKey,
        ),
    ];
    RULES
        .into_iter()
        .find(|(name, columns, _)| error.constraint() == Some(name) || error.message().ends_with(columns))
        .map_or(Unique::Other, |(_, _, rule)| rule)
}

/// <https://www.sqlite.org/rescode.html>: the low byte is the primary code.
fn from_sqlite_code(code: u32) -> Option<DbError> {
    Some(match code & 0xff {
        // The last is a lost race for the write-ahead log.
        5 | 6 | 15 => DbError::Busy,
        8 => DbError::Unusable("the file is read-only, or one of those beside it (-wal, -shm), or their folder"),
        10 => DbError::Unusable("reading or writing the file failed, as on a disk that is full or failing"),
        13 => DbError::Unusable("the disk is full"),
        14 => DbError::Unusable("the file cannot be opened"),
        11 => DbError::Corrupt("the file is malformed"),
        26 => DbError::Corrupt("the file is not a SQLite database"),
        _ => return None,
    })
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn from_sqlstate(code: &str) -> Option<DbError> {
    Some(match (code.get(..2)?, code) {
        // Serialization failure, deadlock, lock not available, cancelled by a timeout, too many clients.
        (_, "40001" | "40P01" | "55P03" | "57014" | "53300") => DbError::Busy,
        (_, "22021") => DbError::NulInText,
        ("08", _) => DbError::Unavailable("the connection was refused or lost"),
        ("28", _) => DbError::Unusable("the database server refused the user or password"),
        (_, "3D000") => DbError::Unusable("the database server has no database of this name"),
        (_, "53100") => DbError::Unusable("the database server's disk is full"),
        ("53", _) => DbError::Unavailable("the database server is out of memory or another resource"),
        ("57", _) => DbError::Unavailable("the database server is starting or shutting down"),
        (_, "25006") => DbError::Unusable("the database server accepts no writes"),
        ("XX", "XX001" | "XX002") => DbError::Corrupt("the database server reports damaged data"),
        _ => return None,
    })
}

/// Whether SQLite said that somebody else holds the lock.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code = error.code().and_then(|code| code.parse().ok());
    matches!(code.and_then(from_sqlite_code), Some(DbError::Busy))
}

/// Refuses what one of the two databases could not store.
pub(crate) fn refuse_nul<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Result<(), DbError> {
    if texts.into_iter().flatten().any(|text| text.contains('\0')) {
        Err(DbError::NulInText)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
