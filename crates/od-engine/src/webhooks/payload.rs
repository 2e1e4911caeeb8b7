//! What stands in a post.

use std::borrow::Cow;

use od_client::OrderId;
use od_vault::WebhookKey;
use percent_encoding::percent_decode;

use super::ids::Ids;
use crate::scope::{ClientInfo, RequestId};

/// How a post is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A form with the JSON in its field `order`.
    Form,
    /// The JSON itself.
    Json,
}

/// A post as it came.
#[derive(Debug)]
pub struct Post<'a> {
    /// How it is written.
    pub format: Format,
    /// The body.
    pub body: &'a [u8],
    /// The header `X-ORDER-DESK-STORE-ID`.
    pub store_id: Option<&'a str>,
    /// The header `X-ORDER-DESK-HASH`.
    pub hash: Option<&'a str>,
    /// The post's correlation id.
    pub request_id: RequestId,
    /// What is known of the sender.
    pub client: ClientInfo,
}

/// The JSON of a post, byte for byte: the hash is made of that. None for a form without it.
pub(super) fn json<'a>(post: &Post<'a>) -> Option<Cow<'a, [u8]>> {
    match post.format {
        Format::Json => Some(Cow::Borrowed(post.body)),
        Format::Form => {
            let mut fields = post.body.split(|byte| *byte == b'&');
            fields.find_map(|field| field.strip_prefix(b"order=")).map(decoded)
        }
    }
}

/// What is signed: the JSON or, by another reading of Order Desk's own documentation, the JSON decoded as an address is once
/// more. They differ where the JSON has a percent or plus sign. Both are always compared. None when neither has this hash.
pub(super) fn signed<'a>(json: &'a [u8], hash: &str, key: &WebhookKey) -> Option<Cow<'a, [u8]>> {
    let twice = decoded(json);
    let (once_fits, twice_fits) = (key.is_signed(json, hash), key.is_signed(&twice, hash));
    match (once_fits, twice_fits) {
        (true, _) => Some(Cow::Borrowed(json)),
        (false, true) => Some(twice),
        (false, false) => None,
    }
}

/// The order that a post is about: an order, or the one that a shipment was added to.
pub(super) fn order(json: &[u8]) -> Option<OrderId> {
    let post: Ids = serde_json::from_slice(json).ok()?;
    let of_order = post.order.and_then(|order| order.id);
    let of_shipment = || post.shipment.and_then(|shipment| shipment.order_id);
    let id = of_order.or_else(of_shipment).or(post.id);
    OrderId::from_value(&id?)
}

/// A value of a form, decoded (WHATWG URL, application/x-www-form-urlencoded).
fn decoded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(value);
    }
    let spaced: Vec<u8> = value
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    Cow::Owned(percent_decode(&spaced).collect())
}
