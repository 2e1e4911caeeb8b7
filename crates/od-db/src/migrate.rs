//! Bringing the tables up to date.
//!
//! Migrations are append-only: a released file never changes, because its checksum is stored with the database. All
//! that are missing run in one transaction under a lock, so any number of processes may start at once and none ever
//! sees half of a version.

use sqlx::SqlSafeStr;
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration, MigrationType};

use crate::pool::{read, transaction};
use crate::{Backend, Db, DbError};

/// sqlx's table of applied versions and their checksums.
const TABLE: &str = "_sqlx_migrations";

/// Version, description, SQLite text, PostgreSQL text.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "tables",
        include_str!("../migrations/sqlite/0001_tables.sql"),
        include_str!("../migrations/postgres/0001_tables.sql"),
    ),
    (
        2,
        "idempotency",
        include_str!("../migrations/sqlite/0002_idempotency.sql"),
        include_str!("../migrations/postgres/0002_idempotency.sql"),
    ),
    (
        3,
        "audit_proofs",
        include_str!("../migrations/sqlite/0003_audit_proofs.sql"),
        include_str!("../migrations/postgres/0003_audit_proofs.sql"),
    ),
    (
        4,
        "audit_begun",
        include_str!("../migrations/sqlite/0004_audit_begun.sql"),
        include_str!("../migrations/postgres/0004_audit_begun.sql"),
    ),
    (
        5,
        "answers",
        include_str!("../migrations/sqlite/0005_answers.sql"),
        include_str!("../migrations/postgres/0005_answers.sql"),
    ),
    (
        6,
        "consents",
        include_str!("../migrations/sqlite/0006_consents.sql"),
        include_str!("../migrations/postgres/0006_consents.sql"),
    ),
    (
        7,
        "active_stores_by_narrowing",
        include_str!("../migrations/sqlite/0007_active_stores_by_narrowing.sql"),
        include_str!("../migrations/postgres/0007_active_stores_by_narrowing.sql"),
    ),
    (
        8,
        "leases",
        include_str!("../migrations/sqlite/0008_leases.sql"),
        include_str!("../migrations/postgres/0008_leases.sql"),
    ),
    (
        9,
        "own_key_prefixes",
        include_str!("../migrations/sqlite/0009_own_key_prefixes.sql"),
        include_str!("../migrations/postgres/0009_own_key_prefixes.sql"),
    ),
    (
        10,
        "audit_differences",
        include_str!("../migrations/sqlite/0010_audit_differences.sql"),
        include_str!("../migrations/postgres/0010_audit_differences.sql"),
    ),
    (
        11,
        "leaving",
        include_str!("../migrations/sqlite/0011_leaving.sql"),
        include_str!("../migrations/postgres/0011_leaving.sql"),
    ),
    (
        12,
        "credentials",
        include_str!("../migrations/sqlite/0012_credentials.sql"),
        include_str!("../migrations/postgres/0012_credentials.sql"),
    ),
    (
        13,
        "oauth_clients",
        include_str!("../migrations/sqlite/0013_oauth_clients.sql"),
        include_str!("../migrations/postgres/0013_oauth_clients.sql"),
    ),
    (
        14,
        "console_templates",
        include_str!("../migrations/sqlite/0014_console_templates.sql"),
        include_str!("../migrations/postgres/0014_console_templates.sql"),
    ),
    (
        15,
        "audit_by_time",
        include_str!("../migrations/sqlite/0015_audit_by_time.sql"),
        include_str!("../migrations/postgres/0015_audit_by_time.sql"),
    ),
    (
        16,
        "refresh_tokens",
        include_str!("../migrations/sqlite/0016_refresh_tokens.sql"),
        include_str!("../migrations/postgres/0016_refresh_tokens.sql"),
    ),
    (
        17,
        "strangers",
        include_str!("../migrations/sqlite/0017_strangers.sql"),
        include_str!("../migrations/postgres/0017_strangers.sql"),
    ),
    (
        18,
        "webhook_keys",
        include_str!("../migrations/sqlite/0018_webhook_keys.sql"),
        include_str!("../migrations/postgres/0018_webhook_keys.sql"),
    ),
    (
        20,
        "mirrors",
        include_str!("../migrations/sqlite/0020_mirrors.sql"),
        include_str!("../migrations/postgres/0020_mirrors.sql"),
    ),
    (
        22,
        "audit_lookups",
        include_str!("../migrations/sqlite/0022_audit_lookups.sql"),
        include_str!("../migrations/postgres/0022_audit_lookups.sql"),
    ),
    (
        23,
        "reports",
        include_str!("../migrations/sqlite/0023_reports.sql"),
        include_str!("../migrations/postgres/0023_reports.sql"),
    ),
    (
        24,
        "cut_off",
        include_str!("../migrations/sqlite/0024_cut_off.sql"),
        include_str!("../migrations/postgres/0024_cut_off.sql"),
    ),
    (
        25,
        "audit_agreed",
        include_str!("../migrations/sqlite/0025_audit_agreed.sql"),
        include_str!("../migrations/postgres/0025_audit_agreed.sql"),
    ),
];

