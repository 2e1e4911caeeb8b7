//! What became of each row of a batch: what Order Desk said, and what its orders show.

use std::collections::BTreeMap;

use od_client::{OrderId, RowResult};
use od_record::shipment::{already, is_spelled_alike, same_tracking};
use od_record::text::clean_text;
use od_record::{FieldChange, id_text};
use serde_json::{Value, json};

use super::before::{Before, Looked};
use super::rows::Row;
use crate::attempts::answered;
use crate::difference::Altered;
use crate::error::{Error, happened};
use crate::parts::Record;

#[cfg(test)]
mod tests;

/// The shipments of each order of a batch, as far as they could be read.
pub(super) type Listed = BTreeMap<OrderId, Result<Vec<Record>, od_client::Error>>;

/// The outcome of a batch, one row per shipment as given.
pub(in crate::shipments) struct Verdicts(Vec<Verdict>);

/// How one row ended, with Order Desk's words or ours.
#[derive(Clone, Copy)]
pub(in crate::shipments) struct Ended<'a> {
    pub(in crate::shipments) state: State,
    pub(in crate::shipments) message: &'a str,
    pub(in crate::shipments) shipment_id: Option<&'a str>,
    /// The order had the shipment before, which is why it was refused.
    pub(in crate::shipments) is_there: bool,
    /// Its order has changed since it was read, and does not take it any more: it was not sent.
    pub(in crate::shipments) is_overtaken: bool,
}

struct Verdict {
    order_id: String,
    tracking_number: String,
    state: State,
    message: String,
    shipment_id: Option<String>,
    is_there: bool,
    is_overtaken: bool,
    /// The order has the shipment, and nobody said whether it was added by this batch.
    is_perhaps_older: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::shipments) enum State {
    Added,
    Failed,
    /// Order Desk's answer was lost, and the order does not show it.
    Unknown,
}

/// What Order Desk said about each row; its error when the answer was lost.
type Answer = Result<Vec<Option<RowResult>>, od_client::Error>;

