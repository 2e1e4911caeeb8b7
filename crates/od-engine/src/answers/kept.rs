//! An answer as it is kept, and as it is given later.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::delivery::Lost;
use crate::error::Error;
use crate::outcome::{Outcome, StoreRef};

/// What an identical call is told when the write's process ended under it.
const DIED: &str =
    "an identical call was at work when its server ended or lost its database, and what became of it was not kept.";
const HINT: &str = "Look first. A record that was to be changed or deleted: read it with fresh set to true. One that was to be created: look \
     for it in its list with fresh set to true, an order with orders_list, newest first, by e-mail or name. This answer is \
     given once: the same call again is carried out, the creation of an order that has neither source_id nor \
     client_request_id two minutes after the first at the earliest.";

/// An answer that was not given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    answer: Answer,
    /// Why it was not given; nothing when others waited for it too.
    lost: Option<Lost>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done {
        data: Value,
        /// Order Desk's id and the tenant's name.
        store: Option<(String, String)>,
        warnings: Vec<String>,
    },
    /// Nobody knows whether it was done.
    Uncertain { reason: String },
}

impl Kept {
    /// The answer as it is kept; nothing when nothing was done, for then whoever comes later is to try anew.
    pub(super) fn of(outcome: &Result<Outcome<Value>, Error>) -> Option<Self> {
        let answer = match outcome {
            Ok(outcome) => Answer::Done {
                data: outcome.data.clone(),
                store: outcome
                    .store
                    .as_ref()
                    .map(|store| (store.store_id.clone(), store.store_name.clone())),
                warnings: outcome.warnings.clone(),
            },
            Err(Error::Uncertain { reason, .. }) => Answer::Uncertain { reason: reason.clone() },
            Err(error @ Error::Internal(_)) => Answer::Uncertain {
                reason: error.to_string(),
            },
            // Every other error says that nothing was done, or, of an upload whose fate is unknown, is `Uncertain`.
            Err(_) => return None,
        };
        Some(Self { answer, lost: None })
    }

    /// The same, with why it could not be given.
    pub(super) fn lost(self, why: Lost) -> Self {
        Self {
            lost: Some(why),
            ..self
        }
    }

    /// The answer for an identical call that was there when this one ended.
    pub(super) fn share(self) -> Result<Outcome<Value>, Error> {
        self.with(SHARED.to_owned())
    }

    /// The answer for an identical call that comes so many seconds later.
    pub(super) fn give(self, seconds: i64) -> Result<Outcome<Value>, Error> {
        let note = given_later(self.lost, seconds);
        self.with(note)
    }

    fn with(self, note: String) -> Result<Outcome<Value>, Error> {
        match self.answer {
            Answer::Done { data, store, warnings } => {
                let mut outcome = Outcome::new(data).with_warnings(warnings).with_warnings([note]);
                outcome.store = store.map(|(store_id, store_name)| StoreRef { store_id, store_name });
                Ok(outcome)
            }
            Answer::Uncertain { reason } => Err(Error::uncertain(format!("{reason} {note}"), HINT)),
        }
    }
}

/// What whoever shares an answer is told.
const SHARED: &str = "An identical call was still at work when this one came. It was done once, and this is its answer. \
                      Call again if it is wanted a second time.";

/// Marks the answer of an identical call that was at work in this process.
pub(super) fn shared(outcome: Result<Outcome<Value>, Error>) -> Result<Outcome<Value>, Error> {
    match outcome {
        Ok(outcome) => Ok(outcome.with_warnings([SHARED.to_owned()])),
        Err(Error::Uncertain { reason, hint, .. }) => Err(Error::uncertain(format!("{reason} {SHARED}"), hint)),
        // Nothing was done, and its words say so.
        Err(error) => Err(error),
    }
}

/// The one answer to an identical call after the process of a write that cannot be repeated harmlessly was lost.
pub(super) fn died() -> Error {
    Error::uncertain(DIED.to_owned(), HINT)
}

fn given_later(why: Option<Lost>, seconds: i64) -> String {
    let why = match why {
        None => "all who waited for it were gone by then",
        Some(Lost::HungUp) => "its connection ended before the answer could be given",
        Some(Lost::Cancelled) => "its client stopped waiting for the answer",
        Some(Lost::TimedOut) => "it took longer than this server lets a caller wait",
    };
    format!(
        "An identical call was carried out {seconds} s ago, and this is its answer; it was not carried out again. That \
         answer could not be given: {why}. Call again if it is wanted a second time."
    )
}
