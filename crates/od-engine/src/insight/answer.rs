//! What every answer says beside its data: of when it is, of which days, on how many orders it rests, and whether it is whole.

use std::time::Instant;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, Value, json};

use super::Insight;
use super::days::{Window, told};
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

/// Bytes of JSON that the rows of an answer may take: with the rest of the envelope it stays below eight thousand.
const ROOM: usize = 6_000;

/// Which stores a question is about.
#[derive(Clone, Copy)]
pub(super) struct Which<'a> {
    /// Name or id of one.
    pub store: Option<&'a str>,
    /// `all`.
    pub stores: Option<&'a str>,
    pub fresh: bool,
}

impl Insight<'_> {
    /// The copies that a question is about.
    ///
    /// # Errors
    /// As [`Insight::copy`].
    pub(super) async fn copies(&self, scope: &Scope, which: Which<'_>) -> Result<Vec<Ready>, Error> {
        if which.stores.is_some() && which.store.is_some() {
            return Err(Error::invalid("/stores", "must be left out where store names one"));
        }
        let deadline: Instant = self.deadline();
        let listed = match which.stores {
            None => Vec::new(),
            Some(_) => self.0.stores().list(scope).await?.data,
        };
        // Without any store the error says so.
        if listed.is_empty() {
            return Ok(vec![self.copy(scope, which.store, which.fresh, deadline).await?]);
        }
        let mut copies = Vec::with_capacity(listed.len());
        for store in listed {
            copies.push(self.copy(scope, Some(&store.store_id), which.fresh, deadline).await?);
            if let Some(progress) = scope.progress() {
                progress.turn_to_next();
            }
        }
        Ok(copies)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.inner.clock.now()
    }
}

impl Ready {
    pub(super) fn today(&self, now: Timestamp) -> Date {
        self.shop.zone.day_of(now)
    }

    /// All days that the copy has.
    pub(super) fn days(&self, now: Timestamp) -> Window {
        Window {
            from: self.first_day(),
            to: self.today(now),
        }
    }

    pub(super) fn first_day(&self) -> Date {
        let begins = Timestamp::from_millisecond(self.row.begins).unwrap_or(Timestamp::UNIX_EPOCH);
        self.shop.zone.day_of(begins)
    }

    /// A folder's name; its id where the store has none of it any more.
    pub(super) fn folder_name(&self, id: &str) -> String {
        let found = self.shop.folders.iter().find(|folder| folder.id == id);
        found.map_or_else(|| id.to_owned(), |folder| folder.name.clone())
    }

    /// What is said of this store's part of an answer about `window` that rests on so many orders.
    fn about(&self, window: Window, orders: u64) -> Map<String, Value> {
        let zone = &self.shop.zone;
        let mut about = Map::new();
        let mut add = |name: &str, value: Value| about.insert(name.to_owned(), value);
        add("as_of", told(self.row.refreshed_at.div_euclid(1000)).into());
        add(
            "window",
            json!({
                "from": window.from.to_string(),
                "to": window.to.to_string(),
                "starts_at": zone.start_of(window.from).to_string(),
                "ends_at": zone.start_of(window.to.saturating_add(1.day())).to_string(),
                "zone": zone.name,
            }),
        );
        add("currency", self.shop.currency.as_deref().into());
        add("orders_counted", orders.into());
        let before = (window.from < self.first_day()).then(|| {
            format!(
                "the window begins before this server's copy of the orders does, on {} (MIRROR_DAYS)",
                self.first_day()
            )
        });
        let half = self.half.as_ref();
        let reason = half.map(|half| half.reason.clone()).or(before);
        add("complete", reason.is_none().into());
        if let Some(reason) = reason {
            add("reason", reason.into());
        }
        if let Some(seconds) = half.and_then(|half| half.seconds) {
            add("seconds_remaining", seconds.into());
        }
        about
    }
}

/// An answer about these copies, each for its window and with the number of orders that it rests on.
pub(super) fn answer(mut data: Map<String, Value>, copies: &[Ready], parts: &[(Window, u64)]) -> Outcome<Value> {
    let warnings: Vec<String> = copies.iter().flat_map(|copy| copy.told.iter().cloned()).collect();
    if let ([copy], [(window, orders)]) = (copies, parts) {
        data.extend(copy.about(*window, *orders));
        return Outcome::of(copy.store.name.clone(), data.into()).with_warnings(warnings);
    }
    let mut stores = Vec::with_capacity(copies.len());
    for (copy, (window, orders)) in copies.iter().zip(parts) {
        let mut about = Map::new();
        about.insert("store_id".to_owned(), copy.store.name.store_id.as_str().into());
        about.insert("store_name".to_owned(), copy.store.name.store_name.as_str().into());
        about.extend(copy.about(*window, *orders));
        stores.push(about);
    }
    let oldest = copies.iter().map(|copy| copy.row.refreshed_at).min().unwrap_or(0);
    data.insert("as_of".to_owned(), told(oldest.div_euclid(1000)).into());
    let orders: u64 = parts.iter().map(|(_, orders)| orders).sum();
    data.insert("orders_counted".to_owned(), orders.into());
    let complete = stores
        .iter()
        .all(|about| about.get("complete") == Some(&Value::Bool(true)));
    data.insert("complete".to_owned(), complete.into());
    data.insert("stores".to_owned(), stores.into());
    Outcome::new(data.into()).with_warnings(warnings)
}

/// The rows from `offset` on that an answer has room for, with how many there are and where the next ones begin.
pub(super) fn cut(data: &mut Map<String, Value>, name: &str, rows: Vec<Value>, offset: usize, most: Option<usize>) {
    let total = rows.len();
    let end = most.map_or(total, |most| total.min(offset.saturating_add(most)));
    cut_to(data, name, (rows, end), offset, ROOM);
}

/// The same where the rest of an answer leaves less room.
pub(super) fn cut_within(data: &mut Map<String, Value>, name: &str, rows: Vec<Value>, offset: usize, room: usize) {
    let end = rows.len();
    cut_to(data, name, (rows, end), offset, room);
}

/// The same of rows that begin at `offset` among so many, of which more are given than there is room for, or all.
pub(super) fn cut_of(data: &mut Map<String, Value>, name: &str, rows: Vec<Value>, offset: usize, total: usize) {
    let shown = that_fit(rows.into_iter(), ROOM);
    let next = offset + shown.len();
    data.insert(name.to_owned(), shown.into());
    data.insert("total_rows".to_owned(), total.into());
    if next < total {
        data.insert("next_offset".to_owned(), next.into());
    }
}

fn cut_to(data: &mut Map<String, Value>, name: &str, (rows, end): (Vec<Value>, usize), offset: usize, room: usize) {
    let total = rows.len();
    let shown = that_fit(rows.into_iter().take(end).skip(offset), room);
    let next = offset + shown.len();
    data.insert(name.to_owned(), shown.into());
    data.insert("total_rows".to_owned(), total.into());
    if next < end {
        data.insert("next_offset".to_owned(), next.into());
    }
}

/// The first ones, one at least: else nobody would ever get further.
fn that_fit(rows: impl Iterator<Item = Value>, mut room: usize) -> Vec<Value> {
    let mut shown = Vec::new();
    for row in rows {
        let size = row.to_string().len() + 1;
        if size > room && !shown.is_empty() {
            break;
        }
        room = room.saturating_sub(size);
        shown.push(row);
    }
    shown
}
