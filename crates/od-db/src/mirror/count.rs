//! How many orders there are, where, and how old they are.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::Tables;
use super::facts::Fact;
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
    /// How many of them came from which sales channel, most first.
    pub sources: Vec<(String, i64)>,
}

impl Span {
    fn has(self, fact: &Fact) -> bool {
        (self.from..self.to).contains(&fact.added) && self.folder.is_none_or(|folder| folder == fact.folder)
    }
}

impl Tables {
    /// How many orders are in a span.
    #[expect(clippy::unused_async, reason = "asked as the other questions are, which wait")]
    pub async fn count(&self, span: Span) -> Result<u64, DbError> {
        Ok(self.facts().all().iter().map(|fact| u64::from(span.has(fact))).sum())
    }

    /// The ids of a span's orders.
    #[expect(clippy::unused_async, reason = "asked as the other questions are, which wait")]
    pub async fn ids(&self, span: Span) -> Result<Vec<i64>, DbError> {
        let facts = self.facts();
        let found = facts.all().iter().filter(|fact| span.has(fact));
        Ok(found.map(|fact| fact.id).collect())
    }

    /// When the order in the middle of a span was added; nothing when there is none.
    #[expect(clippy::unused_async, reason = "asked as the other questions are, which wait")]
    pub async fn middle(&self, span: Span) -> Result<Option<i64>, DbError> {
        let facts = self.facts();
        let found = facts.all().iter().filter(|fact| span.has(fact));
        let mut added: Vec<i64> = found.map(|fact| fact.added).collect();
        added.sort_unstable();
        Ok(added.get(added.len() / 2).copied())
    }

    /// How each folder that has orders stands at the second `now`.
    pub async fn folders(&self, now: i64) -> Result<Vec<FolderAges>, DbError> {
        const SOURCE_ID: &str = "SELECT source_id FROM orders WHERE id = $1";
        let mut folders = self.stand(now);
        let mut conn = self.conn.lock().await;
        for folder in &mut folders {
            let known = sqlx::query_scalar(SOURCE_ID).bind(folder.oldest.0);
            folder.oldest.1 = known.fetch_optional(&mut *conn).await?.unwrap_or_default();
        }
        Ok(folders)
    }

    /// The same without the ids in the sales channel.
    fn stand(&self, now: i64) -> Vec<FolderAges> {
        let facts = self.facts();
        let mut folders: BTreeMap<i64, (FolderAges, HashMap<u32, i64>)> = BTreeMap::new();
        for fact in facts.all() {
            let (folder, sources) = folders
                .entry(fact.folder)
                .or_insert_with(|| (FolderAges::first(fact), HashMap::new()));
            folder.add(fact, now);
            *sources.entry(fact.source).or_default() += 1;
        }
        let named = |(mut folder, sources): (FolderAges, HashMap<u32, i64>)| {
            let sources = sources.into_iter();
            folder.sources = sources
                .map(|(source, orders)| (facts.names.text(source).to_owned(), orders))
                .collect();
            folder
                .sources
                .sort_by(|(one, few), (other, many)| Reverse(few).cmp(&Reverse(many)).then_with(|| one.cmp(other)));
            folder
        };
        folders.into_values().map(named).collect()
    }
}

impl FolderAges {
    /// That of an order, which is not counted yet.
    fn first(fact: &Fact) -> Self {
        Self {
            folder: fact.folder,
            orders: 0,
            value: 0,
            oldest: (fact.id, String::new(), fact.added),
            ages: Ages::default(),
            sources: Vec::new(),
        }
    }

    fn add(&mut self, fact: &Fact, now: i64) {
        const DAY: i64 = 86_400;
        let [_, total, ..] = fact.sums;
        self.orders += 1;
        self.value += i128::from(total);
        if (fact.added, fact.id) < (self.oldest.2, self.oldest.0) {
            self.oldest = (fact.id, String::new(), fact.added);
        }
        let age = now - fact.added;
        let ages = &mut self.ages;
        let of_age = match age {
            _ if age < DAY => &mut ages.under_1_day,
            _ if age < 3 * DAY => &mut ages.under_3_days,
            _ if age < 7 * DAY => &mut ages.under_7_days,
            _ => &mut ages.older,
        };
        *of_age += 1;
    }
}
