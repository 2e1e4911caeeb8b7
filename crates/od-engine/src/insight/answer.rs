//! What every answer says beside its data: of when it is, of which days, on how many orders it rests, and whether it is whole.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, Value, json};

use super::Insight;
use super::asked::{Asked, AskedStore};
use super::days::{Window, told as told_second};
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::{Outcome, StoreRef};

mod told;

use told::OfStore;
pub(super) use told::names;

/// Bytes of JSON that the rows of an answer may take: with the rest of the envelope it stays below eight thousand.
pub(super) const ROOM: usize = 6_000;

/// One store's part of an answer.
pub(super) struct Part {
    store: StoreRef,
    about: Map<String, Value>,
    /// Milliseconds since the epoch; nothing for a store that did not answer.
    as_of: Option<i64>,
    orders: u64,
    /// Why it is not whole, in words for a warning.
    doubt: Option<String>,
    /// Whether any of the window can have been counted.
    is_read: bool,
    told: Vec<String>,
}

/// An answer that is being put together, store by store.
pub(super) struct Answer {
    of_several: bool,
    parts: Vec<Part>,
    /// Why the first store that did not answer did not.
    failed: Option<Error>,
}

impl Answer {
    pub(super) fn new(asked: &Asked) -> Self {
        Self {
            of_several: asked.are_several(),
            parts: Vec::new(),
            failed: None,
        }
    }

    /// Adds a store's part. Among several stores one that does not answer is a part that is not whole.
    ///
    /// # Errors
    /// Why the only store did not answer, or what is the matter with more than a store.
    pub(super) fn add(&mut self, store: &AskedStore, part: Result<Part, Error>) -> Result<(), Error> {
        match (part, &store.name) {
            (Ok(part), _) => self.parts.push(part),
            (Err(error), Some(name)) if self.of_several && is_of_one_store(&error) => {
                self.parts.push(Part::failed(name, &error));
                self.failed.get_or_insert(error);
            }
            (Err(error), _) => return Err(error),
        }
        Ok(())
    }

    /// Whether one of several stores did not answer.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Whether there is nothing yet that figures could be made of.
    pub(super) fn is_unread(&self) -> bool {
        self.parts.iter().all(|part| !part.is_read)
    }

    /// The whole answer.
    ///
    /// # Errors
    /// Why the first store did not answer, when none did.
    pub(super) fn finish(self, mut data: Map<String, Value>) -> Result<Outcome<Value>, Error> {
        if let Some(error) = self.failed
            && self.parts.iter().all(|part| part.as_of.is_none())
        {
            return Err(error);
        }
        let of_several = self.of_several;
        let said = self.parts.iter().map(|part| OfStore {
            store: &part.store,
            doubt: part.doubt.as_deref(),
            told: &part.told,
        });
        let warnings = told::warnings(said, of_several);
        let mut parts = self.parts;
        if !of_several && let Some(part) = parts.pop() {
            data.extend(part.about);
            return Ok(Outcome::of(part.store, data.into()).with_warnings(warnings));
        }
        let oldest = parts.iter().filter_map(|part| part.as_of).min().unwrap_or(0);
        data.insert("as_of".to_owned(), told_millis(oldest));
        let orders: u64 = parts.iter().map(|part| part.orders).sum();
        data.insert("orders_counted".to_owned(), orders.into());
        let complete = parts.iter().all(|part| part.doubt.is_none());
        data.insert("complete".to_owned(), complete.into());
        let stores: Vec<Value> = parts.into_iter().map(Part::named).collect();
        data.insert("stores".to_owned(), stores.into());
        Ok(Outcome::new(data.into()).with_warnings(warnings))
    }
}

impl Part {
    /// That of a store that did not answer.
    fn failed(store: &StoreRef, error: &Error) -> Self {
        let reason = error.to_string();
        let mut about = Map::new();
        about.insert("complete".to_owned(), false.into());
        about.insert("error".to_owned(), error.code().into());
        about.insert("reason".to_owned(), reason.as_str().into());
        Self {
            store: store.clone(),
            about,
            as_of: None,
            orders: 0,
            doubt: Some(reason),
            is_read: false,
            told: Vec::new(),
        }
    }

