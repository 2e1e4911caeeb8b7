//! How the folders stand: what waits where, and for how long.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::{Which, answer, cut};
use super::days::told;
use super::micro::money;
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

/// What waits in the folders.
#[derive(Clone, Debug, Deserialize)]
pub struct Queue {
    /// Name or id of the store.
    pub store: Option<String>,
    /// `all`: every store of the tenant.
    pub stores: Option<String>,
    /// Orders older than so many days count as stuck.
    #[serde(default = "a_week")]
    pub stuck_after_days: u32,
    /// Folders to skip.
    #[serde(default)]
    pub offset: usize,
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
}

fn a_week() -> u32 {
    7
}

impl Insight<'_> {
    /// Each folder with what is in it. `data` is `{"folders": [...]}`, in the order of the store's folders.
    ///
    /// # Errors
    /// [`Error::Invalid`] when copies are switched off; [`Error::Upstream`].
    pub async fn queue(&self, scope: &Scope, input: Queue) -> Result<Outcome<Value>, Error> {
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            fresh: input.fresh,
        };
        let copies = self.copies(scope, which).await?;
        let now = self.now();
        let mut rows = Vec::new();
        let mut parts = Vec::new();
        for copy in &copies {
            let stuck = now.as_second() - i64::from(input.stuck_after_days) * 86_400;
            let several = copies.len() > 1;
            let mut orders = 0;
            for (row, in_it) in folders(copy, now.as_second(), stuck, several).await? {
                rows.push(row);
                orders += in_it;
            }
            parts.push((copy.days(now), orders));
        }
        let mut data = Map::new();
        cut(&mut data, "folders", rows, input.offset, None);
        data.insert("stuck_after_days".to_owned(), input.stuck_after_days.into());
        Ok(answer(data, &copies, &parts))
    }
}

/// The folders of a store, also the empty ones, with the number of orders in each.
async fn folders(copy: &Ready, now: i64, stuck: i64, several: bool) -> Result<Vec<(Value, u64)>, Error> {
    let mut found = copy.tables.folders(now, stuck).await?;
    let mut rows = Vec::new();
    let known = copy.shop.folders.iter().map(|folder| folder.id.clone());
    let mut ids: Vec<String> = known.collect();
    let unknown = found.iter().map(|folder| folder.folder.to_string());
    let unknown: Vec<String> = unknown.filter(|id| !ids.contains(id)).collect();
    ids.extend(unknown);
    for id in ids {
        let at = found.iter().position(|folder| folder.folder.to_string() == id);
        let mut row = Map::new();
        let mut add = |name: &str, value: Value| row.insert(name.to_owned(), value);
        if several {
            add("store_id", copy.store.name.store_id.as_str().into());
            add("store_name", copy.store.name.store_name.as_str().into());
        }
        add("folder_name", copy.folder_name(&id).into());
        add("folder_id", id.into());
        let Some(folder) = at.map(|at| found.swap_remove(at)) else {
            add("orders", 0.into());
            rows.push((row.into(), 0));
            continue;
        };
        add("orders", folder.orders.into());
        add("value", money(folder.value).into());
        add("currency", copy.shop.currency.as_deref().into());
        let (order_id, source_id, added) = folder.oldest;
        add(
            "oldest",
            json!({
                "order_id": order_id.to_string(),
                "source_id": source_id,
                "date_added": told(added),
                "age_days": (now - added).max(0) / 86_400,
            }),
        );
        let ages = folder.ages;
        add(
            "ages",
            json!({
                "under_1_day": ages.under_1_day,
                "1_to_3_days": ages.under_3_days,
                "3_to_7_days": ages.under_7_days,
                "over_7_days": ages.older,
            }),
        );
        let sources: Map<String, Value> = folder
            .sources
            .into_iter()
            .map(|(source, orders)| (source, orders.into()))
            .collect();
        add("sources", sources.into());
        add("stuck", folder.before.into());
        rows.push((row.into(), folder.orders.unsigned_abs()));
    }
    Ok(rows)
}
