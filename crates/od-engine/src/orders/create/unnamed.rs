//! Creates that nothing tells from others: neither a channel's order id nor a name that the caller gave.
//!
//! The same one twice may be meant as two orders. More often it is one that was sent again, because its answer did not reach
//! whoever asked or was not understood, and each costs a fee, mails and stock. So what is the same is refused for a while, and
//! who means a second order says so with a `client_request_id`. What the first one came to stands in the database, for every
//! process and every credential of the tenant.

use od_record::id_text;
use serde_json::{Value, json};

use super::alike;
use super::named::{Begun, First, NamedCreate, ORDER_ID, Ticket};
use super::send::{NotMade, Sending};
use crate::error::{Error, Existing};
use crate::outcome::Outcome;
use crate::roots::DigestOf;
use crate::scope::Scope;

/// What identical creates have in common, however they are written.
pub(super) fn name<'a>(sending: &Sending<'a>, scope: &'a Scope) -> NamedCreate<'a> {
    let lasting = &sending.engine.inner.lasting;
    let name = lasting.digest(
        DigestOf::UnnamedCreate,
        &[sending.draft.essence().to_string().as_bytes()],
    );
    NamedCreate::new(sending, scope, &name)
}

/// Creates an order, unless the same was created lately, is on its way or of uncertain outcome.
pub(super) async fn create(sending: &Sending<'_>, named: &NamedCreate<'_>) -> Result<Outcome<Value>, Error> {
    let ticket = match named.begin().await? {
        Begun::Done(first) => {
            refuse_after(sending, named, &first).await?;
            named.begin_anew(&first).await?
        }
        Begun::Unsent(ticket) => ticket,
        Begun::Sent(ticket) => {
            refuse_while_uncertain(sending, named, &ticket).await?;
            ticket
        }
    };
    // Noted anew before every sending, for it may wait for longer than the same create is refused.
    match sending.send(|| named.note_sending(&ticket)).await {
        Ok(made) => {
            let id = made.order.get("id").and_then(id_text);
            if let Err(error) = named.finish(&ticket, json!({ ORDER_ID: id }), Vec::new()).await {
                // It stands there as sent, so the same once more is refused all the same.
                tracing::warn!(%error, "the order that was created could not be noted");
            }
            Ok(made.reply(sending.store))
        }
        Err(NotMade::Certainly(error)) => {
            named.abandon(&ticket).await;
            Err(error)
        }
        Err(NotMade::Perhaps(error)) => Err(error),
    }
}

/// Refuses what would be refused if it were not only shown.
///
/// # Errors
/// [`Error::Duplicate`], [`Error::Uncertain`].
pub(super) async fn refuse_repeated(sending: &Sending<'_>, named: &NamedCreate<'_>) -> Result<(), Error> {
    match named.seen().await? {
        Some(Begun::Done(first)) => refuse_after(sending, named, &first).await,
        Some(Begun::Sent(ticket)) => refuse_while_uncertain(sending, named, &ticket).await,
        Some(Begun::Unsent(_)) | None => Ok(()),
    }
}

/// Refuses the same order once more while one that was sent, and of which nothing is known, may still arrive.
async fn refuse_while_uncertain(sending: &Sending<'_>, named: &NamedCreate<'_>, ticket: &Ticket) -> Result<(), Error> {
    let Some(seconds) = named.sent_lately(ticket) else {
        return Ok(());
    };
    Err(Error::uncertain(
        format!(
            "the same order was sent {seconds} s ago, and no answer to that is known. This call sent nothing; {}.",
            sending.look_for_alike().await
        ),
        alike::HINT,
    ))
}

/// Refuses the same order once more, shortly after the `first` one, unless that one is gone again.
async fn refuse_after(sending: &Sending<'_>, named: &NamedCreate<'_>, first: &First) -> Result<(), Error> {
    let Some(seconds) = named.made_lately(first) else {
        return Ok(());
    };
    let id = first.order_id();
    // Where nobody could look, it is taken to be there: the worse mistake is a second order.
    if let Some(id) = &id
        && sending.is_gone(id).await.unwrap_or(false)
    {
        return Ok(());
    }
    let id = id.map_or_else(|| "not known".to_owned(), |id| id.to_string());
    Err(Error::Duplicate(Existing {
        what: format!("The same order was created {seconds} s ago; its id is {id}."),
        instead: "Go on with that order (orders_get shows it). If a second one is meant, call again with a client_request_id of its \
                  own, or after two minutes.",
    }))
}
