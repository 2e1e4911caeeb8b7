//! The whole of the tables as bytes: they open in a moment, where orders that are put in one by one take seconds.

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteOwnedBuf;

use super::Tables;
use super::facts::Facts;
use crate::DbError;

/// Tables as bytes.
#[derive(Debug)]
pub struct Image {
    /// The database.
    pub tables: SqliteBytes,
    /// The numbers.
    pub facts: Vec<u8>,
}

/// The bytes of a database.
#[derive(Debug)]
pub struct SqliteBytes(SqliteOwnedBuf);

impl AsRef<[u8]> for SqliteBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Tables {
    /// All that is in them. The index of words is put in order first, and names that no order has any more go.
    pub async fn image(&self) -> Result<Image, DbError> {
        const TIDY: [&str; 2] = ["INSERT INTO words (words) VALUES ('optimize')", "VACUUM"];
        let mut conn = self.conn.lock().await;
        for statement in TIDY {
            sqlx::query(statement).execute(&mut *conn).await?;
        }
        self.facts_mut().forget_names();
        Ok(Image {
            tables: SqliteBytes(conn.serialize(None).await?),
            facts: self.facts().to_bytes(),
        })
    }

    /// Tables as they were, with the days of these offsets, which are as those of [`Tables::open`].
    ///
    /// # Errors
    /// [`DbError::Corrupt`] when the bytes are not those of an image.
    pub async fn restore(tables: &[u8], facts: &[u8], offsets: &[(i64, i64)]) -> Result<Self, DbError> {
        const CHECK: &str = "SELECT COUNT(*) FROM orders";
        const DAMAGED: DbError = DbError::Corrupt("an image of a copy is not as it was written");
        let facts = Facts::of_bytes(facts, offsets).ok_or(DAMAGED)?;
        let mut conn = super::options().connect().await?;
        let bytes = SqliteOwnedBuf::try_from(tables).map_err(|_| DAMAGED)?;
        conn.deserialize(None, bytes, false).await.map_err(|_| DAMAGED)?;
        let orders: i64 = sqlx::query_scalar(CHECK)
            .fetch_one(&mut conn)
            .await
            .map_err(|_| DAMAGED)?;
        if usize::try_from(orders) != Ok(facts.all().len()) {
            return Err(DAMAGED);
        }
        Ok(Self::of(conn, facts))
    }
}
