//! Creates that the caller named: within a day, the same name makes one order, however often the call is repeated.
//!
//! A row stands in the database before the order is sent, and says so before it is sent. Whoever comes later, in this
//! process or after a crash, therefore knows: not sent, perhaps sent, or done.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use od_client::OrderId;
use od_db::{IdempotencyRow, SealedColumns};
use od_vault::Place;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::send::Sending;
use crate::clock::millis;
use crate::engine::Engine;
use crate::error::{Error, Existing};
use crate::outcome::Outcome;
use crate::roots::DigestOf;
use crate::scope::Scope;
use crate::sealed::{IntoColumns as _, IntoSealed as _};
use crate::stores::OpenStore;

/// How long a name is remembered.
const REMEMBERED: Duration = Duration::from_hours(24);
/// How long an order whose answer was lost may still arrive. Until then, not finding it proves nothing.
const IN_FLIGHT: Duration = Duration::from_mins(1);

/// How long the same create is refused after one that nothing can be found by and whose answer was lost.
const UNCERTAIN: Duration = Duration::from_mins(2);

/// How long the same create is refused after one that nothing tells from it.
const REPEATED: Duration = Duration::from_mins(2);

/// The member of what is kept of an order that nobody named.
pub(super) const ORDER_ID: &str = "order_id";

/// A create under a caller's name, or under what it consists of.
pub(super) struct NamedCreate<'a> {
    engine: &'a Engine,
    scope: &'a Scope,
    store: &'a OpenStore,
    row: IdempotencyRow,
}

/// Where a named create stands.
pub(super) enum Begun {
    /// Nothing was sent under this name.
    Unsent(Ticket),
    /// An order was perhaps sent, and nobody knows what became of it.
    Sent(Ticket),
    /// It was done.
    Done(Box<First>),
}

/// What came of the create that was first under a name.
pub(super) struct First {
    pub(super) outcome: Outcome<Value>,
    row_id: String,
    done_at: i64,
}

/// The right to go on with a named create as it was seen, or as this call has noted it since.
pub(super) struct Ticket {
    row_id: String,
    attempted_at: Mutex<Option<i64>>,
}

impl Ticket {
    fn of(row: &IdempotencyRow) -> Self {
        Self {
            row_id: row.id.clone(),
            attempted_at: Mutex::new(row.attempted_at),
        }
    }

    fn attempted_at(&self) -> Option<i64> {
        *self.attempted_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, attempted_at: i64) {
        *self.attempted_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(attempted_at);
    }
}

/// What is kept of the first result.
#[derive(Serialize, Deserialize)]
struct Kept {
    data: Value,
    warnings: Vec<String>,
}

impl<'a> NamedCreate<'a> {
    pub(super) fn new(sending: &Sending<'a>, scope: &'a Scope, name: &str) -> Self {
        let (engine, store) = (sending.engine, sending.store);
        // Who repeats a call may write its members in another order, and its numbers in another way.
        let essence = sending.draft.essence().to_string();
        let body_digest = engine
            .inner
            .lasting
            .digest(DigestOf::NamedCreate, &[essence.as_bytes()]);
        let row = IdempotencyRow {
            id: Uuid::now_v7().to_string(),
            tenant_id: scope.tenant().clone(),
            store_row_id: store.row.id.clone(),
            client_request_id: name.to_owned(),
            body_digest,
            result: SealedColumns::default(),
            created_at: engine.inner.clock.now_millis(),
            attempted_at: None,
            done_at: None,
        };
        Self {
            engine,
            scope,
            store,
            row,
        }
    }

    /// Takes the name, or says what became of it.
    ///
    /// # Errors
    /// [`Error::Duplicate`] when the name stands for another order.
    pub(super) async fn begin(&self) -> Result<Begun, Error> {
        let row = &self.row;
        let expired_before = row.created_at - millis(REMEMBERED);
        let rows = self.engine.inner.db.idempotency();
        let earlier = rows.begin(self.scope.tenant(), row, expired_before).await?;
        earlier.map_or_else(|| Ok(Begun::Unsent(Ticket::of(row))), |earlier| self.stands(&earlier))
    }

