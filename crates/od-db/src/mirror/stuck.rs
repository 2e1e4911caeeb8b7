//! Orders that wait for longer than they should.

use std::collections::BTreeMap;

use super::Tables;
use super::facts::Fact;
use crate::DbError;

/// Which orders are stuck: those without any shipment that were added before a second, outside of some folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Added before this second since the epoch.
    pub before: i64,
    /// Not in these folders.
    pub without: Vec<i64>,
}

/// An order that is stuck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Order Desk's id.
    pub id: i64,
    /// The id in the sales channel.
    pub source_id: String,
    /// The folder it is in.
    pub folder: i64,
    /// When it was added: seconds since the epoch.
    pub added: i64,
}

impl Stuck {
    pub(super) fn has(&self, fact: &Fact) -> bool {
        fact.added < self.before && !fact.is_shipped() && !self.without.contains(&fact.folder)
    }
}

impl Tables {
    /// How many orders are stuck, by their folder.
    pub fn stuck_by_folder(&self, stuck: &Stuck) -> BTreeMap<i64, u64> {
        let facts = self.facts();
        let mut folders = BTreeMap::new();
        for fact in facts.all().iter().filter(|fact| stuck.has(fact)) {
            *folders.entry(fact.folder).or_default() += 1;
        }
        folders
    }

    /// The oldest orders that are stuck, the oldest first.
    pub async fn stuck(&self, stuck: &Stuck, most: usize) -> Result<Vec<Waiting>, DbError> {
        let mut oldest: Vec<(i64, i64)> = {
            let facts = self.facts();
            let stuck = facts.all().iter().filter(|fact| stuck.has(fact));
            stuck.map(|fact| (fact.added, fact.id)).collect()
        };
        oldest.sort_unstable();
        let ids: Vec<i64> = oldest.into_iter().take(most).map(|(_, id)| id).collect();
        let found = self.orders(&ids).await?.into_iter().map(|order| Waiting {
            id: order.id,
            source_id: order.source_id,
            folder: order.folder,
            added: order.added,
        });
        Ok(found.collect())
    }
}