/// What an order shows of a row.
enum Seen<'a> {
    /// A shipment with the row's tracking number.
    There(&'a Record),
    /// One that another call made.
    Before(&'a Record),
    /// None with it.
    NotThere,
    /// There is no such order.
    NoSuchOrder,
    /// The row has no tracking number, by which a shipment is known.
    NoNumber,
    /// Nobody looked, or the order could not be read.
    Nothing,
}

impl Verdicts {
    /// After those rows were sent that were not there `before`: what Order Desk answered to them, and what their orders show.
    pub(super) fn found(rows: &[Row], looked: &Looked, answer: &Answer, listed: &Listed) -> Self {
        let mut sent = 0;
        let verdict = |(index, row): (usize, &Row)| {
            if let Some(why) = looked.overtaken.get(&index) {
                return Verdict {
                    is_overtaken: true,
                    ..Verdict::of(row, State::Failed, why.clone(), &Seen::Nothing)
                };
            }
            if let Some(existing) = looked.before.there(row) {
                let message = format!("the order {}", already(existing));
                return Verdict::of(row, State::Failed, message, &Seen::Before(existing));
            }
            let said = answer.as_ref().ok().and_then(|answers| answers.get(sent)?.as_ref());
            sent += 1;
            let seen = seen(row, listed);
            let seen = match seen {
                // Without a word from Order Desk, one of another kind was there before.
                Seen::There(existing) if said.is_none() && differs(&row.body, existing) => Seen::Before(existing),
                seen => seen,
            };
            let (state, message) = judge(said, answer.as_ref().err(), &seen);
            let is_perhaps_older = said.is_none() && state == State::Added;
            Verdict {
                is_perhaps_older,
                ..Verdict::of(row, state, message, &seen)
            }
        };
        Self(rows.iter().enumerate().map(verdict).collect())
    }

    /// Before a batch is sent.
    pub(super) fn foretold(rows: &[Row], before: &Before) -> Self {
        let verdict = |row: &Row| match before.there(row) {
            Some(existing) => {
                let message = format!("would be refused: the order {}", already(existing));
                Verdict::of(row, State::Failed, message, &Seen::Before(existing))
            }
            None if before.is_missing(&row.order) => {
                Verdict::of(row, State::Failed, NO_SUCH_ORDER.to_owned(), &Seen::NoSuchOrder)
            }
            None => Verdict::of(row, State::Added, "would be added".to_owned(), &Seen::Nothing),
        };
        Self(rows.iter().map(verdict).collect())
    }

    /// How each row ended.
    pub(in crate::shipments) fn rows(&self) -> impl Iterator<Item = Ended<'_>> {
        self.0.iter().map(|row| Ended {
            state: row.state,
            message: &row.message,
            shipment_id: row.shipment_id.as_deref(),
            is_there: row.is_there,
            is_overtaken: row.is_overtaken,
        })
    }

    pub(super) fn told(&self) -> Value {
        let rows = self.0.iter().map(|row| {
            let mut told = json!({
                "order_id": row.order_id,
                "tracking_number": row.tracking_number,
                "status": row.state.as_str(),
                "message": row.message,
            });
            if let Some(id) = &row.shipment_id {
                told["shipment_id"] = id.as_str().into();
            }
            told
        });
        rows.collect()
    }

    /// The shipments that were, or may have been, added, as they were sent.
    pub(in crate::shipments) fn altered(&self, rows: &[Row]) -> impl Iterator<Item = Altered> {
        rows.iter().zip(&self.0).filter_map(|(row, verdict)| {
            let added = || {
                let (id, change) = (verdict.shipment_id.clone(), FieldChange::of_added(&row.body));
                Altered::part("shipment", row.order.as_str(), id, vec![change])
            };
            match verdict.state {
                State::Added if !verdict.is_perhaps_older => Some(added()),
                State::Added | State::Unknown => Some(added().perhaps()),
                State::Failed => None,
            }
        })
    }

    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let all = self.0.len();
        let count = |state| self.0.iter().filter(|row| row.state == state).count();
        let (failed, unknown) = (count(State::Failed), count(State::Unknown));
        let failed = (failed > 0).then(|| format!("{failed} of {all} shipments did not succeed: see results."));
        let unknown = (unknown > 0)
            .then(|| format!("It is not known whether {unknown} of {all} shipments were added: see results. {LOOK}"));
        let older = self.0.iter().filter(|row| row.is_perhaps_older).count();
        let older = (older > 0).then(|| {
            format!(
                "Order Desk's answer was lost; the orders have {older} of {all} shipments. Reading does not tell one that this \
                 call added from one that was there already."
            )
        });
        failed.into_iter().chain(unknown).chain(older)
    }

    pub(super) fn refuse_if_none_succeeded(&self, rows: &[Row]) -> Result<(), Error> {
        if self.0.iter().any(|row| row.state == State::Added) {
            return Ok(());
        }
        if self.0.iter().any(|row| row.state == State::Unknown) {
            let is_unseen = |row: &Row| row.tracking().is_none();
            let reason = if rows.iter().any(is_unseen) {
                "Order Desk's answer to the batch was lost. Reading the orders shows none of the shipments with a tracking \
                 number; one without cannot be told from others."
            } else {
                "Order Desk's answer to the batch was lost, and reading the orders shows none of the shipments."
            };
            return Err(Error::uncertain(reason.to_owned(), LOOK).having_attempted_all(|| self.altered(rows)));
        }
        Err(Error::AllFailed {
            what: "shipment",
            results: self.told(),
            code: if self.0.iter().all(|row| row.is_there) {
                "DUPLICATE"
            } else {
                "ORDERDESK_API_ERROR"
            },
        })
    }
}

const LOOK: &str = "Read the orders' shipments with shipments_list and fresh set to true before calling again.";
const NO_SUCH_ORDER: &str = "no such order in this store";

fn seen<'a>(row: &Row, listed: &'a Listed) -> Seen<'a> {
    match listed.get(&row.order) {
        Some(Ok(_)) if row.tracking().is_none() => Seen::NoNumber,
        Some(Ok(shipments)) => same_tracking(shipments, &row.body).map_or(Seen::NotThere, Seen::There),
        Some(Err(od_client::Error::NotFound)) => Seen::NoSuchOrder,
        Some(Err(error)) => {
            tracing::warn!(%error, "an order's shipments could not be read");
            Seen::Nothing
        }
        None => Seen::Nothing,
    }
}

