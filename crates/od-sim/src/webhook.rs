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
use serde_json::Value;
use sha2::Sha256;

use crate::desk::{Desk, SharedDesk};
use crate::state::{Posting, Shop};

/// How a delivery went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The HTTP status of each try; `None` for a try without an answer.
    pub tries: Vec<Option<u16>>,
    /// Whether the last try was answered 200 or 201. Anything else counts as failed, 202 and 204 too.
    pub delivered: bool,
}

/// Why a delivery could not begin.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such store or order.
    #[error("no such order")]
    NoSuchOrder,
    /// Not an `http://` address: the simulator speaks no TLS.
    #[error("not an http:// address: {0}")]
    Address(String),
}

/// A request ready to be tried more than once.
struct Prepared {
    url: Uri,
    store_id: String,
    hash: String,
    body: Bytes,
}

/// Posts an order until it is taken or the tries are used up.
pub(crate) async fn post_order(desk: &Desk, store_id: &str, id: &str, url: &str) -> Result<Delivery, WebhookError> {
    let prepared = {
        let state = desk.lock();
        let shop = state.shop(store_id).ok_or(WebhookError::NoSuchOrder)?;
        let order = shop.order(id).map_err(|_| WebhookError::NoSuchOrder)?;
        prepare(shop, &order.public(false), url)?
    };
    Ok(deliver(desk, &prepared).await)
}

/// Begins the deliveries that rules have asked for; they go on in the background.
pub(crate) fn send_outbox(desk: &SharedDesk) {
    let due: Vec<(String, Posting)> = {
        let mut state = desk.lock();
        let of = |shop: &mut Shop| {
            let id = shop.id.clone();
            std::mem::take(&mut shop.outbox)
                .into_iter()
                .map(move |posting| (id.clone(), posting))
        };
        state.shops.iter_mut().flat_map(of).collect()
    };
    for (store_id, posting) in due {
        let desk = desk.clone();
        tokio::spawn(async move {
            let id = posting.order_id.to_string();
            match post_order(&desk, &store_id, &id, &posting.url).await {
                Ok(delivery) => tracing::debug!(store_id, id, ?delivery, "order posted"),
                Err(error) => tracing::warn!(store_id, id, %error, "order not posted"),
            }
        });
    }
}

fn prepare(shop: &Shop, order: &Value, url: &str) -> Result<Prepared, WebhookError> {
    let wrong = || WebhookError::Address(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    if uri.scheme_str() != Some("http") || uri.host().is_none() {
        return Err(wrong());
    }
    let text = php_json(order);
    let hash = hash(&shop.api_key, &text);
    let body = serde_urlencoded::to_string([("order", &text)]).map_err(|_| wrong())?;
    Ok(Prepared {
        url: uri,
        store_id: shop.id.clone(),
        hash,
        body: body.into(),
    })
}

async fn deliver(desk: &Desk, prepared: &Prepared) -> Delivery {
    let options = &desk.webhook;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut delivery = Delivery {
        tries: Vec::new(),
        delivered: false,
    };
    let mut pause = options.first_pause;
    for attempt in 1..=options.attempts {
        let status = attempt_once(&client, prepared, options.timeout).await;
        delivery.tries.push(status);
        delivery.delivered = matches!(status, Some(200 | 201));
        let last = delivery.delivered || attempt == options.attempts;
        if last
            || desk
                .stopping
                .run_until_cancelled(tokio::time::sleep(pause))
                .await
                .is_none()
        {
            break;
        }
        pause = pause.saturating_mul(8);
    }
    delivery
}

async fn attempt_once(
    client: &Client<HttpConnector, Full<Bytes>>,
    prepared: &Prepared,
    timeout: Duration,
) -> Option<u16> {
    let request = Request::post(prepared.url.clone())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-order-desk-store-id", &prepared.store_id)
        .header("x-order-desk-hash", &prepared.hash)
        .body(Full::new(prepared.body.clone()))
        .ok()?;
    let answer = async {
        let response = client.request(request).await.ok()?;
        let status = response.status().as_u16();
        response.into_body().collect().await.ok()?;
        Some(status)
    };
    tokio::time::timeout(timeout, answer).await.ok().flatten()
}

/// HMAC-SHA256 of the form field's value, keyed by the API key, in lower-case hex.
fn hash(api_key: &str, text: &str) -> String {
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
