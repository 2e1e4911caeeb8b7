//! Looking orders up.

use super::Tables;
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
    pub items: i64,
    /// How the payment stands.
    pub payment: String,
    /// The folder it is in.
    pub folder: i64,
    /// When it was added: seconds since the epoch.
    pub added: i64,
    /// When it was changed, as Order Desk writes it.
    pub updated: String,
}

from_row! { Found: id, source_id, source, email, name, total, items, payment, folder, added, updated }

macro_rules! columns {
    () => {
        "SELECT o.id, o.source_id, o.source, o.email, o.name, o.total, o.items, o.payment, o.folder, o.added, o.updated \
         FROM orders AS o"
    };
}

impl Tables {
    /// The order with this id.
    pub async fn order(&self, id: i64) -> Result<Option<Found>, DbError> {
        const SQL: &str = concat!(columns!(), " WHERE o.id = $1");
        Ok(sqlx::query_as(SQL)
            .bind(id)
            .fetch_optional(&mut *self.conn.lock().await)
            .await?)
    }

    /// Orders that have all of these words in a column, the last one also as a beginning, newest first. Words are texts as
    /// people write them; what is no letter and no digit in them parts them.
    pub async fn find(
        &self,
        column: Words,
        words: &[&str],
        beginning: bool,
        since: i64,
        limit: i64,
    ) -> Result<Vec<Found>, DbError> {
        const SQL: &str = concat!(
            columns!(),
            " JOIN words AS w ON w.rowid = o.id WHERE words MATCH $1 AND o.added >= $2 ORDER BY o.added DESC, o.id DESC LIMIT $3"
        );
        let Some(last) = words.len().checked_sub(1) else {
            return Ok(Vec::new());
        };
        let terms = words.iter().enumerate().map(|(at, word)| {
            let open = if beginning && at == last { " *" } else { "" };
            format!("\"{}\"{open}", word.replace('"', "\"\""))
        });
        let expression = format!(
            "{{{}}} : ({})",
            column.columns(),
            terms.collect::<Vec<_>>().join(" AND ")
        );
        Ok(sqlx::query_as(SQL)
            .bind(expression)
            .bind(since)
            .bind(limit)
            .fetch_all(&mut *self.conn.lock().await)
            .await?)
    }
}
