//! The SQLite pool: the file and its mode, write-ahead log, and one writer at a time.

use std::fs;
use std::io;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use super::writing::{Writing, boxed};
use crate::error::is_busy;
use crate::{DbError, DbOptions};

/// Readers run beside the one writer; each connection is a thread.
const DEFAULT_CONNECTIONS: u32 = 4;
/// Pages that a reading connection keeps, in KiB below zero: those of one query. Every change by somebody else makes SQLite
/// forget all of them, and with an audit log there is one many times a second.
const READER_CACHE: &str = "-128";
/// Pages that the writing connection keeps. Nobody else changes the file, so they stay good; the busy ones are the last of
/// each tenant's chain.
const WRITER_CACHE: &str = "-1024";
/// Between attempts to open a file that others are opening too.
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) struct Sqlite {
    readers: SqlitePool,
    /// None for a database in memory, which has one connection for everything.
    writers: Option<Writers>,
    /// SQLite has one write lock and no queue for it: waiters poll, in no order. Within the process this is the queue,
    /// and since a waiter holds no connection, readers are never starved by writers. Other processes are polled for.
    turn: Arc<Semaphore>,
    max_wait: Duration,
}

/// Connections that change the file. They are not taken from the readers': only these need what writing takes of memory, and
/// what they have read stays good.
struct Writers {
    lasting: SqlitePool,
    /// For rows that mean nothing once their process has ended: a killed process takes back no commit of it, a power cut
    /// may. Not flushing to the disk is most of what such a row would cost otherwise.
    passing: SqlitePool,
}

impl Sqlite {
    pub(super) async fn connect(options: &DbOptions) -> Result<Self, DbError> {
        let connect = place(options)?
            .foreign_keys(true)
            // An acknowledged change survives a power cut, not only a killed process.
            .synchronous(SqliteSynchronous::Full)
            // What a statement of several rows keeps to undo itself needs no file.
            .pragma("temp_store", "MEMORY")
            // Pages in the log, 16 MB of them: the busiest ones are then copied to the file once and not four times.
            .pragma("wal_autocheckpoint", "4000")
            // The queries are lookups of a few pages, and the operating system keeps the file as well.
            .pragma("cache_size", READER_CACHE)
            // SQLite's own retrying, for locks that other processes hold.
            .busy_timeout(options.max_wait);
        let pool_options = SqlitePoolOptions::new().acquire_timeout(options.max_wait);
        let (readers, writers) = if is_in_memory(options) {
            // The database lives exactly as long as its one connection.
            let pool = pool_options
                .max_connections(1)
                .min_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_with(connect)
                .await?;
            (pool, None)
        } else {
            if options.create {
                create_file(connect.get_filename())?;
            } else if !exists(options)? {
                return Err(DbError::Missing);
            }
            switch_to_wal(&connect, options.max_wait).await?;
            let max_connections = if options.max_connections == 0 {
                DEFAULT_CONNECTIONS
            } else {
                options.max_connections
            };
            let writing = connect.clone().pragma("cache_size", WRITER_CACHE);
            let alone = pool_options
                .clone()
                .max_connections(1)
                .before_acquire(|conn, _| Box::pin(async move { Ok(is_at_rest(conn)) }));
            let writers = Writers {
                lasting: alone.clone().connect_lazy_with(writing),
                passing: alone.connect_lazy_with(connect.clone().synchronous(SqliteSynchronous::Normal)),
            };
            let readers = pool_options
                .max_connections(max_connections.saturating_sub(1).max(1))
                .connect_with(connect)
                .await?;
            (readers, Some(writers))
        };
        Ok(Self {
            readers,
            writers,
            turn: Arc::new(Semaphore::new(1)),
            max_wait: options.max_wait,
        })
    }

    pub(crate) fn is_in_memory(&self) -> bool {
        self.writers.is_none()
    }

    /// Readers and the lasting writer.
    pub(super) fn pools(&self) -> impl Iterator<Item = &SqlitePool> {
        [&self.readers]
            .into_iter()
            .chain(self.writers.as_ref().map(|writers| &writers.lasting))
    }

    fn lasting(&self) -> &SqlitePool {
        self.writers.as_ref().map_or(&self.readers, |writers| &writers.lasting)
    }

    fn passing(&self) -> &SqlitePool {
        self.writers.as_ref().map_or(&self.readers, |writers| &writers.passing)
    }

    pub(crate) async fn acquire(&self) -> Result<PoolConnection<sqlx::Sqlite>, DbError> {
        Ok(boxed(self.readers.acquire()).await?)
    }

