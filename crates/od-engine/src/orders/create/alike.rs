//! Orders that may be the one whose create was not answered: the newest with its e-mail address or name.
//!
//! That an order is among them proves nothing, for the same shopper may have ordered twice; that none is proves nothing
//! either, for it may still arrive. So what is seen is told, and nothing is concluded.

use jiff::{Timestamp, ToSpan as _};
use od_client::{Direction, Order, OrderId, OrderQuery};
use od_record::order::{customer_name, verify};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::stores::OpenStore;

/// What to do about a create that is not answered and cannot be found for certain.
pub(super) const HINT: &str = "Look with orders_list (by e-mail address or name, fresh set to true) before creating it again: the \
                               same call is refused for two minutes, and carried out after that. A client_request_id makes it safe to \
                               repeat a call.";

/// How far back orders are looked through, in minutes: Order Desk's clock and ours may differ.
const LATELY: i64 = 10;
/// Most orders that are looked through.
const SEARCHED: u32 = 100;
/// Most that are told of.
const TOLD: usize = 5;

/// What a search for orders like this one, made `now`, shows: a part of a sentence.
pub(super) async fn look(store: &OpenStore, now: Timestamp, body: &Map<String, Value>) -> String {
    match find(store, &since(now), body).await {
        Ok(alike) => told(&alike, body),
        Err(error) => {
            tracing::warn!(%error, "orders like the one whose create was lost could not be searched for");
            "the order was not looked for: the search failed".to_owned()
        }
    }
}

async fn find(store: &OpenStore, since: &str, body: &Map<String, Value>) -> Result<Vec<Order>, Error> {
    let query = &OrderQuery {
        // Whatever date the order was given, it was written now.
        modified_start_date: Some(since.to_owned()),
        order_by: Some("date_updated".to_owned()),
        order: Some(Direction::Desc),
        limit: Some(SEARCHED),
        ..OrderQuery::default()
    };
    let ask = |upstream: od_client::Store| async move { upstream.orders().list(query).await };
    let mut alike = store.read_anew(ask).await?.orders;
    alike.retain(|order| is_alike(order.as_map(), body, since));
    Ok(alike)
}

/// Whether an order was added lately, or on the day that was given, for the same shopper.
fn is_alike(order: &Map<String, Value>, body: &Map<String, Value>, since: &str) -> bool {
    let added = text(order, "date_added").unwrap_or_default();
    let is_new = added.as_str() >= since || text(body, "date_added").is_some_and(|given| given == added);
    let same = |one: &str, other: &str| !one.is_empty() && one.to_lowercase() == other.to_lowercase();
    let same_email = text(order, "email")
        .zip(text(body, "email"))
        .is_some_and(|(one, other)| same(&one, &other));
    is_new && (same_email || same(&customer_name(order), &customer_name(body)))
}

fn told(alike: &[Order], body: &Map<String, Value>) -> String {
    let searched = format!("a search for orders of the last {LATELY} minutes with its e-mail address or name");
    let named = alike.iter().take(TOLD).filter_map(|order| {
        let id = order.id().as_ref().map(OrderId::to_string)?;
        let holds_all = verify(&Map::new(), body, order.as_map()).stuck;
        Some(if holds_all {
            format!("{id} (holds all that was sent)")
        } else {
            id
        })
    });
    let named: Vec<String> = named.collect();
    match named.as_slice() {
        [] => format!("{searched} shows none so far"),
        [one] => format!("{searched} shows order {one}"),
        several => format!("{searched} shows {} orders: {}", alike.len(), several.join(", ")),
    }
}

/// The beginning of what is lately, as Order Desk writes it.
fn since(now: Timestamp) -> String {
    let since = now.checked_sub(LATELY.minutes()).unwrap_or(now);
    since.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn text(record: &Map<String, Value>, name: &str) -> Option<String> {
    let text = record.get(name).and_then(Value::as_str)?;
    (!text.is_empty()).then(|| text.to_owned())
}
