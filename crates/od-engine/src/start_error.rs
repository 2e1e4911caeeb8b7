//! Why an engine does not start.

use od_db::DbError;

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database was made under another root key: its secrets would not open.
    #[error("this database was made with another root key than the one configured; nothing was changed")]
    WrongRootKey,
    /// The same, and a previous root key was configured too.
    #[error("this database was made with another root key than the two configured; nothing was changed")]
    NeitherRootKey,
    /// Somebody removed what the database remembers of its root key.
    #[error(
        "this database has tenants or an audit log, and the value that its root key is checked with was removed; nothing \
         was signed"
    )]
    CheckValueLost,
    /// The database could not be opened.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The address of Redis cannot be one.
    #[error(transparent)]
    Redis(#[from] od_shared::OpenError),
    /// The client of Order Desk could not be built from its options.
    #[error(transparent)]
    Upstream(#[from] od_client::BuildError),
}
