//! Looking orders up.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Tables;
use super::facts::{Fact, Facts};
use super::schema::VOCABULARY;
use super::select::json;
use crate::DbError;
use crate::row::from_row;

/// Columns of the index of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// The id in the sales channel, as one word.
    Source,
    /// Tracking numbers, each as one word.
    Tracking,
    /// The e-mail address, as one word.
    Email,
    /// Phone numbers, each as one word of their digits backwards.
    Phone,
    /// Codes of lines, each as one word.
    Sku,
    /// Names.
    Name,
    /// Streets.
    Street,
    /// All of it, and what else was written.
    Any,
}

impl Words {
    fn columns(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Tracking => "tracking",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Sku => "sku",
            Self::Name => "name",
            Self::Street => "street",
            Self::Any => "name street text sku",
        }
    }
}

/// An order as it is shown in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Order Desk's id.
    pub id: i64,
    /// The id in the sales channel.
    pub source_id: String,
    /// The sales channel.
    pub source: String,
    /// E-mail address.
    pub email: String,
    /// Whose it is.
    pub name: String,
    /// What it comes to, in millionths.
    pub total: i64,
    /// How many lines it has.
    pub items: usize,
    /// How the payment stands.
    pub payment: String,
    /// The folder it is in.
    pub folder: i64,
    /// When it was added: seconds since the epoch.
    pub added: i64,
    /// When it was changed, as Order Desk writes it.
    pub updated: String,
    /// Its parcels: a JSON array of arrays of a shipment's id, tracking number, carrier and day.
    pub parcels: String,
}

/// What is told of an order in words.
struct Texts {
    id: i64,
    source_id: String,
    email: String,
    name: String,
    updated: String,
    parcels: String,
}

from_row! { Texts: id, source_id, email, name, updated, parcels }

/// Matches that are looked at first; each further time twice as many.
const FIRST: i64 = 256;

impl Tables {
    /// The order with this id.
    pub async fn order(&self, id: i64) -> Result<Option<Found>, DbError> {
        Ok(self.orders(&[id]).await?.pop())
    }

    /// The orders with these ids, in their order, as far as there are.
    pub async fn orders(&self, ids: &[i64]) -> Result<Vec<Found>, DbError> {
        const SQL: &str = "SELECT id, source_id, email, name, updated, parcels FROM orders \
             WHERE id IN (SELECT value FROM json_each($1))";
        let texts: Vec<Texts> = sqlx::query_as(SQL)
            .bind(json(ids))
            .fetch_all(&mut *self.conn.lock().await)
            .await?;
        let mut texts: HashMap<i64, Texts> = texts.into_iter().map(|texts| (texts.id, texts)).collect();
        let facts = self.facts();
        let found = |id: &i64| {
            let (texts, fact) = (texts.remove(id)?, facts.get(*id)?);
            Some(Found::of(texts, fact, &facts))
        };
        Ok(ids.iter().filter_map(found).collect())
    }

    /// Words of names that begin so, as they are folded, so many at most. Words of orders that are gone may be among them.
    pub async fn names(&self, beginning: &str, most: u32) -> Result<Vec<String>, DbError> {
        const SQL: &str = "SELECT term FROM temp.vocabulary WHERE term >= $1 AND term < $2 AND col = 'name' LIMIT $3";
        let mut conn = self.conn.lock().await;
        sqlx::query(VOCABULARY).execute(&mut *conn).await?;
        let words = sqlx::query_scalar(SQL)
            .bind(beginning)
            .bind(format!("{beginning}\u{10ffff}"))
            .bind(most)
            .fetch_all(&mut *conn)
            .await?;
        Ok(words)
    }

    /// Orders that have all of these words in a column, the last one also as a beginning: when each was added, and its id, newest
    /// first. Words are texts as people write them; what is no letter and no digit in them parts them.
    pub async fn find(
        &self,
        column: Words,
        words: &[&str],
        beginning: bool,
        since: i64,
        limit: usize,
    ) -> Result<Vec<(i64, i64)>, DbError> {
        const SQL: &str = "SELECT rowid FROM words WHERE words MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3";
        let Some(expression) = expression(column, words, beginning) else {
            return Ok(Vec::new());
        };
        let mut newest: Vec<(i64, i64)> = Vec::new();
        let (mut below, mut most) = (i64::MAX, FIRST);
        // A common word is in most orders. Ids mostly grow with time: so they are gone through from the largest on, until no order
        // with a smaller one is newer than those that were found.
        loop {
            let matches: Vec<i64> = sqlx::query_scalar(SQL)
                .bind(&expression)
                .bind(below)
                .bind(most)
                .fetch_all(&mut *self.conn.lock().await)
                .await?;
            let facts = self.facts();
            let added = matches.iter().filter_map(|id| Some((facts.get(*id)?.added, *id)));
            newest.extend(added.filter(|(added, _)| *added >= since));
            newest.sort_unstable_by_key(|found| Reverse(*found));
            newest.truncate(limit);
            let Some(last) = matches.last().filter(|_| i64::try_from(matches.len()) == Ok(most)) else {
                break;
            };
            let wanted = newest.get(limit.saturating_sub(1)).map_or(since, |(added, _)| *added);
            if facts.newest_below(*last).is_none_or(|newest| newest < wanted) {
                break;
            }
            (below, most) = (*last, most.saturating_mul(2));
        }
        Ok(newest)
    }
}

/// What the index is asked; nothing without any word.
fn expression(column: Words, words: &[&str], beginning: bool) -> Option<String> {
    let last = words.len().checked_sub(1)?;
    let terms = words.iter().enumerate().map(|(at, word)| {
        let open = if beginning && at == last { " *" } else { "" };
        format!("\"{}\"{open}", word.replace('"', "\"\""))
    });
    let terms: Vec<String> = terms.collect();
    Some(format!("{{{}}} : ({})", column.columns(), terms.join(" AND ")))
}

impl Found {
    fn of(texts: Texts, fact: &Fact, facts: &Facts) -> Self {
        let name = |number| facts.names.text(number).to_owned();
        let [_, total, ..] = fact.sums;
        Self {
            id: fact.id,
            source_id: texts.source_id,
            source: name(fact.source),
            email: texts.email,
            name: texts.name,
            total,
            items: fact.lines.len(),
            payment: name(fact.payment),
            folder: fact.folder,
            added: fact.added,
            updated: texts.updated,
            parcels: texts.parcels,
        }
    }
}
