//! What became of each order of a move.

use od_client::{MoveResult, OrderId};
use serde_json::{Value, json};

use super::Target;
use crate::error::Error;
use crate::stores::OpenStore;

/// The outcome of a move, one row per order.
pub(in crate::orders) struct Moved {
    pub(in crate::orders) target: Target,
    rows: Vec<Row>,
}

struct Row {
    id: OrderId,
    state: State,
    message: String,
    original_folder_id: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Moved,
    Failed,
    NoSuchOrder,
    Unknown,
}

/// Takes Order Desk's word for the orders it names with their old folder; the others are read.
pub(super) async fn settle(
    store: &OpenStore,
    ids: &[OrderId],
    target: &Target,
    answered: &[MoveResult],
) -> Result<Moved, Error> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let answer = answered.iter().find(|answer| answer.order_id == *id);
        let row = match answer {
            Some(MoveResult {
                moved: true,
                message,
                original_folder_id,
                ..
            }) => Row {
                id: id.clone(),
                state: State::Moved,
                message: message.clone(),
                original_folder_id: original_folder_id.as_ref().map(|folder| folder.as_str().to_owned()),
            },
            other => read(store, id, target, other.map(|answer| answer.message.as_str())).await,
        };
        rows.push(row);
    }
    Ok(Moved {
        target: target.clone(),
        rows,
    })
}

async fn read(store: &OpenStore, id: &OrderId, target: &Target, said: Option<&str>) -> Row {
    let row = |state, message: &str| Row {
        id: id.clone(),
        state,
        message: message.to_owned(),
        original_folder_id: None,
    };
    match store.upstream.orders().get(id).await {
        Ok(order) if target.change(order.as_map()).is_none() => row(State::Moved, "the order is in the folder"),
        Ok(_) => row(State::Failed, said.unwrap_or("Order Desk did not move it")),
        Err(od_client::Error::NotFound) => row(State::NoSuchOrder, "no such order in this store"),
        Err(error) => {
            tracing::warn!(%error, "an order could not be read after its move");
            row(
                State::Unknown,
                "not known: Order Desk's answer was lost and the order could not be read",
            )
        }
    }
}

impl Moved {
    pub(in crate::orders) fn all_succeeded(&self) -> bool {
        self.rows.iter().all(|row| row.state == State::Moved)
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

    pub(in crate::orders) fn warnings(&self) -> Option<String> {
        let failed = self.rows.iter().filter(|row| row.state != State::Moved).count();
        (failed > 0).then(|| format!("{failed} of {} orders were not moved: see results.", self.rows.len()))
    }

    pub(super) fn refuse_if_all_failed(&self) -> Result<(), Error> {
        let all = |state: State| self.rows.iter().all(|row| row.state == state);
        if all(State::NoSuchOrder) {
            return Err(none_exists(
                &self.rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(),
            ));
        }
        if self.rows.iter().any(|row| row.state == State::Moved) {
            return Ok(());
        }
        if self.rows.iter().any(|row| row.state == State::Unknown) {
            return Err(Error::Uncertain {
                reason: "Order Desk's answer to the move was lost, and the orders could not be read.".to_owned(),
                hint: "Read the orders with orders_get and fresh set to true, and look at folder_id, before moving again.",
            });
        }
        Err(Error::AllFailed {
            what: "order",
            results: self.rows(),
        })
    }
}

pub(super) fn none_exists(ids: &[OrderId]) -> Error {
    Error::NotFound {
        what: "Order",
        name: ids.iter().map(OrderId::as_str).collect::<Vec<_>>().join(", "),
        nearest: None,
        hint: "orders_list with source_id, email or a name finds an order's id. The id in the shop is source_id, not order_id.",
    }
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "success",
            Self::Failed | Self::NoSuchOrder => "error",
            Self::Unknown => "unknown",
        }
    }
}