    /// Takes the name once more, for another order than the one that was `first` under it.
    ///
    /// # Errors
    /// [`Error::Underway`] when somebody else does.
    pub(super) async fn begin_anew(&self, first: &First) -> Result<Ticket, Error> {
        let rows = self.engine.inner.db.idempotency();
        rows.release(self.scope.tenant(), &first.row_id, first.done_at).await?;
        match self.begin().await? {
            Begun::Unsent(ticket) => Ok(ticket),
            Begun::Sent(_) | Begun::Done(_) => Err(Error::Underway),
        }
    }

    /// What [`NamedCreate::begin`] would find under the name, if something is. The name is not taken.
    ///
    /// # Errors
    /// [`Error::Duplicate`] when the name stands for another order.
    pub(super) async fn seen(&self) -> Result<Option<Begun>, Error> {
        let row = &self.row;
        let rows = self.engine.inner.db.idempotency();
        let found = rows
            .find(self.scope.tenant(), &row.store_row_id, &row.client_request_id)
            .await?;
        let is_remembered = |earlier: &IdempotencyRow| earlier.created_at >= row.created_at - millis(REMEMBERED);
        found
            .filter(is_remembered)
            .map(|earlier| self.stands(&earlier))
            .transpose()
    }

    /// Where the create stands that was `earlier` under the name.
    fn stands(&self, earlier: &IdempotencyRow) -> Result<Begun, Error> {
        if earlier.body_digest != self.row.body_digest {
            return Err(self.name_is_taken(earlier));
        }
        Ok(match (earlier.done_at, earlier.attempted_at) {
            (Some(_), _) => Begun::Done(Box::new(self.first(earlier)?)),
            (None, Some(_)) => Begun::Sent(Ticket::of(earlier)),
            (None, None) => Begun::Unsent(Ticket::of(earlier)),
        })
    }

    fn name_is_taken(&self, earlier: &IdempotencyRow) -> Error {
        let first = earlier.done_at.and_then(|_| self.first(earlier).ok());
        let known = match (first.and_then(|first| first.order_id()), earlier.attempted_at) {
            (Some(id), _) => format!("; its id is {id}"),
            (None, Some(_)) => ", of which it is not known whether it was created".to_owned(),
            (None, None) => String::new(),
        };
        Error::Duplicate(Existing {
            what: format!("This client_request_id stood for another order within the last 24 hours{known}."),
            instead: "Give each order a client_request_id of its own; to repeat a call, send the same order.",
        })
    }

    /// # Errors
    /// [`Error::Uncertain`] while an order that was sent before may still arrive.
    pub(super) fn refuse_while_in_flight(&self, ticket: &Ticket) -> Result<(), Error> {
        let sent_before = self.row.created_at - ticket.attempted_at().unwrap_or_default();
        if sent_before > millis(IN_FLIGHT) {
            return Ok(());
        }
        Err(Error::uncertain(
            "an earlier call under this client_request_id sent the order, and its answer was lost.".to_owned(),
            "Repeat the call with the same client_request_id after a minute: it gives the order back, or creates it.",
        ))
    }

    /// How many seconds ago an order was sent whose answer is not known, as long as it may still be on its way.
    pub(super) fn sent_lately(&self, ticket: &Ticket) -> Option<i64> {
        let ago = self.row.created_at - ticket.attempted_at()?;
        (ago < millis(UNCERTAIN)).then(|| ago.max(0) / 1000)
    }

    /// How many seconds ago the `first` order was made, as long as the same once more is rather a repetition than a second one.
    pub(super) fn made_lately(&self, first: &First) -> Option<i64> {
        let ago = self.row.created_at - first.done_at;
        (ago < millis(REPEATED)).then(|| ago.max(0) / 1000)
    }

