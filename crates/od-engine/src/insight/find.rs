//! Finding orders from what a customer gives.

use std::collections::BTreeSet;

use od_db::mirror::{Found, Tables, Words};
use od_record::tidy;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::{Which, answer, cut};
use super::days::{number, told};
use super::kept::folded;
use super::kept::words::{PHONE_DIGITS, joined, one_word, phone, squeezed};
use super::micro::money;
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

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
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
}

fn ten() -> usize {
    10
}

/// An order with how it was found: the lower the rank the better.
struct Match {
    rank: usize,
    by: &'static str,
    order: Found,
}

impl Insight<'_> {
    /// Orders that fit, best first: by id, by fields that are exactly so, by words. `data` is `{"orders": [...]}`, summaries with
    /// `matched_by`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is nothing to look for, or copies are switched off; [`Error::Upstream`].
    pub async fn find(&self, scope: &Scope, input: FindOrders) -> Result<Outcome<Value>, Error> {
        let query = tidy(&input.query);
        if !query.chars().any(char::is_alphanumeric) {
            return Err(Error::invalid("/query", "must have a letter or a digit"));
        }
        let since: Option<jiff::civil::Date> = match input.since.as_deref().map(tidy) {
            None => None,
            Some(day) => {
                let day = day
                    .parse()
                    .map_err(|_| Error::invalid("/since", "must be a date as 2026-11-01"))?;
                Some(day)
            }
        };
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            fresh: input.fresh,
        };
        let copies = self.copies(scope, which).await?;
        let now = self.now();
        let mut found = Vec::new();
        let mut parts = Vec::new();
        for (at, copy) in copies.iter().enumerate() {
            let mut window = copy.days(now);
            // A day that the copy does not go back to is told as any window.
            window.from = since.unwrap_or(window.from);
            let from = copy.shop.zone.start_of(window.from).as_second();
            let matches = search(&copy.tables, query, from, input.limit).await?;
            found.extend(matches.into_iter().map(|found| (at, found)));
            let orders = copy.tables.count(super::mirror::everything(from)).await?;
            parts.push((
                window,
                if number(window.from) > number(window.to) {
                    0
                } else {
                    orders
                },
            ));
        }
        found.sort_by_key(|(_, found)| (found.rank, std::cmp::Reverse(found.order.added)));
        let rows = found
            .into_iter()
            .take(input.limit)
            .map(|(at, found)| summary(&copies[at], found, copies.len() > 1))
            .collect();
        let mut data = Map::new();
        cut(&mut data, "orders", rows, 0, None);
        data.shift_remove("next_offset");
        Ok(answer(data, &copies, &parts))
    }
}

/// Orders of one store, at most `limit`, each with the best way it was found.
async fn search(tables: &Tables, query: &str, since: i64, limit: usize) -> Result<Vec<Match>, Error> {
    let mut matches = Vec::new();
    let mut seen = BTreeSet::new();
    let bare = query.trim_start_matches('#');
    if let Ok(id) = bare.parse::<i64>()
        && let Some(order) = tables.order(id).await?.filter(|order| order.added >= since)
    {
        seen.insert(order.id);
        matches.push(Match {
            rank: 0,
            by: "id",
            order,
        });
    }
    let (squeezed, email) = (squeezed(bare), one_word(&folded(query)));
    let digits = phone(query);
    let is_phone = digits.len() >= PHONE_DIGITS && !query.chars().any(char::is_alphabetic);
    let words: Vec<&str> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let joined = joined(query);
    let exact = |word: &str| vec![word.to_owned()];
    let all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let ways: [(&'static str, Words, Vec<String>, bool); 10] = [
        ("source_id", Words::Source, exact(&squeezed), false),
        ("tracking_number", Words::Tracking, exact(&squeezed), false),
        ("email", Words::Email, exact(&email), false),
        (
            "phone",
            Words::Phone,
            if is_phone { exact(&digits) } else { Vec::new() },
            true,
        ),
        ("sku", Words::Sku, exact(&squeezed), false),
        ("name", Words::Name, all.clone(), false),
        ("name", Words::Name, exact(&joined), false),
        ("street", Words::Street, all.clone(), false),
        ("text", Words::Any, all.clone(), false),
        ("text", Words::Any, all, true),
    ];
    for (rank, (by, column, words, beginning)) in (1..).zip(ways) {
        if matches.len() >= limit {
            break;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // As many as are wanted beyond those that were found already.
        let most = limit + seen.len();
        for order in tables.find(column, &words, beginning, since, most).await? {
            if seen.insert(order.id) {
                matches.push(Match { rank, by, order });
            }
        }
    }
    matches.truncate(limit);
    Ok(matches)
}

fn summary(copy: &Ready, found: Match, several: bool) -> Value {
    let Match { by, order, .. } = found;
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
    if several {
        summary["store_id"] = copy.store.name.store_id.as_str().into();
        summary["store_name"] = copy.store.name.store_name.as_str().into();
    }
    summary
}
