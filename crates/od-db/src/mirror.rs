//! The open copy of a store's orders: their numbers, for sums, and an SQLite in memory, for texts and words.
//!
//! What is put into it is JSON that [`Tables::put`] describes. Amounts and quantities are whole millionths, so that sums are
//! exact; they are added where no order can make them overflow. Days are those of the store's zone.

mod add;
mod count;
mod facts;
mod find;
mod image;
mod parcels;
mod schema;
mod select;
mod stuck;
mod sums;
mod twins;

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::Mutex;

use crate::DbError;
use facts::Facts;

pub use count::{Ages, FolderAges, Span};
pub use find::{Found, Words};
pub use image::{Image, SqliteBytes};
pub use parcels::Addressed;
pub use select::{Dates, Selection};
pub use stuck::{Stuck, Waiting};
pub use sums::{Customers, Group, Key, ORDER_SUMS, ShippingTimes};
pub use twins::Twin;

/// The tables of one store.
#[derive(Debug)]
pub struct Tables {
    conn: Mutex<SqliteConnection>,
    facts: RwLock<Facts>,
}

impl Tables {
    /// Empty tables. `offsets` are the zone's: from which second since the epoch on it is so many seconds ahead of UTC, the
    /// first from long ago.
    pub async fn open(offsets: &[(i64, i64)]) -> Result<Self, DbError> {
        let mut conn = options().connect().await?;
        for statement in schema::TABLES {
            sqlx::query(*statement).execute(&mut conn).await?;
        }
        Ok(Self::of(conn, Facts::new(offsets)))
    }

    /// How much memory they take, in bytes.
    pub async fn bytes(&self) -> Result<u64, DbError> {
        const SQL: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let pages: i64 = sqlx::query_scalar(SQL).fetch_one(&mut *self.conn.lock().await).await?;
        let facts = u64::try_from(self.facts().size()).unwrap_or(u64::MAX);
        Ok(pages.unsigned_abs().saturating_add(facts))
    }

    fn of(conn: SqliteConnection, facts: Facts) -> Self {
        Self {
            conn: Mutex::new(conn),
            facts: RwLock::new(facts),
        }
    }

    fn facts(&self) -> RwLockReadGuard<'_, Facts> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn facts_mut(&self) -> RwLockWriteGuard<'_, Facts> {
        self.facts.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .in_memory(true)
        .pragma("temp_store", "MEMORY")
}
