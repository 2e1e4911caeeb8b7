//! Orders into the tables, and out of them.

use sqlx::Connection;

use super::Tables;
use super::facts::Facts;
use crate::DbError;

/// What the statements remove, all of the orders whose ids the JSON array `$1` holds.
const REMOVE: [&str; 2] = [
    "DELETE FROM words WHERE rowid IN (SELECT id FROM orders WHERE id IN (SELECT value FROM json_each($1)))",
    "DELETE FROM orders WHERE id IN (SELECT value FROM json_each($1))",
];

/// What the statements add, all of the orders of the JSON array `$1`.
const ADD: [&str; 2] = [
    "INSERT INTO orders (id, source_id, email, folded, name, updated, added, buyer, people, parcels) \
     SELECT value ->> 'id', value ->> 'source_id', value ->> 'email', value ->> 'folded', value ->> 'name', value ->> 'updated', \
     value ->> 'added', value ->> 'buyer', value ->> 'people', value ->> 'parcels' FROM json_each($1)",
    "INSERT INTO words (rowid, source, tracking, email, phone, sku, name, street, text) \
     SELECT value ->> 'id', value ->> '$.words.source', value ->> '$.words.tracking', value ->> '$.words.email', \
     value ->> '$.words.phone', value ->> '$.words.sku', value ->> '$.words.name', value ->> '$.words.street', \
     value ->> '$.words.text' FROM json_each($1)",
];

impl Tables {
    /// Puts orders in, in place of those with the same ids. `orders` is a JSON array of objects: `id` and `folder`
    /// are whole numbers, `added` seconds since the epoch, `units` and the amounts `total`, `products`,
    /// `shipping`, `tax`, `discount` and `refund` millionths; `source_id`, `source`, `email`, `folded` (the e-mail address as it is
    /// compared), `name`, `country`, `method`, `payment` and `updated` are texts; `customer`, `basket`, `address`, `origin` and
    /// `merged` are numbers for whose it is, its lines, where it goes, its id in the sales channel and that of the order it was
    /// merged from, 0 for none; `buyer` is the customer's id in the sales channel; `people` are the names it goes by where
    /// `name` does not say it, `parcels`
    /// arrays of a shipment's id, tracking number, carrier and day; `lines` are arrays of code, name, units and amount, `discounts` of code and
    /// amount, `shipments` of when one was recorded and when it was sent, seconds since the epoch or null, the first second of a day in UTC
    /// for a day in the store's zone; `words` is an object with the texts of the index. `ids` is the array of their ids, and of those of orders that are
    /// taken out.
    pub async fn put(&self, ids: &str, orders: &str) -> Result<(), DbError> {
        let (gone, changed) = Facts::parse(ids, orders)?;
        let mut conn = self.conn.lock().await;
        let mut transaction = conn.begin().await?;
        for statement in REMOVE {
            sqlx::query(statement).bind(ids).execute(&mut *transaction).await?;
        }
        for statement in ADD {
            sqlx::query(statement).bind(orders).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        self.facts_mut().put(&gone, changed);
        Ok(())
    }
}
