//! What became of each order of a move.

use jiff::Timestamp;
use od_client::{MoveResult, OrderId};
use od_record::{FieldChange, id_text};
use serde_json::{Map, Value, json};

use super::target::Target;
use crate::attempts;
use crate::difference::Altered;
use crate::error::{Error, happened};
use crate::orders::history::was_touched_since;
use crate::orders::query::FIND_IT;
use crate::stores::OpenStore;

/// The outcome of a move, one row per order.
pub(in crate::orders) struct Moved {
    pub(in crate::orders) target: Target,
    rows: Vec<Row>,
    /// Why Order Desk's answer did not come, or cannot be read.
    lost: Option<od_client::Error>,
}

struct Row {
    id: OrderId,
    state: State,
    message: String,
    original_folder_id: Option<String>,
    /// Of an order that is perhaps moved, and was read since: from where.
    perhaps: Option<FieldChange>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Order Desk said so.
    Moved,
    /// It was in the folder before.
    Already,
    /// The order is in the folder. Nobody said how it came there.
    There,
    Failed,
    NoSuchOrder,
    Unknown,
}

/// What Order Desk said about each order; its error when the answer was lost.
pub(super) type Answer = Result<Vec<MoveResult>, od_client::Error>;

/// Takes Order Desk's word for the orders it names with their old folder; the others are read.
pub(super) async fn settle(
    store: &OpenStore,
    ids: &[OrderId],
    target: &Target,
    answer: Answer,
    begun: Timestamp,
) -> Moved {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let said = answer
            .as_ref()
            .map(|results| results.iter().find(|result| result.order_id == *id));
        let row = match said {
            Ok(Some(MoveResult {
                moved: true,
                message,
                original_folder_id,
                ..
            })) => Row {
                id: id.clone(),
                state: State::Moved,
                message: message.clone(),
                original_folder_id: original_folder_id.as_ref().map(|folder| folder.as_str().to_owned()),
                perhaps: None,
            },
            said => read(store, id, target, said, begun).await,
        };
        rows.push(row.or_already(target));
    }
    Moved {
        target: target.clone(),
        rows,
        lost: answer.err(),
    }
}

/// Judges by what the order shows. Without any answer the move may still be on its way; an answer, even a bad one, says
/// that Order Desk is done with it. An order that was touched since may have been moved on by the rules of the folder.
async fn read(
    store: &OpenStore,
    id: &OrderId,
    target: &Target,
    said: Result<Option<&MoveResult>, &od_client::Error>,
    begun: Timestamp,
) -> Row {
    let read = store.upstream.orders().get(id).await;
    let perhaps = match &read {
        Ok(order) => target.change(order.as_map()),
        Err(_) => Some(target.change_from(None)),
    };
    let (state, message) = match (read, said) {
        (Ok(order), said) if target.change(order.as_map()).is_none() => match said {
            Ok(Some(_)) => (State::Already, ALREADY.to_owned()),
            Ok(None) => (State::There, "the order is in the folder".to_owned()),
            Err(_) => {
                let message = "the order is in the folder: it was there already, or this call moved it";
                (State::There, message.to_owned())
            }
        },
        (Ok(_), Err(lost)) if !attempts::answered(lost) => {
            let happened = happened(lost);
            let message = format!(
                "not known: {happened}. The order is not in the folder so far, and may still be moved: look before moving again"
            );
            (State::Unknown, message)
        }
        (Ok(order), Err(lost)) if was_touched_since(order.as_map(), begun) => {
            let happened = happened(lost);
            let message = format!(
                "not known: {happened}. The order was changed since: it may have been moved, and moved on by the folder's rules"
            );
            (State::Unknown, message)
        }
        (Ok(_), Ok(Some(said))) => (State::Failed, said.message.clone()),
        (Ok(_), Ok(None)) => (State::Failed, "Order Desk did not move it".to_owned()),
        (Ok(_), Err(lost)) => {
            let happened = happened(lost);
            let message = format!("{happened}. The order was read since: it is not in the folder and was not moved");
            (State::Failed, message)
        }
        (Err(od_client::Error::NotFound), _) => (State::NoSuchOrder, "no such order in this store".to_owned()),
        (Err(error), said) => {
            tracing::warn!(%error, "an order could not be read after its move");
            let happened = match said {
                Ok(_) => "Order Desk did not say that it was moved".to_owned(),
                Err(lost) => happened(lost),
            };
            let message = format!("not known: {happened}. The order could not be read: it may have been moved");
            (State::Unknown, message)
        }
    };
    Row {
        id: id.clone(),
        state,
        message,
        original_folder_id: None,
        perhaps: perhaps.filter(|_| state == State::Unknown),
    }
}

impl Row {
    /// Order Desk says of an order that was in the folder before that it has moved it from there.
    fn or_already(self, target: &Target) -> Self {
        match self.original_folder_id.as_deref() {
            Some(original) if self.state == State::Moved && target.is(original) => Self {
                state: State::Already,
                message: ALREADY.to_owned(),
                ..self
            },
            _ => self,
        }
    }
}

impl Moved {
    pub(in crate::orders) fn all_succeeded(&self) -> bool {
        self.rows.iter().all(|row| row.state.is_success())
    }

    /// What the move made of an order that was read before it, and what should be said when somebody else had moved it since.
    pub(in crate::orders) fn change(&self, read: &Map<String, Value>) -> (Option<FieldChange>, Option<String>) {
        let seen = self.target.change(read);
        let row = self
            .rows
            .iter()
            .find(|row| matches!(row.state, State::Moved | State::Already));
        let Some(original) = row.and_then(|row| row.original_folder_id.as_deref()) else {
            return (seen, None);
        };
        if read.get("folder_id").and_then(id_text).as_deref() == Some(original) {
            return (seen, None);
        }
        let change = self.target.change_from(Some(original));
        if change.before == change.after {
            let told = "Somebody else had moved the order to that folder just before.";
            return (None, Some(told.to_owned()));
        }
        let told = format!(
            "Somebody else had moved the order to folder {original} just before: it was moved from there. See whether that \
             was meant to be its end."
        );
        (Some(change), Some(told))
    }

