//! How many orders there are, where, and how old they are.

use sqlx::Row;

use super::Tables;
use crate::DbError;

/// Orders added at or after one second since the epoch and before another, of one folder or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From this second on.
    pub from: i64,
    /// Before this second.
    pub to: i64,
    /// In this folder.
    pub folder: Option<i64>,
}

const IN_SPAN: &str = " FROM orders WHERE added >= $1 AND added < $2 AND ($3 IS NULL OR folder = $3)";

/// How many orders of a folder are how old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    /// Younger than a day.
    pub under_1_day: i64,
    /// Of one day and less than three.
    pub under_3_days: i64,
    /// Of three days and less than seven.
    pub under_7_days: i64,
    /// Of seven days and more.
    pub older: i64,
}

/// How a folder stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderAges {
    /// Its id.
    pub folder: i64,
    /// How many orders are in it.
    pub orders: i64,
    /// What they come to, in millionths.
    pub value: i128,
    /// Id, id in the sales channel, and second since the epoch of the oldest.
    pub oldest: (i64, String, i64),
    /// Their ages.
    pub ages: Ages,
    /// How many were added before a second.
    pub before: i64,
    /// How many of them came from which sales channel, most first.
    pub sources: Vec<(String, i64)>,
}

impl Tables {
    /// How many orders are in a span.
    pub async fn count(&self, span: Span) -> Result<u64, DbError> {
        let sql = in_span("SELECT COUNT(*)");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(span.from)
            .bind(span.to)
            .bind(span.folder)
            .fetch_one(&mut *self.conn.lock().await)
            .await?;
        Ok(count.unsigned_abs())
    }

    /// The ids of a span's orders.
    pub async fn ids(&self, span: Span) -> Result<Vec<i64>, DbError> {
        let sql = in_span("SELECT id");
        Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(span.from)
            .bind(span.to)
            .bind(span.folder)
            .fetch_all(&mut *self.conn.lock().await)
            .await?)
    }

    /// When the order in the middle of a span was added; nothing when there is none.
    pub async fn middle(&self, span: Span) -> Result<Option<i64>, DbError> {
        let sql = in_span("SELECT added") + " ORDER BY added LIMIT 1 OFFSET (SELECT COUNT(*) / 2" + IN_SPAN + ")";
        Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(span.from)
            .bind(span.to)
            .bind(span.folder)
            .fetch_optional(&mut *self.conn.lock().await)
            .await?)
    }

    /// How each folder that has orders stands at the second `now`, and how many of its orders were added before `stuck`.
    pub async fn folders(&self, now: i64, stuck: i64) -> Result<Vec<FolderAges>, DbError> {
        const FOLDERS: &str = "SELECT folder, COUNT(*), SUM(total / 1000000), SUM(total % 1000000), \
             SUM($1 - added < 86400), SUM($1 - added >= 86400 AND $1 - added < 259200), \
             SUM($1 - added >= 259200 AND $1 - added < 604800), SUM($1 - added >= 604800), SUM(added < $2) \
             FROM orders GROUP BY folder ORDER BY folder";
        const OLDEST: &str = "SELECT id, source_id, added FROM orders WHERE folder = $1 ORDER BY added, id LIMIT 1";
        const SOURCES: &str =
            "SELECT source, COUNT(*) FROM orders WHERE folder = $1 GROUP BY source ORDER BY 2 DESC, 1";
        let mut conn = self.conn.lock().await;
        let rows = sqlx::query(FOLDERS).bind(now).bind(stuck).fetch_all(&mut *conn).await?;
        let mut folders = Vec::with_capacity(rows.len());
        for row in rows {
            let number = |column: usize| row.try_get::<i64, _>(column);
            let folder = number(0)?;
            folders.push(FolderAges {
                folder,
                orders: number(1)?,
                value: i128::from(number(2)?) * 1_000_000 + i128::from(number(3)?),
                oldest: sqlx::query_as(OLDEST).bind(folder).fetch_one(&mut *conn).await?,
                ages: Ages {
                    under_1_day: number(4)?,
                    under_3_days: number(5)?,
                    under_7_days: number(6)?,
                    older: number(7)?,
                },
                before: number(8)?,
                sources: sqlx::query_as(SOURCES).bind(folder).fetch_all(&mut *conn).await?,
            });
        }
        Ok(folders)
    }
}

fn in_span(what: &str) -> String {
    what.to_owned() + IN_SPAN
}
