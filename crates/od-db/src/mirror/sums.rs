//! Sums over selected orders, group by group.

use sqlx::{AssertSqlSafe, Row};

use super::Tables;
use super::select::{SELECTED, Selection, bind};
use crate::DbError;

/// What orders or lines are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The code of a line.
    Sku,
    /// The day in the store's zone.
    Day,
    /// The month in the store's zone.
    Month,
    /// The sales channel.
    Source,
    /// The country that is shipped to.
    Country,
    /// The way of shipping.
    Method,
    /// The folder, by its id.
    Folder,
    /// How the payment stands.
    Payment,
}

impl Key {
    fn sql(self) -> &'static str {
        match self {
            Self::Sku => "l.sku",
            Self::Day => "date(o.day * 86400, 'unixepoch')",
            Self::Month => "strftime('%Y-%m', o.day * 86400, 'unixepoch')",
            Self::Source => "o.source",
            Self::Country => "o.country",
            Self::Method => "o.method",
            Self::Folder => "CAST(o.folder AS TEXT)",
            Self::Payment => "o.payment",
        }
    }
}

/// The orders of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// One value for each key.
    pub keys: Vec<String>,
    /// How many orders.
    pub orders: i64,
    /// Sums in millionths.
    pub sums: Vec<i128>,
}

/// What [`Tables::order_sums`] adds up, in this order.
pub const ORDER_SUMS: [&str; 7] = ["units", "total", "products", "shipping", "tax", "discount", "refund"];
/// The same of lines.
const LINE_SUMS: [&str; 2] = ["units", "amount"];

