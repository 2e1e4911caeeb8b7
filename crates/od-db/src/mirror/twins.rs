//! Orders that may be one order twice.

use super::Tables;
use super::select::json;
use crate::DbError;
use crate::row::from_row;

/// An order that has something in common with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Order Desk's id.
    pub id: i64,
    /// The id in the sales channel.
    pub source_id: String,
    /// The sales channel.
    pub source: String,
    /// E-mail address.
    pub email: String,
    /// The e-mail address as it is compared; empty where there is none.
    pub folded: String,
    /// Whose it is.
    pub name: String,
    /// What it comes to, in millionths.
    pub total: i64,
    /// How the payment stands.
    pub payment: String,
    /// The folder it is in.
    pub folder: i64,
    /// When it was added: seconds since the epoch.
    pub added: i64,
    /// When the first parcel was sent.
    pub shipped: Option<i64>,
    /// Which lines it has, as a number; 0 for none.
    pub basket: i64,
    /// Where it goes, as a number; 0 for nowhere.
    pub address: i64,
}

from_row! { Twin: id, source_id, source, email, folded, name, total, payment, folder, added, shipped, basket, address }

/// What a merged order's id in the sales channel ends with, behind that of the newest order in it.
pub const MERGED: &str = "-M";

impl Tables {
    /// Orders outside of these folders that have e-mail address and lines, address and lines, or channel and id in common with
    /// another one, or are a merged order or one of those that went into it; oldest first.
    pub async fn twins(&self, without: &[i64]) -> Result<Vec<Twin>, DbError> {
        // Each group comes out of an index, which has it in order.
        const SQL: &str = "SELECT o.id, o.source_id, o.source, o.email, o.folded, o.name, o.total, o.payment, o.folder, o.added, \
             o.shipped, o.basket, o.address FROM orders AS o WHERE o.folder NOT IN (SELECT value FROM json_each($1)) AND o.id IN (\
             SELECT t.id FROM (SELECT folded, basket FROM orders WHERE folded <> '' AND basket <> 0 \
             GROUP BY folded, basket HAVING COUNT(*) > 1) AS g JOIN orders AS t ON t.folded = g.folded AND t.basket = g.basket \
             UNION ALL SELECT t.id FROM (SELECT address, basket FROM orders WHERE address <> 0 AND basket <> 0 \
             GROUP BY address, basket HAVING COUNT(*) > 1) AS g JOIN orders AS t ON t.address = g.address AND t.basket = g.basket \
             UNION ALL SELECT t.id FROM (SELECT source_id, source FROM orders WHERE source_id <> '' \
             GROUP BY source_id, source HAVING COUNT(*) > 1) AS g JOIN orders AS t ON t.source_id = g.source_id AND t.source = g.source \
             UNION ALL SELECT id FROM orders WHERE source_id GLOB '?*' || $2 \
             UNION ALL SELECT t.id FROM orders AS m JOIN orders AS t \
             ON t.source_id = substr(m.source_id, 1, length(m.source_id) - length($2)) WHERE m.source_id GLOB '?*' || $2) \
             ORDER BY o.added, o.id";
        Ok(sqlx::query_as(SQL)
            .bind(json(without))
            .bind(MERGED)
            .fetch_all(&mut *self.conn.lock().await)
            .await?)
    }
}