    /// Adds what the caller should know of this store.
    pub(super) fn telling(mut self, more: impl IntoIterator<Item = String>) -> Self {
        self.told.extend(more);
        self
    }

    fn named(self) -> Value {
        let mut named = Map::new();
        named.insert("store_id".to_owned(), self.store.store_id.into());
        named.insert("store_name".to_owned(), self.store.store_name.into());
        named.extend(self.about);
        named.into()
    }
}

/// Whether other stores may well answer.
fn is_of_one_store(error: &Error) -> bool {
    matches!(
        error,
        Error::Upstream(_)
            | Error::RecordBusy { .. }
            | Error::NotFound { .. }
            | Error::StoreChanged(_)
            | Error::Invalid(_)
    )
}

fn told_millis(at: i64) -> Value {
    told_second(at.div_euclid(1000)).into()
}

impl Insight<'_> {
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

    /// This store's part of an answer about `window` that rests on so many orders.
    pub(super) fn part(&self, window: Window, orders: u64) -> Part {
        let zone = &self.shop.zone;
        let mut about = Map::new();
        let mut add = |name: &str, value: Value| about.insert(name.to_owned(), value);
        add("as_of", told_millis(self.row.refreshed_at));
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
        let first = self.first_day();
        let before = (window.from < first).then(|| {
            format!(
                "the window begins before this server's copy of the orders does: they start on {first} (MIRROR_DAYS)"
            )
        });
        let half = self.half.as_ref();
        let reason = half.map(|half| half.reason.clone()).or(before);
        add("complete", reason.is_none().into());
        if let Some(reason) = &reason {
            add("reason", reason.as_str().into());
        }
        let seconds = half.and_then(|half| half.seconds);
        if let Some(seconds) = seconds {
            add("seconds_remaining", seconds.into());
        }
        let again = seconds.map_or_else(String::new, |seconds| format!(" Ask again in {seconds} seconds."));
        Part {
            store: self.store.name.clone(),
            about,
            as_of: Some(self.row.refreshed_at),
            orders,
            doubt: reason.map(|reason| format!("{reason}.{again}")),
            is_read: (half.is_none() || orders > 0) && window.to >= first,
            told: self.told.clone(),
        }
    }
}

/// The rows from `offset` on that an answer has room for, with how many there are and where the next ones begin.
pub(super) fn cut(data: &mut Map<String, Value>, name: &str, rows: Vec<Value>, offset: usize) {
    cut_within(data, name, rows, offset, ROOM);
}

/// The same where the rest of an answer leaves less room.
pub(super) fn cut_within(data: &mut Map<String, Value>, name: &str, rows: Vec<Value>, offset: usize, room: usize) {
    let total = rows.len();
    let shown = that_fit(rows.into_iter().skip(offset), room);
    put(data, name, shown, offset, (total, total));
}

/// The same of rows that begin at `offset` among so many, of which more are given than there is room for, or all. There is
/// nothing more to ask for from `end` on.
pub(super) fn cut_of(
    data: &mut Map<String, Value>,
    name: &str,
    rows: Vec<Value>,
    offset: usize,
    (total, end): (usize, usize),
) {
    put(data, name, that_fit(rows.into_iter(), ROOM), offset, (total, end));
}

fn put(data: &mut Map<String, Value>, name: &str, shown: Vec<Value>, offset: usize, (total, end): (usize, usize)) {
    let next = offset + shown.len();
    data.insert(name.to_owned(), shown.into());
    data.insert("total_rows".to_owned(), total.into());
    if next < end {
        data.insert("next_offset".to_owned(), next.into());
    }
}

/// The first ones, one at least: else nobody would ever get further.
pub(super) fn that_fit(rows: impl Iterator<Item = Value>, mut room: usize) -> Vec<Value> {
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
