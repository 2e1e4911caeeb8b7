//! Copies of a database, made while others use it, and looked through before they are relied on.

use std::path::Path;

use od_db::{BackupRow, Db, DbError, DbOptions, Schema};

use crate::audit::{EndSigner, Prover, Verification, Verifier};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::Error;
use crate::roots::{Roots, look};
use crate::start_error::StartError;

/// A database to copy. It is left as it is: one of an older version is not brought up to date, so that the copy is one of
/// before that.
pub struct Source {
    db: Db,
    roots: Roots,
    prover: Prover,
    clock: Clock,
    schema: Schema,
}

/// What a copy was found to be.
#[derive(Debug)]
pub struct Examined {
    /// What SQLite finds wrong with the file; nothing when it is whole.
    pub faults: Vec<String>,
    /// What was found in its audit log; `None` when the database is of an older version, whose log this one does not read.
    pub log: Option<Verification>,
}

/// A backup that is known of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownBackup {
    /// When it was made, in milliseconds since the epoch.
    pub made_at: i64,
    /// Its size; `None` for one that was made by other means.
    pub bytes: Option<i64>,
}

impl Source {
    /// Opens a database that is there.
    ///
    /// # Errors
    /// [`StartError::WrongRootKey`]; [`StartError::CheckValueLost`]; [`StartError::Database`], also when there is no database yet or it is of a newer version.
    pub async fn open(options: &DbOptions, roots: Roots, clock: Clock) -> Result<Self, StartError> {
        let options = DbOptions {
            create: false,
            ..options.clone()
        };
        let db = Db::connect(&options).await?;
        let schema = db.schema().await?;
        let found = schema.found.ok_or(DbError::Missing)?;
        if found > schema.known {
            let known = schema.known;
            return Err(DbError::NewerSchema { found, known }.into());
        }
        let (_, former) = look(&roots, &db).await?.into_former();
        Ok(Self {
            db,
            prover: Prover::new(&roots, former),
            roots,
            clock,
            schema,
        })
    }

    /// Copies it into `file`, which is empty, as it is at one moment after this was called. What is written is not flushed to
    /// the disk.
    ///
    /// # Errors
    /// [`DbError::NoCopy`] when the file does not take it; else the database's own trouble.
    pub async fn copy(&self, file: &Path) -> Result<(), DbError> {
        self.db.backups().write(file).await
    }

    /// Opens a copy and looks through all of it. `watch` is told the number of audit entries looked at so far.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn examine(&self, file: &Path, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Examined, Error> {
        let Some(path) = file.to_str() else {
            return Err(DbError::Unusable("the backup's path is no UTF-8").into());
        };
        let copy = Db::connect(&DbOptions {
            url: format!("sqlite://{path}"),
            create: false,
            ..DbOptions::default()
        })
        .await?;
        let examined = self.look_through(&copy, watch).await;
        copy.close().await;
        examined
    }

    async fn look_through(&self, copy: &Db, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Examined, Error> {
        let faults = copy.backups().faults().await?;
        let log = if faults.is_empty() && self.schema.is_current() {
            let verifier = Verifier {
                db: copy,
                prover: &self.prover,
                signer: &EndSigner::new(&self.roots),
                now_millis: self.clock.now_millis(),
            };
            Some(verifier.verify(watch).await?)
        } else {
            None
        };
        Ok(Examined { faults, log })
    }

    /// Remembers in the database that a backup was made just now. False when the database is of an older version, which has
    /// no place for that.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn note(&self, bytes: Option<u64>) -> Result<bool, Error> {
        if !self.schema.is_current() {
            return Ok(false);
        }
        let backup = BackupRow {
            made_at: self.clock.now_millis(),
            bytes: bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        };
        self.db.backups().note(&backup).await?;
        Ok(true)
    }

    /// Closes the database.
    pub async fn close(self) {
        self.db.close().await;
    }
}

impl Engine {
    /// For the operator: the newest backup that is known of.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn newest_backup(&self) -> Result<Option<KnownBackup>, Error> {
        let newest = self.inner.db.backups().newest().await?;
        Ok(newest.map(|BackupRow { made_at, bytes }| KnownBackup { made_at, bytes }))
    }
}
