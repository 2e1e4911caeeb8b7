//! The value that tells the right root key from a wrong one.

use crate::pool::{read, transaction};
use crate::{Db, DbError, SealedColumns};

const GET: &str = "SELECT ciphertext, tag, nonce FROM vault_check WHERE id = 'root'";

/// The check value's methods; see [`Db::check_value`].
#[derive(Debug)]
pub struct CheckValue<'a> {
    pub(crate) db: &'a Db,
}

impl CheckValue<'_> {
    /// The stored value, if a root key was ever used with this database.
    pub async fn get(&self) -> Result<Option<SealedColumns>, DbError> {
        Ok(read!(self.db, conn => sqlx::query_as(GET).fetch_optional(conn).await?))
    }

    /// Stores `value` unless there is one already, and answers the one that counts. When several processes start on a
    /// fresh database they all get the same answer.
    pub async fn put_if_absent(&self, value: &SealedColumns) -> Result<SealedColumns, DbError> {
        const SQL: &str = "INSERT INTO vault_check (id, ciphertext, tag, nonce) VALUES ('root', $1, $2, $3) \
             ON CONFLICT (id) DO NOTHING";
        Ok(transaction!(self.db, conn => {
            sqlx::query(SQL).bind(&value.ciphertext).bind(&value.tag).bind(&value.nonce).execute(&mut *conn).await?;
            sqlx::query_as(GET).fetch_one(&mut *conn).await?
        }))
    }
}