/// The order's list decides, as far as it can; Order Desk's word about a row decides the rest.
fn judge(said: Option<&RowResult>, lost: Option<&od_client::Error>, seen: &Seen<'_>) -> (State, String) {
    let words = |said: &RowResult| said.message.as_deref().map(|text| clean_text(text).into_owned());
    match (said, seen) {
        (_, Seen::NoSuchOrder) => (State::Failed, NO_SUCH_ORDER.to_owned()),
        (_, Seen::Before(existing)) => (State::Failed, format!("the order {}", already(existing))),
        // The number was there before: Order Desk takes it once.
        (Some(said), Seen::There(existing)) if !said.accepted => {
            (State::Failed, format!("the order {}", already(existing)))
        }
        (Some(_), Seen::There(_)) => (State::Added, "the order has the shipment".to_owned()),
        (None, Seen::There(_)) => (State::Added, THERE.to_owned()),
        (Some(said), _) if !said.accepted => {
            let message = words(said).unwrap_or_else(|| "Order Desk did not add it".to_owned());
            (State::Failed, message)
        }
        (Some(_), Seen::NotThere) => {
            let message = "Order Desk said that it was added, but the order does not show it";
            (State::Failed, message.to_owned())
        }
        (Some(said), Seen::NoNumber | Seen::Nothing) => {
            (State::Added, words(said).unwrap_or_else(|| "Shipment Added".to_owned()))
        }
        (None, seen) => unanswered(lost, seen),
    }
}

/// Nothing was said about a row: what became of the whole batch, and whether the row may have been added.
fn unanswered(lost: Option<&od_client::Error>, seen: &Seen<'_>) -> (State, String) {
    let happened = lost.map_or_else(|| "Order Desk said nothing about it".to_owned(), happened);
    match seen {
        Seen::NotThere if lost.is_none() => (State::Failed, "Order Desk did not add it".to_owned()),
        Seen::NotThere if lost.is_some_and(answered) => {
            let message = format!("{happened}. The order was read since: the shipment is not there and was not added");
            (State::Failed, message)
        }
        Seen::NotThere => {
            let message =
                format!("not known: {happened}. The order does not show the shipment so far: it may still be added");
            (State::Unknown, message)
        }
        Seen::NoNumber => {
            let message =
                format!("not known: {happened}. A shipment without a tracking number cannot be told from others");
            (State::Unknown, message)
        }
        _ => {
            let message =
                format!("not known: {happened}. The order does not tell whether it was: it may have been added");
            (State::Unknown, message)
        }
    }
}

/// Whether a shipment with the row's tracking number cannot be what the row would have made: Order Desk keeps the spelling.
fn differs(row: &Record, existing: &Record) -> bool {
    if !is_spelled_alike(row, existing) {
        return true;
    }
    let text = |record: &Record, name: &str| {
        record
            .get(name)
            .and_then(id_text)
            .unwrap_or_default()
            .trim()
            .to_lowercase()
    };
    ["carrier_code", "shipment_method"].into_iter().any(|name| {
        let (given, stored) = (text(row, name), text(existing, name));
        !given.is_empty() && !stored.is_empty() && given != stored
    })
}

const THERE: &str = "the order has a shipment with this number: it was there already, or this call added it";

impl Verdict {
    fn of(row: &Row, state: State, message: String, seen: &Seen<'_>) -> Self {
        let number = row.body.get("tracking_number").and_then(id_text).unwrap_or_default();
        let is_there = state == State::Failed && matches!(seen, Seen::There(_) | Seen::Before(_));
        let shipment_id = match seen {
            Seen::There(shipment) | Seen::Before(shipment) => shipment.get("id").and_then(id_text),
            _ => None,
        };
        Self {
            order_id: row.order.to_string(),
            tracking_number: clean_text(&number).into_owned(),
            state,
            message,
            shipment_id,
            is_there,
            is_overtaken: false,
            is_perhaps_older: false,
        }
    }
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Added => "success",
            Self::Failed => "error",
            Self::Unknown => "unknown",
        }
    }
}
