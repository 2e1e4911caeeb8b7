//! Finding orders from what a customer gives.

use od_db::mirror::Found;
use od_record::text::quoted;
use od_record::tidy;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::{Answer, cut_of};
use super::asked::Which;
use super::days::{number, told};
use super::kept::{Kept, Parcel};
use super::micro::money;
use super::mirror::Ready;
use crate::error::Error;
use crate::orders::{missing as no_such_order, order_id};
use crate::outcome::Outcome;
use crate::scope::Scope;

mod labels;
mod pieces;
mod search;

use search::{Match, Query};

/// What is looked for.
#[derive(Clone, Debug, Deserialize)]
pub struct FindOrders {
    /// An id, a number, an address, a name, a code, words of a note.
    pub query: String,
    /// Name or id of the store.
    pub store: Option<String>,
    /// `all`: every store of the tenant.
    pub stores: Option<String>,
    /// First day on which the order was added.
    pub since: Option<String>,
    /// How many orders at most.
    #[serde(default = "ten")]
    pub limit: usize,
    /// Orders to skip.
    #[serde(default)]
    pub offset: usize,
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
}

fn ten() -> usize {
    10
}

/// A match of one of the stores; the best ones with their summary.
struct Row {
    rank: usize,
    added: i64,
    summary: Option<Value>,
}

impl Insight<'_> {
    /// Orders that fit, best first: by id, by fields that are exactly so, by words; where none fits as a whole, those that have all
    /// the words that any order has. `data` is `{"orders": [...]}`, summaries with
    /// `matched_by`. An id that the copy does not have is asked for at Order Desk.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is nothing to look for, or copies are switched off; [`Error::Upstream`].
    pub async fn find(&self, scope: &Scope, input: FindOrders) -> Result<Outcome<Value>, Error> {
        let query = Query::of(&input.query).ok_or_else(|| Error::invalid("/query", "must have a letter or a digit"))?;
        let since = input.since.as_deref().map(first_day).transpose()?;
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let now = self.now();
        let mut answer = Answer::new(&asked);
        let mut found: Vec<Row> = Vec::new();
        let (mut is_known, mut is_cut) = (false, false);
        // Whether an order has all that is looked for in one place, and where that is not so which words are in none.
        let (mut is_whole, mut dropped) = (false, Vec::new());
        // The rows that are wanted of all stores together can all be of one.
        let wanted = input.offset.saturating_add(input.limit);
        let skipped = if asked.are_several() { 0 } else { input.offset };
        for store in &asked.stores {
            let part = async {
                let copy = self.copy_of(scope, &asked, store).await?;
                let mut window = copy.days(now);
                // A day that the copy does not go back to is told as any window.
                window.from = since.unwrap_or(window.from);
                let from = copy.shop.zone.start_of(window.from).as_second();
                let mut matches = search::search(&copy.tables, &query, from, search::MOST).await?;
                is_known |= matches.iter().any(Match::is_exact);
                is_cut |= matches.len() >= search::MOST;
                let mut told = Vec::new();
                let mut skipped = skipped;
                // Older than the copy, or nobody's.
                if let Some(id) = query.id().filter(|_| !is_known) {
                    match live(&copy, id).await {
                        Ok(Some(order)) if since.is_none() || order.added >= from => {
                            is_known = true;
                            skipped = 0;
                            told.push(format!(
                                "Order {id} is not among those that this server keeps a copy of: it was read from Order Desk."
                            ));
                            found.push(Row {
                                rank: 0,
                                added: order.added,
                                summary: Some(summary(&copy, "id", &order, asked.are_several())),
                            });
                        }
                        Ok(_) => {}
                        Err(error) => told.push(format!(
                            "Order Desk was asked for an order with the id {id}, in vain: {error}"
                        )),
                    }
                }
                if matches.is_empty() && !is_whole {
                    let pieces = pieces::look(&copy.tables, &query, from).await?;
                    is_cut |= pieces.is_cut;
                    if !pieces.matches.is_empty() && !pieces.nowhere.is_empty() && copy.half.is_none() {
                        dropped.push(without(&copy, &pieces.nowhere));
                    }
                    matches = pieces.matches;
                } else {
                    is_whole = true;
                }
                let shown: Vec<i64> = matches
                    .iter()
                    .take(wanted)
                    .skip(skipped)
                    .map(|found| found.id)
                    .collect();
                let mut orders = copy.tables.orders(&shown).await?.into_iter().peekable();
                found.extend(matches.iter().map(|found| {
                    Row {
                        rank: found.rank,
                        added: found.added,
                        summary: orders
                            .next_if(|order| order.id == found.id)
                            .map(|order| summary(&copy, found.by, &order, asked.are_several())),
                    }
                }));
                let orders = if number(window.from) > number(window.to) {
                    0
                } else {
                    copy.tables.count(super::mirror::everything(from)).await?
                };
                Ok::<_, Error>(copy.part(window, orders).telling(told))
            };
            let part = part.await;
            answer.add(store, part)?;
        }
        if is_whole {
            found.retain(|row| row.rank < pieces::BEHIND);
            dropped.clear();
        }
        found.sort_by_key(|row| (row.rank, std::cmp::Reverse(row.added)));
        let cut = is_cut.then(|| {
            format!(
                "More orders fit than are counted here ({} of a store at most): give more of what is known, or since.",
                search::MOST
            )
        });
        let (data, more) = page(found, input.offset, input.limit);
        let warnings = dropped.into_iter().chain(cut).chain(more);
        Ok(answer.finish(data)?.with_warnings(warnings))
    }
}