/// What a migration run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationReport {
    /// Migrations applied by this run; 0 when there was nothing to do.
    pub applied: usize,
    /// The schema's version now.
    pub version: i64,
}

/// Which version tables are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// That of the database; `None` when it has no tables yet.
    pub found: Option<i64>,
    /// The newest that this release knows.
    pub known: i64,
}

impl Schema {
    /// Whether it is what this release works on.
    pub fn is_current(self) -> bool {
        self.found == Some(self.known)
    }
}

pub(crate) async fn schema(db: &Db) -> Result<Schema, DbError> {
    let found = applied(db).await?;
    let version = |applied: &AppliedMigration| applied.version;
    Ok(Schema {
        found: found.iter().flatten().map(version).max(),
        known: newest(&migrations(db.backend())),
    })
}

pub(crate) async fn run(db: &Db) -> Result<MigrationReport, DbError> {
    let migrations = migrations(db.backend());
    let report = |applied| MigrationReport {
        applied,
        version: newest(&migrations),
    };
    // Nearly always there is nothing to do, and then nothing has to be written or waited for: a database that can only be
    // read is good enough to read.
    if let Some(applied) = applied(db).await?
        && missing(&migrations, &applied)?.is_empty()
    {
        return Ok(report(0));
    }
    let applied = transaction!(db, conn => {
        if let Some(lock) = lock(db.backend()) {
            sqlx::query(lock).execute(&mut *conn).await?;
        }
        // Asked first, because PostgreSQL remarks on a table that is to be made only where it is missing and is not.
        let tables: i64 = sqlx::query_scalar(table(db.backend())).fetch_one(&mut *conn).await?;
        if tables == 0 {
            conn.ensure_migrations_table(TABLE).await?;
        }
        let missing = missing(&migrations, &conn.list_applied_migrations(TABLE).await?)?;
        for migration in missing {
            conn.apply(TABLE, migration).await?;
        }
        missing.len()
    });
    Ok(report(applied))
}

/// The migrations that were applied; `None` when there is no table of them.
async fn applied(db: &Db) -> Result<Option<Vec<AppliedMigration>>, DbError> {
    Ok(read!(db, conn => {
        let tables: i64 = sqlx::query_scalar(table(db.backend())).fetch_one(&mut *conn).await?;
        if tables == 0 { None } else { Some(conn.list_applied_migrations(TABLE).await?) }
    }))
}

/// Counts the table of applied migrations.
fn table(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
        Backend::Postgres => "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')",
    }
}

/// The migrations that come after the ones applied, once those are known to be the same as ours.
fn missing<'m>(migrations: &'m [Migration], applied: &[AppliedMigration]) -> Result<&'m [Migration], DbError> {
    let known = newest(migrations);
    if let Some(found) = applied
        .iter()
        .map(|migration| migration.version)
        .max()
        .filter(|found| *found > known)
    {
        return Err(DbError::NewerSchema { found, known });
    }
    for (ours, theirs) in migrations.iter().zip(applied) {
        if (ours.version, &ours.checksum) != (theirs.version, &theirs.checksum) {
            return Err(DbError::ChangedMigration { version: ours.version });
        }
    }
    Ok(migrations.get(applied.len()..).unwrap_or_default())
}

fn newest(migrations: &[Migration]) -> i64 {
    migrations
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// What makes other starters wait until this transaction ends. On SQLite the transaction itself is the write lock; on
/// PostgreSQL it is an advisory lock whose number means nothing beyond being ours ("ordrdesk" in ASCII).
fn lock(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some("SELECT pg_advisory_xact_lock(8030591528028435307)"),
    }
}

fn migrations(backend: Backend) -> Vec<Migration> {
    MIGRATIONS
        .iter()
        .map(|&(version, description, sqlite, postgres)| {
            let sql = match backend {
                Backend::Sqlite => sqlite,
                Backend::Postgres => postgres,
            };
            Migration::new(
                version,
                description.into(),
                MigrationType::Simple,
                sql.into_sql_str(),
                false,
            )
        })
        .collect()
}

impl From<MigrateError> for DbError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Sql(crate::SqlFault::new(None, other.to_string())),
        }
    }
}

#[cfg(test)]
mod tests;
