//! Which orders a report counts.

use std::collections::{BTreeSet, HashSet};

use super::Tables;
use super::facts::{Fact, Facts};
use crate::DbError;

/// Orders by their day in the store's zone, and by what filters say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// First day, in days since the epoch.
    pub from: i64,
    /// Last day.
    pub to: i64,
    /// Only in these folders.
    pub folders: Option<Vec<i64>>,
    /// Not in these folders.
    pub without: Vec<i64>,
    /// Only of this sales channel, in any case.
    pub source: Option<String>,
    /// Only with this id in the sales channel.
    pub source_id: Option<String>,
    /// Only of this e-mail address, as it is compared.
    pub email: Option<String>,
    /// Only of the customer with this id in the sales channel.
    pub buyer: Option<String>,
    /// Only added then: seconds since the epoch.
    pub added: Dates<i64>,
    /// Only changed then, as Order Desk writes it.
    pub updated: Dates<String>,
}

/// From a moment on, and before another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates<T> {
    /// At or after it.
    pub from: Option<T>,
    /// Before it.
    pub before: Option<T>,
}

/// The condition of the filters that numbers cannot judge, on `orders AS o`. Its parameters are bound by [`bind`].
const SELECTED: &str = "($1 IS NULL OR o.source_id = $1) AND ($2 IS NULL OR o.folded = $2) AND ($3 IS NULL OR o.buyer = $3) \
     AND ($4 IS NULL OR o.added >= $4) AND ($5 IS NULL OR o.added < $5) \
     AND ($6 IS NULL OR o.updated >= $6) AND ($7 IS NULL OR o.updated < $7)";

/// Binds the parameters of such a condition.
macro_rules! bind {
    ($query:expr, $selection:expr) => {
        $query
            .bind($selection.source_id.as_deref())
            .bind($selection.email.as_deref())
            .bind($selection.buyer.as_deref())
            .bind($selection.added.from)
            .bind($selection.added.before)
            .bind($selection.updated.from.as_deref())
            .bind($selection.updated.before.as_deref())
    };
}

/// A selection whose texts were looked up.
pub(super) struct Chosen<'a> {
    selection: &'a Selection,
    /// Numbers of the sales channel's name, however it is written.
    sources: Option<Vec<u32>>,
    only: Option<HashSet<i64>>,
}

impl Selection {
    /// Whether anything but days, folders and channel is filtered by.
    fn has_texts(&self) -> bool {
        let bare = Self {
            from: self.from,
            to: self.to,
            folders: self.folders.clone(),
            without: self.without.clone(),
            source: self.source.clone(),
            ..Self::default()
        };
        *self != bare
    }
}

impl<'a> Chosen<'a> {
    fn new(selection: &'a Selection, facts: &Facts, only: Option<HashSet<i64>>) -> Self {
        Self {
            selection,
            sources: selection
                .source
                .as_deref()
                .map(|source| facts.names.find_in_any_case(source)),
            only,
        }
    }

    /// The orders among all.
    pub(super) fn among<'f>(&self, facts: &'f Facts) -> impl Iterator<Item = &'f Fact> {
        facts.all().iter().filter(|fact| self.has(fact))
    }

    fn has(&self, fact: &Fact) -> bool {
        let Selection {
            from,
            to,
            folders,
            without,
            ..
        } = self.selection;
        (*from..=*to).contains(&fact.day)
            && folders.as_ref().is_none_or(|folders| folders.contains(&fact.folder))
            && !without.contains(&fact.folder)
            && self
                .sources
                .as_ref()
                .is_none_or(|sources| sources.contains(&fact.source))
            && self.only.as_ref().is_none_or(|only| only.contains(&fact.id))
    }
}

impl Tables {
    /// The sales channels that there are orders of.
    pub fn sources(&self) -> Vec<String> {
        let facts = self.facts();
        let numbers: BTreeSet<u32> = facts.all().iter().map(|fact| fact.source).collect();
        numbers
            .into_iter()
            .map(|source| facts.names.text(source).to_owned())
            .collect()
    }

    /// What `act` makes of the orders of a selection.
    pub(super) async fn of_selected<T>(
        &self,
        selection: &Selection,
        act: impl FnOnce(&Facts, &Chosen<'_>) -> T,
    ) -> Result<T, DbError> {
        const SQL: &str = "SELECT o.id FROM orders AS o WHERE ";
        let only: Option<Vec<i64>> = if selection.has_texts() {
            let sql = sqlx::AssertSqlSafe(SQL.to_owned() + SELECTED);
            let ids = bind!(sqlx::query_scalar(sql), selection)
                .fetch_all(&mut *self.conn.lock().await)
                .await?;
            Some(ids)
        } else {
            None
        };
        let facts = self.facts();
        let chosen = Chosen::new(selection, &facts, only.map(HashSet::from_iter));
        Ok(act(&facts, &chosen))
    }
}

/// Numbers as a JSON array.
pub(super) fn json(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}
