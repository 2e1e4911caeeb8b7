//! "Post Order JSON": the only call Order Desk makes by itself (help article 34).

#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::http::{Request, Uri, header};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::desk::{Desk, SharedDesk};
use crate::posting::{Post, PostFormat, Posting};
use crate::state::{Order, Shop};

/// How a delivery went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The HTTP status of each try; `None` for a try without an answer.
    pub tries: Vec<Option<u16>>,
    /// Whether the last try was answered 200 or 201. Anything else counts as failed, 202 and 204 too.
    pub delivered: bool,
}

/// A request as it would be posted, for whoever wants to send it otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// The header `X-ORDER-DESK-HASH`.
    pub hash: String,
    /// The body.
    pub body: Bytes,
}

/// Why a delivery could not begin.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such store or order.
    #[error("no such order")]
    NoSuchOrder,
    /// The order has no shipment to tell of.
    #[error("the order has no shipment")]
    NoShipment,
    /// Not an `http://` address: the simulator calls nobody over TLS.
    #[error("not an http:// address: {0}")]
    Address(String),
}

/// A request ready to be tried more than once.
struct Prepared {
    url: Uri,
    store_id: String,
    content_type: &'static str,
    hash: String,
    appointment: Option<u64>,
    body: Bytes,
}

/// Whether an address can be posted to at all.
pub(crate) fn address(url: &str) -> Result<Uri, WebhookError> {
    let uri = url.parse::<Uri>().ok();
    uri.filter(|uri| uri.scheme_str() == Some("http") && uri.host().is_some())
        .ok_or_else(|| WebhookError::Address(url.to_owned()))
}

/// What would be posted of an order.
pub(crate) fn written(desk: &Desk, store_id: &str, id: &str, post: &Post) -> Result<Written, WebhookError> {
    let Prepared {
        content_type,
        hash,
        body,
        ..
    } = prepare(desk, store_id, id, post, None)?;
    Ok(Written {
        content_type,
        hash,
        body,
    })
}

/// Posts an order until it is taken or the tries are used up.
pub(crate) async fn post_order(desk: &Desk, store_id: &str, id: &str, post: &Post) -> Result<Delivery, WebhookError> {
    let prepared = prepare(desk, store_id, id, post, None)?;
    Ok(deliver(desk, &prepared, Delivery::default(), desk.options.webhook.attempts).await)
}

/// Posts an order once and gives how that went; further tries, where they are due, go on in the background.
pub(crate) async fn post_once(
    desk: &SharedDesk,
    store_id: &str,
    id: &str,
    post: &Post,
) -> Result<Delivery, WebhookError> {
    let prepared = prepare(desk, store_id, id, post, None)?;
    let first = deliver(desk, &prepared, Delivery::default(), 1).await;
    let (desk, so_far) = (desk.clone(), first.clone());
    tokio::spawn(async move {
        let most = desk.options.webhook.attempts;
        let delivery = deliver(&desk, &prepared, so_far, most).await;
        tracing::debug!(store_id = prepared.store_id, ?delivery, "order posted");
    });
    Ok(first)
}

/// Begins the deliveries that rules have asked for; they go on in the background.
pub(crate) fn send_outbox(desk: &SharedDesk) {
    let due: Vec<(String, Posting)> = {
        let mut state = desk.lock();
        state.post_changed();
        let of = |shop: &mut Shop| {
            let id = shop.id.clone();
            std::mem::take(&mut shop.outbox)
                .into_iter()
                .map(move |posting| (id.clone(), posting))
        };
        state.shops.iter_mut().flat_map(of).collect()
    };
    // Without a runtime nobody could have asked for a post.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    for (store_id, posting) in due {
        let id = posting.order_id.to_string();
        match prepare(desk, &store_id, &id, &posting.post, posting.shipment) {
            Ok(prepared) => {
                let desk = desk.clone();
                runtime.spawn(async move {
                    let most = desk.options.webhook.attempts;
                    let delivery = deliver(&desk, &prepared, Delivery::default(), most).await;
                    tracing::debug!(store_id, id, ?delivery, "order posted");
                });
            }
            Err(error) => tracing::warn!(store_id, id, %error, "order not posted"),
        }
    }
}

