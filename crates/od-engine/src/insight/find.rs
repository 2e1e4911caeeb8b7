//! Finding orders from what a customer gives.

use od_db::mirror::Found;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::{Answer, cut_of};
use super::asked::Which;
use super::days::told;
use super::kept::Parcel;
use super::micro::money;
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

mod gathered;
mod labels;
mod look;
mod near;
mod numbers;
mod pieces;
mod search;
mod since;

use gathered::{Gathered, Row};
use look::{Looked, Wanted};
use search::Query;
use since::Since;

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

impl Insight<'_> {
    /// Orders that fit, best first: by id, by fields that are exactly so, by words. A number of an order counts whatever stands
    /// beside it; where no order has all that is given, those fit that have all the words that any order has. `data` is
    /// `{"orders": [...]}`, summaries with `matched_by`. An id that the copy does not have is asked for at Order Desk.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is nothing to look for, or copies are switched off; [`Error::Upstream`].
    pub async fn find(&self, scope: &Scope, input: FindOrders) -> Result<Outcome<Value>, Error> {
        let query = Query::of(&input.query).ok_or_else(|| Error::invalid("/query", "must have a letter or a digit"))?;
        let since = input.since.as_deref().map(Since::of).transpose()?;
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            can_be_all: true,
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let wanted = Wanted {
            query,
            since,
            now: self.now(),
            of_several: asked.are_several(),
            // The rows that are wanted of all stores together can all be of one.
            end: input.offset.saturating_add(input.limit),
            skipped: if asked.are_several() { 0 } else { input.offset },
        };
        let mut answer = Answer::new(&asked);
        let mut gathered = Gathered::default();
        for store in &asked.stores {
            let part = async {
                let copy = self.copy_of(scope, &asked, store).await?;
                let (looked, part) = wanted.look_in(&copy, &mut gathered).await?;
                gathered.add(rows(&copy, &wanted, looked).await?);
                Ok(part)
            };
            let part = part.await;
            answer.add(store, part)?;
        }
        let near = gathered.near();
        let (found, warnings) = gathered.told();
        let (data, more) = page(found, near, input.offset, input.limit);
        Ok(answer.finish(data)?.with_warnings(warnings).with_warnings(more))
    }
}

/// The orders that are shown, and what is said of the others, or of how to find any.
fn page(found: Vec<Row>, near: Option<String>, offset: usize, limit: usize) -> (Map<String, Value>, Vec<String>) {
    let total = found.len();
    let page = found.into_iter().skip(offset).take(limit);
    let rows: Vec<Value> = page.filter_map(|row| row.summary).collect();
    let wanted = rows.len();
    let mut data = Map::new();
    cut_of(&mut data, "orders", rows, offset, (total, total));
    if total == 0 {
        let told = near.map_or_else(|| NOTHING.to_owned(), |near| format!("No order fits. {near}"));
        return (data, vec![told]);
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
    let told: Vec<String> = near.into_iter().chain(more).collect();
    (data, told)
}

/// What helps where nothing was found.
const NOTHING: &str = "No order fits. Try less of it: a number without what stands around it, the e-mail address, or the last name \
                       alone. Orders from before this server's copy are found by Order Desk's id only.";

/// What was found in a store as rows, those that are shown with their summary.
async fn rows(copy: &Ready, wanted: &Wanted, looked: Looked) -> Result<Vec<Row>, Error> {
    let mut rows: Vec<Row> = Vec::new();
    let mut skipped = wanted.skipped;
    if let Some(order) = &looked.live {
        // The others stand one further behind.
        skipped = 0;
        rows.push(Row {
            rank: 0,
            added: order.added,
            summary: Some(summary(copy, "id", order, wanted.of_several)),
        });
    }
    let shown = looked.matches.iter().take(wanted.end).skip(skipped);
    let shown: Vec<i64> = shown.map(|found| found.id).collect();
    let mut orders = copy.tables.orders(&shown).await?.into_iter().peekable();
    rows.extend(looked.matches.iter().map(|found| {
        Row {
            rank: found.rank,
            added: found.added,
            summary: orders
                .next_if(|order| order.id == found.id)
                .map(|order| summary(copy, found.by, &order, wanted.of_several)),
        }
    }));
    Ok(rows)
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
    if parcels.len() > 1 {
        summary["shipments"] = parcels.len().into();
    }
    if several {
        summary["store_id"] = copy.store.name.store_id.as_str().into();
        summary["store_name"] = copy.store.name.store_name.as_str().into();
    }
    summary
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::since::Since;

    #[test]
    fn the_first_day_may_be_written_with_a_time() {
        let first_day = |text: &str| Since::of(text).map(|since| since.on(date(2026, 11, 30)));
        for text in [
            "2026-11-01",
            " 2026-11-01\n",
            "2026-11-01T23:59:59",
            "2026-11-01 00:00:00",
            "2026-11-01T00:00:00Z",
        ] {
            assert_eq!(first_day(text).unwrap(), date(2026, 11, 1), "{text}");
        }
        for (text, day) in [
            ("yesterday", 29),
            ("Today", 30),
            ("last_7_days ", 24),
            ("this_month", 1),
        ] {
            assert_eq!(first_day(text).unwrap(), date(2026, 11, day), "{text}");
        }
        assert!(first_day("November").is_err());
        assert!(first_day("2026-11-31").is_err());
    }
}