fn first_day(text: &str) -> Result<jiff::civil::Date, Error> {
    let day = tidy(text).parse();
    day.map_err(|_| Error::invalid("/since", "must be a date as 2026-11-01"))
}

/// The orders that are shown, and what is said of the others, or of how to find any.
fn page(found: Vec<Row>, offset: usize, limit: usize) -> (Map<String, Value>, Option<String>) {
    let total = found.len();
    let page = found.into_iter().skip(offset).take(limit);
    let rows: Vec<Value> = page.filter_map(|row| row.summary).collect();
    let wanted = rows.len();
    let mut data = Map::new();
    cut_of(&mut data, "orders", rows, offset, (total, total));
    if total == 0 {
        return (data, Some(NOTHING.to_owned()));
    }
    let shown = data["orders"].as_array().map_or(0, Vec::len);
    let room = if shown < wanted {
        format!("; a reply has room for {shown} of these")
    } else {
        String::new()
    };
    let more = data.get("next_offset").map(|next| {
        format!("{total} orders fit, and not all of them are shown{room}: offset {next} goes on where these end.")
    });
    (data, more)
}

/// What helps where nothing was found.
const NOTHING: &str = "No order fits. Try less of it: a number without what stands around it, the e-mail address, or the last name \
                       alone. Orders from before this server's copy are found by Order Desk's id only.";

/// Which words were left out.
fn without(copy: &Ready, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!(
        "No order of {} has {}: these are orders that have the rest of what was given.",
        copy.store.name,
        words.join(", ")
    )
}

/// The order with this id as Order Desk has it.
async fn live(copy: &Ready, id: &str) -> Result<Option<Found>, Error> {
    let id = order_id(id)?;
    let order = copy.store.upstream.interactive().orders().get(&id).await;
    match order.map_err(|error| no_such_order(error, id.as_str())) {
        Ok(order) => Ok(Kept::of(order.into_map()).map(Found::from)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn summary(copy: &Ready, by: &str, order: &Found, several: bool) -> Value {
    let folder = order.folder.to_string();
    let mut summary = json!({
        "id": order.id.to_string(),
        "matched_by": by,
        "source_id": order.source_id,
        "source_name": order.source,
        "email": order.email,
        "customer_name": order.name,
        "order_total": money(order.total.into()),
        "currency": copy.shop.currency,
        "payment_status": order.payment,
        "item_count": order.items,
        "folder_id": order.folder,
        "folder_name": copy.folder_name(&folder),
        "date_added": told(order.added),
        "date_updated": super::days::seconds(&order.updated).map(told),
    });
    let parcels: Vec<Parcel> = serde_json::from_str(&order.parcels).unwrap_or_default();
    // Of several the one that was sent last; Order Desk gives them as they were added.
    if let Some((_, tracking_number, carrier, sent)) = parcels.iter().max_by_key(|(.., sent)| sent) {
        summary["shipment"] = json!({ "carrier": carrier, "tracking_number": tracking_number, "date_shipped": sent });
    }
    if several {
        summary["store_id"] = copy.store.name.store_id.as_str().into();
        summary["store_name"] = copy.store.name.store_name.as_str().into();
    }
    summary
}