    /// Notes that the order is about to be sent: right before each sending, for whoever comes later goes by it.
    ///
    /// # Errors
    /// [`Error::Underway`] when somebody else is sending it.
    pub(super) async fn note_sending(&self, ticket: &Ticket) -> Result<(), Error> {
        let inner = &self.engine.inner;
        let now = inner.clock.now_millis();
        let rows = inner.db.idempotency();
        let ours = rows
            .attempt(self.scope.tenant(), &ticket.row_id, ticket.attempted_at(), now)
            .await?;
        if ours {
            ticket.note(now);
            Ok(())
        } else {
            Err(Error::Underway)
        }
    }

    /// Keeps the result for whoever repeats the call. That it cannot be kept is no reason to hide it.
    pub(super) async fn keep(&self, ticket: &Ticket, mut outcome: Outcome<Value>) -> Outcome<Value> {
        if let Err(error) = self
            .finish(ticket, outcome.data.clone(), outcome.warnings.clone())
            .await
        {
            tracing::warn!(%error, "the result of a named create could not be kept");
            outcome.warnings.push(
                "The result could not be kept: a repetition will search for the order instead of showing it at once."
                    .to_owned(),
            );
        }
        outcome
    }

    /// Notes under the name what was made.
    pub(super) async fn finish(&self, ticket: &Ticket, data: Value, warnings: Vec<String>) -> Result<(), Error> {
        // A JSON value always serialises: its keys are strings.
        let kept = serde_json::to_vec(&Kept { data, warnings }).unwrap_or_default();
        let data_key = self.scope.identity().data_key()?;
        let sealed = data_key.seal(&self.place(&ticket.row_id), &kept).into_columns();
        let inner = &self.engine.inner;
        let (rows, now) = (inner.db.idempotency(), inner.clock.now_millis());
        rows.finish(self.scope.tenant(), &ticket.row_id, &sealed, now).await?;
        Ok(())
    }

    /// Frees the name: nothing was created under it, unless somebody else has sent the order since.
    pub(super) async fn abandon(&self, ticket: &Ticket) {
        let rows = self.engine.inner.db.idempotency();
        let abandoned = rows.abandon(self.scope.tenant(), &ticket.row_id, ticket.attempted_at());
        if let Err(error) = abandoned.await {
            tracing::warn!(%error, "the name of a create that was not made could not be freed; it expires in a day");
        }
    }

    fn first(&self, row: &IdempotencyRow) -> Result<First, Error> {
        let unreadable = || Error::Internal("the result of a named create cannot be read");
        let place = self.place(&row.id);
        let sealed = row.result.clone().into_sealed();
        let plain = self
            .scope
            .identity()
            .data_key()?
            .open(&place, &sealed)
            .map_err(|_| unreadable())?;
        let Kept { data, warnings } = serde_json::from_slice(plain.expose_secret()).map_err(|_| unreadable())?;
        Ok(First {
            outcome: Outcome::of(self.store.name.clone(), data).with_warnings(warnings),
            row_id: row.id.clone(),
            done_at: row.done_at.unwrap_or_default(),
        })
    }

    fn place<'p>(&'p self, row_id: &'p str) -> Place<'p> {
        Place {
            tenant: self.scope.tenant().as_str(),
            row: row_id,
            field: "idempotency_result",
        }
    }
}

impl First {
    /// Which order it was.
    pub(super) fn order_id(&self) -> Option<OrderId> {
        let data = &self.outcome.data;
        let id = data.get(ORDER_ID).or_else(|| data.get("order")?.get("id"));
        id.and_then(OrderId::from_value)
    }

    /// The first result, once more.
    pub(super) fn again(self) -> Outcome<Value> {
        let note = "This is the first result again: the order was created under this client_request_id.";
        self.outcome.with_warnings([note.to_owned()])
    }
}
