//! The open copy of a store's orders: an SQLite in memory, for sums and for words.
//!
//! What is put into it is JSON that [`Tables::put`] describes. Amounts and quantities are whole millionths, so that sums are
//! exact; they are added in two parts, which no order can make overflow. Days are those of the store's zone, whose offsets
//! stand in a table.

mod add;
mod count;
mod find;
mod parcels;
mod schema;
mod select;
mod sums;
mod twins;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::Mutex;

use crate::DbError;

pub use count::{Ages, FolderAges, Span};
pub use find::{Found, Words};
pub use parcels::Addressed;
pub use select::{Dates, Selection};
pub use sums::{Group, Key, ORDER_SUMS};
pub use twins::{MERGED, Twin};

/// The tables of one store.
#[derive(Debug)]
pub struct Tables {
    conn: Mutex<SqliteConnection>,
}

impl Tables {
    /// Empty tables. `offsets` are the zone's: from which second since the epoch on it is so many seconds ahead of UTC, the
    /// first from long ago.
    pub async fn open(offsets: &[(i64, i64)]) -> Result<Self, DbError> {
        let mut conn = SqliteConnectOptions::new()
            .in_memory(true)
            .pragma("temp_store", "MEMORY")
            .connect()
            .await?;
        for statement in schema::TABLES {
            sqlx::query(*statement).execute(&mut conn).await?;
        }
        for (since, seconds) in offsets {
            sqlx::query("INSERT INTO zone (since, seconds) VALUES ($1, $2)")
                .bind(since)
                .bind(seconds)
                .execute(&mut conn)
                .await?;
        }
        Ok(Self { conn: Mutex::new(conn) })
    }

    /// How much memory they take, in bytes.
    pub async fn bytes(&self) -> Result<u64, DbError> {
        const SQL: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let bytes: i64 = sqlx::query_scalar(SQL).fetch_one(&mut *self.conn.lock().await).await?;
        Ok(bytes.unsigned_abs())
    }
}
