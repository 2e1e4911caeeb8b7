//! What stands in a database, seen before anything is made or changed there.

use crate::pool::{Pool, read};
use crate::{Backend, Db, DbError, DbOptions};

/// What somebody who has no root key yet must know of a database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contents {
    /// A root key was used with it: what is sealed in it opens with that one alone.
    pub sealed: bool,
    /// Its tenants.
    pub tenants: u64,
}

impl Contents {
    /// Looks into a database. One that is not there, is empty or has other tables is not sealed and has no tenants; a file is
    /// not made for it, nor are tables.
    pub async fn of(options: &DbOptions) -> Result<Self, DbError> {
        if !Pool::exists(options)? {
            return Ok(Self::default());
        }
        let db = Db::connect(&DbOptions {
            create: true,
            ..options.clone()
        })
        .await?;
        let contents = look(&db).await;
        db.close().await;
        contents
    }
}

async fn look(db: &Db) -> Result<Contents, DbError> {
    let tables = match db.backend() {
        Backend::Sqlite => {
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('vault_check', 'tenants')"
        }
        Backend::Postgres => {
            "SELECT count(*) FROM (VALUES (to_regclass('vault_check')), (to_regclass('tenants'))) AS found (name) \
             WHERE name IS NOT NULL"
        }
    };
    let tables: i64 = read!(db, conn => sqlx::query_scalar(tables).fetch_one(conn).await?);
    if tables < 2 {
        return Ok(Contents::default());
    }
    Ok(Contents {
        sealed: db.check_value().get().await?.is_some(),
        tenants: db.tenants().count().await?,
    })
}
