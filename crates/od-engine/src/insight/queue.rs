//! How the folders stand: what waits where, and for how long.

use od_db::mirror::Stuck;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::{Answer, ROOM, cut_within, that_fit};
use super::asked::Which;
use super::days::told;
use super::folders;
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
    /// Orders that wait for longer than so many days are stuck.
    #[serde(default = "a_week")]
    pub stuck_after_days: u32,
    /// Folders to skip.
    #[serde(default)]
    pub offset: usize,
    /// Stuck orders to skip; with it more of them are listed, and fewer folders.
    pub stuck_offset: Option<usize>,
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
}

fn a_week() -> u32 {
    7
}

const DAY: i64 = 86_400;
/// Stuck orders that are listed beside the folders.
const LISTED: usize = 8;
/// Bytes of JSON for the folders: the list takes some.
const FOLDERS: usize = 4_600;
/// Stuck orders that are read where they are what is asked for: more than there is room for.
const PAGE: usize = 60;
/// Bytes of JSON for them; the folders have the rest.
const STUCK: usize = 4_400;
/// Sales channels that are named in a folder.
const SOURCES: usize = 10;

impl Insight<'_> {
    /// Each folder with what is in it. `data` is `{"folders": [...], "stuck_orders": [...], "stuck_orders_total",
    /// "definition"}`, folders in the order of the store's, the oldest of the stuck orders first.
    ///
    /// # Errors
    /// [`Error::Invalid`] when copies are switched off; [`Error::Upstream`].
    pub async fn queue(&self, scope: &Scope, input: Queue) -> Result<Outcome<Value>, Error> {
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            can_be_all: true,
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let now = self.now();
        let mut answer = Answer::new(&asked);
        let mut rows = Vec::new();
        let (mut waiting, mut all_stuck) = (Vec::new(), 0);
        let (skipped, page, room) = match input.stuck_offset {
            None => (0, LISTED, FOLDERS),
            Some(skipped) => (skipped, PAGE, ROOM - STUCK),
        };
        let mut left_out = Vec::new();
        for store in &asked.stores {
            let part = async {
                let copy = self.copy_of(scope, &asked, store).await?;
                let without = folders::not_waiting(&copy.shop.folders);
                let stuck = Stuck {
                    before: now.as_second() - i64::from(input.stuck_after_days) * DAY,
                    without: folders::ids(&without),
                };
                left_out.extend(without.iter().map(|folder| folder.name.clone()));
                let mut orders = 0;
                let of_store = copy.stands(now.as_second(), &stuck, asked.are_several()).await?;
                // Of what is not read yet nobody shall think that there is nothing.
                let is_unread = copy.half.is_some() && of_store.iter().all(|(_, in_it)| *in_it == 0);
                for (row, in_it) in of_store {
                    orders += in_it;
                    if !is_unread {
                        rows.push(row);
                    }
                }
                all_stuck += copy.tables.stuck_by_folder(&stuck).into_values().sum::<u64>();
                // Those that are wanted of all stores together can all be of one.
                let most = skipped.saturating_add(page);
                waiting.extend(copy.stuck(now.as_second(), (&stuck, most), asked.are_several()).await?);
                Ok::<_, Error>(copy.part(copy.days(now), orders))
            };
            let part = part.await;
            answer.add(store, part)?;
        }
        waiting.sort_by_key(|(added, _)| *added);
        let waiting = waiting.into_iter().skip(skipped).take(page).map(|(_, row)| row);
        let waiting = that_fit(waiting, STUCK);
        left_out.sort();
        left_out.dedup();
        let mut data = Map::new();
        cut_within(&mut data, "folders", rows, input.offset, room);
        let next = skipped.saturating_add(waiting.len());
        let more = (!waiting.is_empty() && (next as u64) < all_stuck).then(|| {
            data.insert("next_stuck_offset".to_owned(), next.into());
            let listed = waiting.len();
            format!("{all_stuck} orders are stuck, and {listed} of them are listed: stuck_offset {next} goes on where these end.")
        });
        data.insert("stuck_orders".to_owned(), waiting.into());
        data.insert("stuck_orders_total".to_owned(), all_stuck.into());
        data.insert("stuck_after_days".to_owned(), input.stuck_after_days.into());
        data.insert("definition".to_owned(), definition(&left_out).into());
        Ok(answer.finish(data)?.with_warnings(more))
    }
}