    pub(crate) async fn writer(&self) -> Result<Writing<PoolConnection<sqlx::Sqlite>>, DbError> {
        let turn = self.turn().await?;
        Ok(Writing {
            inner: boxed(self.lasting().acquire()).await?,
            _turn: Some(turn),
        })
    }

    /// A connection for one changing statement that a power cut may take back.
    pub(crate) async fn passing_writer(&self) -> Result<Writing<PoolConnection<sqlx::Sqlite>>, DbError> {
        let turn = self.turn().await?;
        Ok(Writing {
            inner: boxed(self.passing().acquire()).await?,
            _turn: Some(turn),
        })
    }

    /// Waits for no reader: what one of them still needs stays in the log.
    pub(crate) async fn checkpoint(&self) -> Result<(), DbError> {
        let mut conn = self.writer().await?;
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
            .execute(&mut **conn)
            .await?;
        Ok(())
    }

    pub(super) async fn close(&self) {
        if let Some(Writers { lasting, passing }) = &self.writers {
            passing.close().await;
            lasting.close().await;
        }
        self.readers.close().await;
    }

    /// Takes the write lock at once. A transaction that first reads and then writes would be refused as busy without
    /// any waiting when somebody else wrote in between.
    pub(crate) async fn begin(&self) -> Result<Writing<Transaction<'static, sqlx::Sqlite>>, DbError> {
        let turn = self.turn().await?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the helper; SQLite's begin is safe to cancel"
        )]
        let transaction = boxed(self.lasting().begin_with("BEGIN IMMEDIATE")).await?;
        Ok(Writing {
            inner: transaction,
            _turn: Some(turn),
        })
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, DbError> {
        match timeout(self.max_wait, Arc::clone(&self.turn).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) => Err(DbError::Unavailable("the database is closed")),
            Err(_) => Err(DbError::Busy),
        }
    }
}

/// Whether a connection that comes out of the pool is in no transaction. A full disk or a failing one makes SQLite end a transaction
/// by itself; the driver's rollback then finds none, fails, and leaves the driver counting one that is not there: on such a
/// connection none would ever begin again.
fn is_at_rest(conn: &SqliteConnection) -> bool {
    !conn.is_in_transaction()
}

fn place(options: &DbOptions) -> Result<SqliteConnectOptions, DbError> {
    if options.url.contains('?') {
        return Err(DbError::InvalidUrl("SQLite URLs take no parameters"));
    }
    SqliteConnectOptions::from_str(&options.url)
        .map_err(|_| DbError::InvalidUrl("expected sqlite://relative/path, sqlite:///absolute/path or sqlite::memory:"))
}

fn is_in_memory(options: &DbOptions) -> bool {
    matches!(options.url.as_str(), "sqlite::memory:" | "sqlite://:memory:")
}

/// Whether the file is there and has something in it.
pub(super) fn exists(options: &DbOptions) -> Result<bool, DbError> {
    let place = place(options)?;
    Ok(!is_in_memory(options) && fs::metadata(place.get_filename()).is_ok_and(|file| file.len() > 0))
}

/// Write-ahead logging is a property of the file, so it is set once here and not by every connection of the pool. The
/// switch needs the file for itself, and when others open it at the same moment SQLite gives up at once in some of the
/// steps, whatever its timeout is: hence the loop.
async fn switch_to_wal(connect: &SqliteConnectOptions, max_wait: Duration) -> Result<(), DbError> {
    let deadline = Instant::now() + max_wait;
    loop {
        match connect.clone().journal_mode(SqliteJournalMode::Wal).connect().await {
            Ok(conn) => return Ok(conn.close().await?),
            Err(error) if is_busy(&error) && Instant::now() < deadline => sleep(PAUSE).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Makes the file before SQLite does, so that nobody else can read it even for a moment. SQLite gives its companions
/// (`-wal`, `-shm`) the same mode.
fn create_file(path: &Path) -> Result<(), DbError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
    {
        create_folder(folder).map_err(|source| DbError::File {
            action: "create the database's folder",
            source,
        })?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            warn_if_exposed(path);
            Ok(())
        }
        Err(source) => Err(DbError::File {
            action: "create the database file",
            source,
        }),
    }
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// An existing file keeps the mode its owner gave it; a wide one is told.
#[cfg(unix)]
fn warn_if_exposed(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0) {
        tracing::warn!("the database file can be read by other users of this machine: chmod 600 is advised");
    }
}

#[cfg(not(unix))]
fn warn_if_exposed(_: &Path) {}