    pub(in crate::orders) fn rows(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let mut value =
                json!({ "order_id": row.id.as_str(), "status": row.state.as_str(), "message": row.message });
            if let Some(folder) = &row.original_folder_id {
                value["original_folder_id"] = folder.as_str().into();
            }
            value
        });
        rows.collect()
    }

    /// The orders that Order Desk said it moved, from the folder it named; those that may still move, from where they are.
    /// How the others came where they are nobody knows.
    pub(in crate::orders) fn altered(&self) -> impl Iterator<Item = Altered> {
        self.rows.iter().filter_map(|row| {
            let of = |change: FieldChange| Altered::order(Some(row.id.to_string()), vec![change]);
            match row.state {
                State::Moved => Some(of(self.target.change_from(row.original_folder_id.as_deref()))),
                State::Unknown => row.perhaps.clone().map(|change| of(change).perhaps()),
                State::Already | State::There | State::Failed | State::NoSuchOrder => None,
            }
        })
    }

    pub(in crate::orders) fn warnings(&self) -> Vec<String> {
        let all = self.rows.len();
        let mut warnings = Vec::new();
        let there = self.count(|state| state == State::There);
        if self.lost.is_some() && there > 0 {
            let seen = match all {
                1 => "the order is in the folder".to_owned(),
                _ => format!("{there} of {all} orders are in the folder"),
            };
            warnings.push(format!(
                "Order Desk's answer was lost; {seen}. Reading does not tell an order that this call moved from one that was \
                 there already."
            ));
        }
        let already = self.count(|state| state == State::Already);
        if already > 0 {
            let which = match all {
                1 => "The order was there already: nothing was moved".to_owned(),
                _ => format!("{already} of {all} orders were there already and were not moved: see results"),
            };
            warnings.push(format!("{which}. {RULES_UNKNOWN}"));
        }
        if self.count(State::is_success) > already {
            warnings.push(PAGES_SHIFT.to_owned());
        }
        let unknown = self.count(|state| state == State::Unknown);
        if unknown > 0 {
            warnings.push(format!(
                "It is not known whether {unknown} of {all} orders were moved: see results. {LOOK}"
            ));
        }
        let failed = self.count(|state| matches!(state, State::Failed | State::NoSuchOrder));
        if failed > 0 {
            warnings.push(format!("{failed} of {all} orders were not moved: see results."));
        }
        warnings
    }

    /// Passes when at least one order is where it should be.
    pub(in crate::orders) fn refuse_if_none_succeeded(self) -> Result<Self, Error> {
        if self.count(State::is_success) > 0 {
            return Ok(self);
        }
        let unknown = self.count(|state| state == State::Unknown);
        if unknown > 0 {
            let all = self.rows.len();
            let reason = if self.lost.is_some() {
                let none = if all == 1 { "the order" } else { "any of the orders" };
                format!(
                    "Order Desk's answer to the move was lost, and reading does not show {none} in the folder so far."
                )
            } else {
                format!("Order Desk did not say that {unknown} of {all} orders were moved, and they could not be read.")
            };
            let missing: Vec<&str> = self
                .rows
                .iter()
                .filter(|row| row.state == State::NoSuchOrder)
                .map(|row| row.id.as_str())
                .collect();
            let missing = match missing.as_slice() {
                [] => String::new(),
                ids => format!(" Not in this store: {}.", ids.join(", ")),
            };
            let error = Error::uncertain(format!("{reason}{missing}"), LOOK);
            return Err(error.having_attempted_all(|| self.altered()));
        }
        if self.count(|state| state == State::NoSuchOrder) == self.rows.len() {
            let ids: Vec<OrderId> = self.rows.into_iter().map(|row| row.id).collect();
            return Err(none_exists(&ids));
        }
        Err(match self.lost {
            // Nobody refused anything: Order Desk failed before it did anything.
            Some(error) => Error::Upstream(error),
            None => Error::AllFailed {
                what: "order",
                results: self.rows(),
                code: "ORDERDESK_API_ERROR",
            },
        })
    }

    fn count(&self, is_meant: impl Fn(State) -> bool) -> usize {
        self.rows.iter().filter(|row| is_meant(row.state)).count()
    }
}

const ALREADY: &str = "was there already; nothing was moved";

/// Order Desk's documentation does not tell.
const RULES_UNKNOWN: &str = "Whether the folder's rules ran again for what was in it is not known; an order that shall go through them \
                             once more is moved to another folder and back.";

/// A page that follows skips as many orders as have left the folder.
const PAGES_SHIFT: &str =
    "Lists by folder have shifted by this move: page through them from offset 0 again, not from next_offset.";

/// A move that is done again runs the folder's rules again.
const LOOK: &str = "Wait a minute, then read the orders with orders_get and fresh set to true, and look at folder_id, before \
                    moving again.";

pub(super) fn none_exists(ids: &[OrderId]) -> Error {
    Error::NotFound {
        what: "Order",
        name: ids.iter().map(OrderId::as_str).collect::<Vec<_>>().join(", "),
        nearest: None,
        hint: FIND_IT,
    }
}

impl State {
    fn is_success(self) -> bool {
        matches!(self, Self::Moved | Self::Already | Self::There)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Moved | Self::Already | Self::There => "success",
            Self::Failed | Self::NoSuchOrder => "error",
            Self::Unknown => "unknown",
        }
    }
}