impl Ready {
    /// So many of the stuck orders, the oldest first, with when they were added.
    async fn stuck(&self, now: i64, (stuck, most): (&Stuck, usize), several: bool) -> Result<Vec<(i64, Value)>, Error> {
        let found = self.tables.stuck(stuck, most).await?;
        let row = |order: od_db::mirror::Waiting| {
            let mut row = Map::new();
            let mut add = |name: &str, value: Value| row.insert(name.to_owned(), value);
            if several {
                add("store_id", self.store.name.store_id.as_str().into());
            }
            add("order_id", order.id.to_string().into());
            add("source_id", order.source_id.into());
            add("folder_name", self.folder_name(&order.folder.to_string()).into());
            add("date_added", told(order.added).into());
            add("age_days", days_since(order.added, now).into());
            (order.added, row.into())
        };
        Ok(found.into_iter().map(row).collect())
    }

    /// The folders of a store, also the empty ones, with the number of orders in each.
    async fn stands(&self, now: i64, stuck: &Stuck, several: bool) -> Result<Vec<(Value, u64)>, Error> {
        let mut found = self.tables.folders(now).await?;
        let stuck = self.tables.stuck_by_folder(stuck);
        let mut rows = Vec::new();
        let known = self.shop.folders.iter().map(|folder| folder.id.clone());
        let mut ids: Vec<String> = known.collect();
        let unknown = found.iter().map(|folder| folder.folder.to_string());
        let unknown: Vec<String> = unknown.filter(|id| !ids.contains(id)).collect();
        ids.extend(unknown);
        for id in ids {
            let at = found.iter().position(|folder| folder.folder.to_string() == id);
            let mut row = Map::new();
            let mut add = |name: &str, value: Value| row.insert(name.to_owned(), value);
            if several {
                add("store_id", self.store.name.store_id.as_str().into());
                add("store_name", self.store.name.store_name.as_str().into());
            }
            add("folder_name", self.folder_name(&id).into());
            add("folder_id", id.into());
            let Some(folder) = at.map(|at| found.swap_remove(at)) else {
                add("orders", 0.into());
                rows.push((row.into(), 0));
                continue;
            };
            add("orders", folder.orders.into());
            add("value", money(folder.value).into());
            add("currency", self.shop.currency.as_deref().into());
            let (order_id, source_id, added) = folder.oldest;
            add(
                "oldest",
                json!({
                    "order_id": order_id.to_string(),
                    "source_id": source_id,
                    "date_added": told(added),
                    "age_days": days_since(added, now),
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
            // The largest come first.
            let mut sources = folder.sources;
            let others = sources.split_off(sources.len().min(SOURCES));
            let named = sources.into_iter().map(|(source, orders)| (source, orders.into()));
            add("sources", named.collect::<Map<String, Value>>().into());
            if !others.is_empty() {
                let orders: i64 = others.iter().map(|(_, orders)| orders).sum();
                add("other_sources", json!({ "sources": others.len(), "orders": orders }));
            }
            add("stuck", stuck.get(&folder.folder).copied().unwrap_or(0).into());
            rows.push((row.into(), folder.orders.unsigned_abs()));
        }
        Ok(rows)
    }
}

fn days_since(added: i64, now: i64) -> i64 {
    (now - added).max(0) / DAY
}

fn definition(left_out: &[String]) -> String {
    let without = match left_out {
        [] => String::new(),
        names => format!(" and not in {}", names.join(", ")),
    };
    format!(
        "All orders of this server's copy by the folder they are in; value = order_total; ages since date_added; sources = the \
         {SOURCES} sales channels with most orders; stuck = added more than stuck_after_days ago, without any shipment{without}; \
         stuck_orders = the oldest of these, of stuck_orders_total. What a service reported, and \
         what an order waits for, is in no copy: call orders_explain for the stuck_orders; orders_list with get_order_history \
         tells it of a folder's orders."
    )
}