impl Tables {
    /// Sums over orders: [`ORDER_SUMS`].
    pub async fn order_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        let from = "orders AS o";
        self.grouped(
            from,
            SELECTED,
            keys,
            "COUNT(*)",
            ORDER_SUMS.map(|name| format!("o.{name}")),
            selection,
        )
        .await
    }

    /// The same of orders of which something was paid back, or that are marked so.
    pub async fn refund_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        let condition =
            format!("{SELECTED} AND (o.refund > 0 OR o.payment IN ('Fully Refunded', 'Partially Refunded'))");
        let sums = ORDER_SUMS.map(|name| format!("o.{name}"));
        self.grouped("orders AS o", &condition, keys, "COUNT(*)", sums, selection)
            .await
    }

    /// Sums over lines: units and amounts.
    pub async fn line_sums(&self, selection: &Selection, keys: &[Key]) -> Result<Vec<Group>, DbError> {
        let from = "orders AS o JOIN lines AS l ON l.order_id = o.id";
        let sums = LINE_SUMS.map(|name| format!("l.{name}"));
        self.grouped(from, SELECTED, keys, "COUNT(DISTINCT o.id)", sums, selection)
            .await
    }

    /// Units and amounts of lines by their code, of orders without any shipment.
    pub async fn waiting_sums(&self, selection: &Selection) -> Result<Vec<Group>, DbError> {
        let from = "orders AS o JOIN lines AS l ON l.order_id = o.id";
        let condition = format!("{SELECTED} AND o.shipped IS NULL");
        let sums = LINE_SUMS.map(|name| format!("l.{name}"));
        self.grouped(from, &condition, &[Key::Sku], "COUNT(DISTINCT o.id)", sums, selection)
            .await
    }

    /// Sums over discounts by their code: the amounts.
    pub async fn discount_sums(&self, selection: &Selection) -> Result<Vec<Group>, DbError> {
        let sql = format!(
            "SELECT d.code, COUNT(DISTINCT o.id), SUM(d.amount / 1000000), SUM(d.amount % 1000000) \
             FROM orders AS o JOIN discounts AS d ON d.order_id = o.id WHERE {SELECTED} GROUP BY 1 ORDER BY 1"
        );
        self.groups(sql, 1, 1, selection).await
    }

    /// Orders that were not shipped, by age at the second `now`: the key is 0 for under a day, 1 for one to three days, 2 for
    /// three to seven, 3 for older.
    pub async fn unshipped_sums(&self, selection: &Selection, now: i64) -> Result<Vec<Group>, DbError> {
        let age = format!("({now} - o.added)");
        let sql = format!(
            "SELECT CASE WHEN {age} < 86400 THEN '0' WHEN {age} < 259200 THEN '1' WHEN {age} < 604800 THEN '2' ELSE '3' END, \
             COUNT(*), SUM(o.units / 1000000), SUM(o.units % 1000000), SUM(o.total / 1000000), SUM(o.total % 1000000) \
             FROM orders AS o WHERE {SELECTED} AND o.shipped IS NULL GROUP BY 1 ORDER BY 1"
        );
        self.groups(sql, 1, 2, selection).await
    }

    /// How many seconds each selected order that was shipped took until then, least first, and how many were not shipped.
    pub async fn seconds_to_ship(&self, selection: &Selection) -> Result<(Vec<i64>, u64), DbError> {
        let shipped = format!(
            "SELECT o.shipped - o.added FROM orders AS o WHERE {SELECTED} AND o.shipped IS NOT NULL ORDER BY 1"
        );
        let waiting = format!("SELECT COUNT(*) FROM orders AS o WHERE {SELECTED} AND o.shipped IS NULL");
        let mut conn = self.conn.lock().await;
        let seconds = bind!(sqlx::query_scalar(AssertSqlSafe(shipped)), selection)
            .fetch_all(&mut *conn)
            .await?;
        let waiting: i64 = bind!(sqlx::query_scalar(AssertSqlSafe(waiting)), selection)
            .fetch_one(&mut *conn)
            .await?;
        Ok((seconds, waiting.unsigned_abs()))
    }

    /// E-mail addresses of the selected orders: how many have their first order of the whole copy among the selected days, how
    /// many had one before; and how many orders have no address.
    pub async fn customers(&self, selection: &Selection) -> Result<[u64; 3], DbError> {
        let sql = format!(
            "SELECT COALESCE(SUM(first >= $1), 0), COALESCE(SUM(first < $1), 0), \
             (SELECT COUNT(*) FROM orders AS o WHERE {SELECTED} AND o.email = '') \
             FROM (SELECT (SELECT MIN(p.day) FROM orders AS p WHERE p.folded = o.folded) AS first \
             FROM orders AS o WHERE {SELECTED} AND o.email <> '' GROUP BY o.folded)"
        );
        let row = bind!(sqlx::query(AssertSqlSafe(sql)), selection)
            .fetch_one(&mut *self.conn.lock().await)
            .await?;
        let count = |column: usize| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
        Ok([count(0)?, count(1)?, count(2)?])
    }

    async fn grouped<const N: usize>(
        &self,
        from: &str,
        condition: &str,
        keys: &[Key],
        count: &str,
        sums: [String; N],
        selection: &Selection,
    ) -> Result<Vec<Group>, DbError> {
        let mut columns: Vec<String> = keys.iter().map(|key| key.sql().to_owned()).collect();
        columns.push(count.to_owned());
        for sum in &sums {
            columns.push(format!("COALESCE(SUM({sum} / 1000000), 0)"));
            columns.push(format!("COALESCE(SUM({sum} % 1000000), 0)"));
        }
        let mut sql = format!("SELECT {} FROM {from} WHERE {condition}", columns.join(", "));
        if !keys.is_empty() {
            let places: Vec<String> = (1..=keys.len()).map(|place| place.to_string()).collect();
            let places = places.join(", ");
            sql = format!("{sql} GROUP BY {places} ORDER BY {places}");
        }
        self.groups(sql, keys.len(), N, selection).await
    }

    /// Runs a query whose columns are keys, a count, and each sum in two parts.
    async fn groups(
        &self,
        sql: String,
        keys: usize,
        sums: usize,
        selection: &Selection,
    ) -> Result<Vec<Group>, DbError> {
        let rows = bind!(sqlx::query(AssertSqlSafe(sql)), selection)
            .fetch_all(&mut *self.conn.lock().await)
            .await?;
        let group = |row: &sqlx::sqlite::SqliteRow| -> sqlx::Result<Group> {
            let number = |column: usize| row.try_get::<i64, _>(column).map(i128::from);
            Ok(Group {
                keys: (0..keys)
                    .map(|column| row.try_get(column))
                    .collect::<sqlx::Result<_>>()?,
                orders: row.try_get(keys)?,
                sums: (0..sums)
                    .map(|sum| {
                        let column = keys + 1 + 2 * sum;
                        Ok(number(column)? * 1_000_000 + number(column + 1)?)
                    })
                    .collect::<sqlx::Result<_>>()?,
            })
        };
        Ok(rows.iter().map(group).collect::<sqlx::Result<_>>()?)
    }
}
