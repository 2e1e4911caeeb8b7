//! What is seen of an order when one of its parts is changed: the part, what stands beside it, and the order's history.
//! The history alone tells of others: the part that is read back is what was uploaded.

use od_client::{Order, Store};
use od_record::order::{LINES, SHIPMENTS, Trail, take_history};
use od_record::rows_of;
use serde_json::Value;

use super::Record;
use super::kind::Part;
use super::one::One;
use super::site::Site;
use crate::error::Error;

/// A part and its order, as they were read.
pub(super) struct Seen {
    pub(super) record: Record,
    /// The lines of the order.
    pub(super) lines: Vec<Record>,
    /// The shipments of the order.
    pub(super) shipments: Vec<Record>,
    /// The other parts of its sort.
    pub(super) others: Vec<Record>,
    /// Nothing where Order Desk gave none.
    history: Option<Vec<Value>>,
    /// Whether the part was read without its order, which is too large.
    is_alone: bool,
}

impl Seen {
    /// Where the order is larger than what is read in one reply, nothing of it is known but the part.
    fn alone(record: Record) -> Self {
        Self {
            record,
            lines: Vec::new(),
            shipments: Vec::new(),
            others: Vec::new(),
            history: None,
            is_alone: true,
        }
    }

    /// What the history tells of others since this was read, up to the reading `after` an upload.
    pub(super) fn trail_to(&self, after: &Self) -> Trail {
        match (&self.history, &after.history) {
            (Some(before), Some(after)) => Trail::of_part(before, after),
            _ => Trail::default(),
        }
    }
}

impl<P: Part> Site<'_, P> {
    /// How many requests a look before an upload is.
    pub(super) fn requests_of_look(&self) -> u32 {
        if self.part.is_whole_in_order() { 1 } else { 2 }
    }

    /// Reads the order, and the part by itself where the order does not hold it as it is replaced. The order comes first: what
    /// somebody does between the two is told rather than overlooked.
    pub(super) async fn look(&self, upstream: &Store, id: &One<P>) -> Result<Seen, od_client::Error> {
        let order = upstream.orders().get_with_history(self.order).await;
        if matches!(order, Err(od_client::Error::TooLarge { .. })) && self.part.is_whole_in_order() {
            return id.get(upstream, self.order).await.map(Seen::alone);
        }
        let order = order?;
        let alone = id.get(upstream, self.order);
        let seen = self.complete(order, id, alone).await?;
        seen.ok_or(od_client::Error::NotFound)
    }

    /// Looks after an upload that was accepted: on what was paid for it, and on when that fails for a reason that may pass.
    ///
    /// # Errors
    /// [`Error::Upstream`] of the last attempt.
    pub(super) async fn look_back(&self, paid: Store, id: &One<P>, before: &Seen) -> Result<Seen, Error> {
        self.forget().await;
        if before.is_alone {
            drop(paid);
            return self.read_alone(id).await.map(Seen::alone);
        }
        let first = paid.orders().get_with_history(self.order).await;
        drop(paid);
        let order = self.store.read_order_back(self.order, first).await?;
        self.complete_anew(order, id).await
    }

    /// Looks until an answer comes, to find out what became of an upload.
    ///
    /// # Errors
    /// [`Error::Uncertain`] when it cannot be read, or is not there any more.
    pub(super) async fn look_again(&self, id: &One<P>, before: &Seen) -> Result<Seen, Error> {
        let seen = if before.is_alone {
            self.read_alone(id).await.map(Seen::alone)
        } else {
            match self.store.read_order_with_history(self.order).await {
                Ok(order) => self.complete_anew(order, id).await,
                Err(error) => Err(error),
            }
        };
        seen.map_err(|error| match error {
            Error::Upstream(od_client::Error::NotFound) => {
                self.uncertain("the answer was lost, and the record has been deleted since.")
            }
            error => self.unreadable(&error),
        })
    }

    async fn complete_anew(&self, order: Order, id: &One<P>) -> Result<Seen, Error> {
        let seen = self.complete(order, id, self.read_alone(id)).await?;
        seen.ok_or(Error::Upstream(od_client::Error::NotFound))
    }

    async fn read_alone(&self, id: &One<P>) -> Result<Record, Error> {
        let read = |upstream: Store| async move { id.get(&upstream, self.order).await };
        self.store.read_anew(read).await
    }

    /// The part in its order, read `alone` where the order does not hold it whole. Nothing when it is not there.
    async fn complete<E>(
        &self,
        order: Order,
        id: &One<P>,
        alone: impl Future<Output = Result<Record, E>>,
    ) -> Result<Option<Seen>, E> {
        let mut order = order.into_map();
        let history = take_history(&mut order);
        let listed = rows_of(&order, self.part.names().in_order).cloned();
        let (own, others): (Vec<Record>, Vec<Record>) = listed.partition(|record| id.is_of(record));
        let record = if self.part.is_whole_in_order() {
            own.into_iter().next()
        } else {
            Some(alone.await?)
        };
        Ok(record.map(|record| Seen {
            record,
            lines: rows_of(&order, LINES).cloned().collect(),
            shipments: rows_of(&order, SHIPMENTS).cloned().collect(),
            others,
            history,
            is_alone: false,
        }))
    }
}
