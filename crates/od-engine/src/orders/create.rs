//! Creating an order (Order Desk: `POST /orders`).
//!
//! A repetition makes a second order, sends the merchant's mails again and costs a fee. So a create is sent once and never
//! repeated: what it would duplicate is looked for first, and when its answer is lost, reading tells whether it happened
//! (`send`). An order is found by its `source_id` and `source_name`. One without a `source_id` can only be looked for among the
//! newest with its e-mail address or name (`alike`), which proves nothing; so the same create is refused for a while after
//! one that was made, or whose outcome is not known (`unnamed`). A caller who names the create with `client_request_id` may
//! repeat the call instead (`named`).

use od_record::diff;
use od_record::order::{NewOrder, Source};
use od_record::text::clean_map;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Orders;

use crate::error::{Error, Existing};
use crate::lock::Held;
use crate::outcome::Outcome;
use crate::roots::{DigestOf, Lasting};
use crate::scope::Scope;
use crate::stores::Purpose;

mod alike;
mod named;
mod send;
mod unnamed;

use named::{Begun, First, NamedCreate};
use send::{Made, NotMade, Sending};

/// An order to create.
#[derive(Clone, Debug, Deserialize)]
pub struct CreateOrder {
    /// Name or id of the store.
    pub store: Option<String>,
    /// The fields of the order, nested as Order Desk shows them. `source_id` and `date_added` can be set here and never
    /// again; `folder_id` or `folder_name` says where the order lands.
    pub order: Map<String, Value>,
    /// The caller's name for this create: 8 to 64 letters, digits and `._:-`. Within 24 hours the same name and order
    /// give the first result again. It becomes the `source_id` of an order that has none, so that it can be found.
    pub client_request_id: Option<String>,
    /// Only shows what would be created.
    #[serde(default)]
    pub dry_run: bool,
}

impl Orders<'_> {
    /// Creates an order. `data` is `{"order", "verified"}`, with `changes` and `dry_run` for a dry run.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Duplicate`] for an order of the same `source_id` and `source_name`, naming its id, and
    /// for a name used for another order; [`Error::NotFound`] for the folder; [`Error::Uncertain`]; [`Error::Upstream`].
    pub async fn create(&self, scope: &Scope, input: CreateOrder) -> Result<Outcome<Value>, Error> {
        let mut draft = NewOrder::of(&input.order, input.client_request_id.as_deref()).map_err(Error::Invalid)?;
        let store = self
            .0
            .stores()
            .open(scope, input.store.as_deref(), Purpose::Change)
            .await?;
        if let Some(folder) = &draft.folder {
            let folder = self.destination(scope, &store, folder).await?;
            folder.place(&mut draft.body);
        }
        let sending = Sending {
            engine: self.0,
            store: &store,
            draft: &draft,
        };
        let outcome = if input.dry_run {
            match input.client_request_id.as_deref() {
                Some(name) => preview_named(&sending, &NamedCreate::new(&sending, scope, name)).await,
                None if draft.source.is_none() => {
                    unnamed::refuse_repeated(&sending, &unnamed::name(&sending, scope)).await?;
                    preview(&sending).await
                }
                None => preview(&sending).await,
            }
        } else {
            self.carry_out(scope, &sending, &input).await
        };
        Ok(outcome?.with_warnings(store.assumption()))
    }

    async fn carry_out(
        &self,
        scope: &Scope,
        sending: &Sending<'_>,
        input: &CreateOrder,
    ) -> Result<Outcome<Value>, Error> {
        let store = sending.store;
        let Some(source) = &sending.draft.source else {
            return unnamed::create(sending, &unnamed::name(sending, scope)).await;
        };
        let inner = &self.0.inner;
        let digest = digest(&inner.lasting, source);
        // One at a time, so that none is sent between another's search and its arrival.
        let held = store.hold(self.0, store.new_order(&digest)).await?;
        let outcome = match &input.client_request_id {
            Some(name) => {
                let named = NamedCreate::new(sending, scope, name);
                create_named(sending, &named, &held).await
            }
            None => create_once(sending, &held).await,
        };
        held.release().await;
        outcome
    }
}

