//! Orders as parcels are matched with them.

use super::Tables;
use crate::DbError;
use crate::row::from_row;

/// An order with what a parcel's order is known by, and the parcels that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// Order Desk's id.
    pub id: i64,
    /// The id in the sales channel.
    pub source_id: String,
    /// E-mail address.
    pub email: String,
    /// When it was added: seconds since the epoch.
    pub added: i64,
    /// Whose it is.
    pub name: String,
    /// The names it goes by, a JSON array of texts; nothing where `name` says it.
    pub people: Option<String>,
    /// Its parcels: a JSON array of arrays of a shipment's id, tracking number, carrier and day.
    pub parcels: String,
}

from_row! { Addressed: id, source_id, email, added, name, people, parcels }

macro_rules! columns {
    () => {
        "SELECT o.id, o.source_id, o.email, o.added, o.name, o.people, o.parcels FROM orders AS o"
    };
}

impl Tables {
    /// The order with this id.
    pub async fn addressed(&self, id: i64) -> Result<Option<Addressed>, DbError> {
        const SQL: &str = concat!(columns!(), " WHERE o.id = $1");
        Ok(sqlx::query_as(SQL)
            .bind(id)
            .fetch_optional(&mut *self.conn.lock().await)
            .await?)
    }

    /// The folder that the order with this id is in, and how its payment stands.
    pub fn standing(&self, id: i64) -> Option<(i64, String)> {
        let facts = self.facts();
        let fact = facts.get(id)?;
        Some((fact.folder, facts.names.text(fact.payment).to_owned()))
    }

    /// Orders whose id in the sales channel makes this one word, oldest first.
    pub async fn addressed_by_source(&self, word: &str) -> Result<Vec<Addressed>, DbError> {
        self.addressed_by("source", word).await
    }

    /// Orders of which a shipment's tracking number makes this one word, oldest first.
    pub async fn addressed_by_tracking(&self, word: &str) -> Result<Vec<Addressed>, DbError> {
        self.addressed_by("tracking", word).await
    }

    async fn addressed_by(&self, column: &str, word: &str) -> Result<Vec<Addressed>, DbError> {
        const SQL: &str = concat!(
            columns!(),
            " JOIN words AS w ON w.rowid = o.id WHERE words MATCH $1 ORDER BY o.added, o.id"
        );
        if word.is_empty() {
            return Ok(Vec::new());
        }
        Ok(sqlx::query_as(SQL)
            .bind(format!("{{{column}}} : (\"{}\")", word.replace('"', "\"\"")))
            .fetch_all(&mut *self.conn.lock().await)
            .await?)
    }

    /// Orders of an e-mail address, as it is compared, oldest first.
    pub async fn addressed_by_email(&self, folded: &str) -> Result<Vec<Addressed>, DbError> {
        const SQL: &str = concat!(columns!(), " WHERE o.folded = $1 ORDER BY o.added, o.id");
        Ok(sqlx::query_as(SQL)
            .bind(folded)
            .fetch_all(&mut *self.conn.lock().await)
            .await?)
    }
}