/// The order as it is now, with `shipment` or its newest one where the format tells of one.
fn prepare(
    desk: &Desk,
    store_id: &str,
    id: &str,
    post: &Post,
    shipment: Option<Value>,
) -> Result<Prepared, WebhookError> {
    let url = address(&post.url)?;
    let mut guard = desk.lock();
    let state = &mut *guard;
    let shop = state.shop(store_id).ok_or(WebhookError::NoSuchOrder)?;
    let order = shop.order(id).map_err(|_| WebhookError::NoSuchOrder)?;
    let public = order.public(post.include_history);
    let (content_type, text, body) = match post.format {
        PostFormat::Form if !wants_json(order) => {
            let text = php_json(&public);
            let body = form_urlencoded(&text);
            ("application/x-www-form-urlencoded", text, body)
        }
        PostFormat::Form | PostFormat::Json => {
            let text = php_json(&public);
            ("application/json", text.clone(), text)
        }
        PostFormat::Shipment => {
            let shipment = shipment.or_else(|| order.shipments().last().cloned());
            let shipment = shipment.ok_or(WebhookError::NoShipment)?;
            let text = php_json(&json!({ "shipment": shipment, "order": public }));
            ("application/json", text.clone(), text)
        }
    };
    let (hash, store_id) = (hash(&shop.api_key, &text), shop.id.clone());
    state.appointments += 1;
    Ok(Prepared {
        url,
        store_id,
        content_type,
        hash,
        appointment: state.choices.webhook_appointment_id.then_some(state.appointments),
        body: body.into(),
    })
}

/// The switch that merchants set by a rule before they post: metadata of the order.
fn wants_json(order: &Order) -> bool {
    let metadata = order.fields.get("order_metadata");
    metadata.is_some_and(|metadata| matches!(&metadata["json_post_in_body"], value if *value == "1" || *value == 1))
}

fn form_urlencoded(order: &str) -> String {
    // A list of texts has no form that could fail.
    serde_urlencoded::to_string([("order", order)]).unwrap_or_default()
}

/// Goes on with a delivery until it is taken or has been tried `most` times.
async fn deliver(desk: &Desk, prepared: &Prepared, so_far: Delivery, most: u32) -> Delivery {
    let options = &desk.options.webhook;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut delivery = so_far;
    while !delivery.delivered && delivery.tries.len() < usize::try_from(most).unwrap_or(usize::MAX) {
        if let Some(pause) = options.pause_after(delivery.tries.len()) {
            let pause = tokio::time::sleep(pause);
            if desk.stopping.run_until_cancelled(pause).await.is_none() {
                break;
            }
        }
        let status = attempt_once(&client, prepared, options.timeout).await;
        delivery.tries.push(status);
        delivery.delivered = matches!(status, Some(200 | 201));
    }
    delivery
}

async fn attempt_once(
    client: &Client<HttpConnector, Full<Bytes>>,
    prepared: &Prepared,
    timeout: Duration,
) -> Option<u16> {
    let mut request = Request::post(prepared.url.clone())
        .header(header::CONTENT_TYPE, prepared.content_type)
        .header("x-order-desk-store-id", &prepared.store_id)
        .header("x-order-desk-hash", &prepared.hash);
    if let Some(appointment) = prepared.appointment {
        request = request.header("x-order-desk-appointment-id", appointment);
    }
    let request = request.body(Full::new(prepared.body.clone())).ok()?;
    let answer = async {
        let response = client.request(request).await.ok()?;
        let status = response.status().as_u16();
        response.into_body().collect().await.ok()?;
        Some(status)
    };
    tokio::time::timeout(timeout, answer).await.ok().flatten()
}

/// HMAC-SHA256 of the JSON (in a form: of the field's value), keyed by the API key, in lower-case hex.
pub(crate) fn hash(api_key: &str, text: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(api_key.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    let digest = mac.finalize().into_bytes();
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}

/// JSON as PHP writes it by default: slashes and everything beyond ASCII escaped. A receiver that parses and writes
/// the order again before hashing gets another hash, as with the real sender.
fn php_json(value: &Value) -> String {
    let escape = |character: char| match character {
        '/' => "\\/".to_owned(),
        ascii if ascii.is_ascii() => ascii.to_string(),
        other => {
            let units = other
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<Vec<_>>();
            units.concat()
        }
    };
    value.to_string().chars().map(escape).collect()
}