/// What orders of one source are held under: neither the lock nor the log shall know it.
fn digest(lasting: &Lasting, source: &Source) -> String {
    lasting.digest(DigestOf::OrderSource, &[source.name.as_bytes(), source.id.as_bytes()])
}

async fn create_once(sending: &Sending<'_>, held: &Held) -> Result<Outcome<Value>, Error> {
    sending.refuse_duplicate().await?;
    let made = sending
        .send(async || held.must_be_ours())
        .await
        .map_err(NotMade::into_error)?;
    Ok(made.reply(sending.store))
}

async fn create_named(sending: &Sending<'_>, named: &NamedCreate<'_>, held: &Held) -> Result<Outcome<Value>, Error> {
    let ticket = match named.begin().await? {
        Begun::Done(first) => return again(sending, *first).await,
        Begun::Sent(ticket) => {
            if let Some(made) = made_before(sending).await? {
                return Ok(named.keep(&ticket, made.reply(sending.store)).await);
            }
            named.refuse_while_in_flight(&ticket)?;
            ticket
        }
        Begun::Unsent(ticket) => {
            if let Err(error) = sending.refuse_duplicate().await {
                named.abandon(&ticket).await;
                return Err(error);
            }
            ticket
        }
    };
    let ours = async || {
        named.note_sending(&ticket).await?;
        held.must_be_ours()
    };
    match sending.send(ours).await {
        Ok(made) => Ok(named.keep(&ticket, made.reply(sending.store)).await),
        Err(NotMade::Certainly(error)) => {
            named.abandon(&ticket).await;
            Err(error)
        }
        Err(NotMade::Perhaps(error)) => Err(error),
    }
}

/// The first result once more, unless its order is gone.
async fn again(sending: &Sending<'_>, first: First) -> Result<Outcome<Value>, Error> {
    let Some(id) = first.order_id() else {
        return Ok(first.again());
    };
    match sending.is_gone(&id).await {
        Ok(false) => Ok(first.again()),
        Ok(true) => Err(Error::Duplicate(Existing {
            what: format!(
                "Order {id} was created under this client_request_id, and is not there any more: deleted, or merged into another one."
            ),
            instead: "Look for its lines with orders_find first. If it is to be created once more, call again with another client_request_id.",
        })),
        Err(error) => {
            tracing::warn!(%error, "an order that was created before could not be read");
            let unseen = "Whether the order is still there could not be looked at.";
            Ok(first.again().with_warnings([unseen.to_owned()]))
        }
    }
}

/// The order of an earlier call under the same name whose answer was lost.
async fn made_before(sending: &Sending<'_>) -> Result<Option<Made>, Error> {
    let Some(order) = sending.find().await? else {
        return Ok(None);
    };
    let mut made = sending.judge(order);
    made.warnings
        .push("An earlier call under this client_request_id had created the order.".to_owned());
    Ok(Some(made))
}

/// What the call itself would answer.
async fn preview_named(sending: &Sending<'_>, named: &NamedCreate<'_>) -> Result<Outcome<Value>, Error> {
    match named.seen().await? {
        Some(Begun::Done(first)) => {
            let mut first = again(sending, *first).await?;
            first.data["dry_run"] = true.into();
            Ok(first)
        }
        Some(Begun::Sent(ticket)) => {
            if let Some(made) = made_before(sending).await? {
                let order = clean_map(&made.order);
                let data = json!({ "order": order, "verified": made.verified, "dry_run": true });
                return Ok(Outcome::of(sending.store.name.clone(), data).with_warnings(made.warnings));
            }
            named.refuse_while_in_flight(&ticket)?;
            preview(sending).await
        }
        Some(Begun::Unsent(_)) | None => preview(sending).await,
    }
}

/// What would be created; only reads are sent.
async fn preview(sending: &Sending<'_>) -> Result<Outcome<Value>, Error> {
    sending.refuse_duplicate().await?;
    let body = clean_map(&sending.draft.body);
    let data = json!({ "order": body, "changes": diff(&Map::new(), &body), "dry_run": true });
    Ok(Outcome::of(sending.store.name.clone(), data).with_warnings(sending.draft.warnings.clone()))
}
