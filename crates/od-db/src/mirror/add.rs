//! Orders into the tables, and out of them.

use sqlx::Connection;

use super::Tables;
use crate::DbError;

/// What the statements remove, all of the orders whose ids the JSON array `$1` holds.
const REMOVE: [&str; 4] = [
    "DELETE FROM words WHERE rowid IN (SELECT id FROM orders WHERE id IN (SELECT value FROM json_each($1)))",
    "DELETE FROM lines WHERE order_id IN (SELECT value FROM json_each($1))",
    "DELETE FROM discounts WHERE order_id IN (SELECT value FROM json_each($1))",
    "DELETE FROM orders WHERE id IN (SELECT value FROM json_each($1))",
];

/// What the statements add, all of the orders of the JSON array `$1`.
const ADD: [&str; 4] = [
    "INSERT INTO orders (id, source_id, source, email, folded, name, country, method, payment, folder, added, day, updated, shipped, \
     items, units, total, products, shipping, tax, discount, refund, basket, address, buyer, people, parcels) \
     SELECT value ->> 'id', value ->> 'source_id', value ->> 'source', value ->> 'email', value ->> 'folded', value ->> 'name', \
     value ->> 'country', value ->> 'method', value ->> 'payment', value ->> 'folder', added, \
     (added + (SELECT seconds FROM zone WHERE since <= added ORDER BY since DESC LIMIT 1)) / 86400, \
     value ->> 'updated', value ->> 'shipped', value ->> 'items', value ->> 'units', value ->> 'total', \
     value ->> 'products', value ->> 'shipping', value ->> 'tax', value ->> 'discount', value ->> 'refund', \
     value ->> 'basket', value ->> 'address', value ->> 'buyer', value ->> 'people', value ->> 'parcels' \
     FROM (SELECT value, value ->> 'added' AS added FROM json_each($1))",
    "INSERT INTO lines (order_id, place, sku, name, units, amount) \
     SELECT entry.value ->> 'id', line.key, line.value ->> 0, line.value ->> 1, line.value ->> 2, line.value ->> 3 \
     FROM json_each($1) AS entry, json_each(entry.value, '$.lines') AS line",
    "INSERT INTO discounts (order_id, place, code, amount) \
     SELECT entry.value ->> 'id', line.key, line.value ->> 0, line.value ->> 1 \
     FROM json_each($1) AS entry, json_each(entry.value, '$.discounts') AS line",
    "INSERT INTO words (rowid, source, tracking, email, phone, sku, name, street, text) \
     SELECT value ->> 'id', value ->> '$.words.source', value ->> '$.words.tracking', value ->> '$.words.email', \
     value ->> '$.words.phone', value ->> '$.words.sku', value ->> '$.words.name', value ->> '$.words.street', \
     value ->> '$.words.text' FROM json_each($1)",
];

impl Tables {
    /// Puts orders in, in place of those with the same ids. `orders` is a JSON array of objects: `id`, `folder` and `items`
    /// are whole numbers, `added` and `shipped` (or null) seconds since the epoch, `units` and the amounts `total`, `products`,
    /// `shipping`, `tax`, `discount` and `refund` millionths; `source_id`, `source`, `email`, `folded` (the e-mail address as it is compared), `name`, `country`, `method`,
    /// `payment` and `updated` are texts; `basket` and `address` are numbers for
    /// its lines and for where it goes, 0 for none; `buyer` is the customer's id in the sales channel; `people` are the names it
    /// goes by where `name` does not say it, `parcels` arrays of a shipment's id and tracking number; `lines` are arrays of code, name, units and amount, `discounts` of code and amount;
    /// `words` is an object with the texts of the index. `ids` is the array of their ids, and of those of orders that are taken
    /// out.
    pub async fn put(&self, ids: &str, orders: &str) -> Result<(), DbError> {
        let mut conn = self.conn.lock().await;
        let mut transaction = conn.begin().await?;
        for statement in REMOVE {
            sqlx::query(statement).bind(ids).execute(&mut *transaction).await?;
        }
        for statement in ADD {
            sqlx::query(statement).bind(orders).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}
