//! The shipments of an order, and the batch over many orders.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::call::Call;
use crate::model::fields::{self, Record};
use crate::model::shipment;
use crate::reply::{Answer, Reply};
use crate::rules::{self, Event};
use crate::state::{Ids, Shop, position};

const LIST: &str = "order_shipments";
const NOT_ADDED: &str = "Shipment Not Added";
const LARGEST_BATCH: usize = 100;

pub(crate) fn list(shop: &Shop, order_id: &str) -> Answer {
    let shipments = shop.order(order_id)?.shipments();
    Ok(Reply::success()
        .with("total_records", shipments.len().into())
        .with("shipments", shipments.to_vec().into()))
}

pub(crate) fn show(shop: &Shop, order_id: &str, shipment_id: &str) -> Answer {
    let shipments = shop.order(order_id)?.shipments();
    let index = position(shipments, shipment_id, "Shipment")?;
    Ok(Reply::success().with("shipment", shipments[index].clone()))
}

/// Answers no id: whoever needs it lists. A duplicate is an error inside HTTP 200.
pub(crate) fn create(shop: &mut Shop, call: &Call<'_>, order_id: &str) -> Answer {
    shop.order(order_id)?;
    let input = call.object()?;
    match add(shop, call, order_id, &input)? {
        Added::Yes => Ok(Reply::success().code(call.created()).message("Shipment Added")),
        Added::Duplicate => Ok(Reply::refusal(StatusCode::OK, NOT_ADDED)),
    }
}

pub(crate) fn replace(shop: &mut Shop, call: &Call<'_>, order_id: &str, shipment_id: &str) -> Answer {
    let order = shop.order_mut(order_id)?;
    let index = position(order.shipments(), shipment_id, "Shipment")?;
    let input = call.object()?;
    let now = call.now();
    order.change_list(LIST, &now, |shipments| {
        if let Some(old) = shipments[index].as_object() {
            shipments[index] = Value::Object(shipment::replace(&input, old, &now));
        }
    });
    Ok(Reply::success().message("Shipment Updated"))
}

pub(crate) fn delete(shop: &mut Shop, call: &Call<'_>, order_id: &str, shipment_id: &str) -> Answer {
    let order = shop.order_mut(order_id)?;
    let index = position(order.shipments(), shipment_id, "Shipment")?;
    order.change_list(LIST, &call.now(), |shipments| {
        shipments.remove(index);
    });
    Ok(Reply::success().message(format!("Shipment {shipment_id} Deleted")))
}

/// A bare array; each entry names its order. The whole answers success even when entries failed.
pub(crate) fn batch(shop: &mut Shop, call: &Call<'_>) -> Answer {
    let entries = call.array()?;
    if entries.is_empty() || entries.len() > LARGEST_BATCH {
        let told = format!("between 1 and {LARGEST_BATCH} shipments are expected");
        return Err(Reply::invalid("Shipments Not Added", vec![told]));
    }
    let results = entries.iter().map(|entry| {
        let outcome = entry
            .as_object()
            .ok_or_else(|| Reply::bad_request(NOT_ADDED))
            .and_then(|input| {
                let order_id = input.get("order_id").and_then(fields::text).unwrap_or_default();
                add(shop, call, &order_id, input)
            });
        match outcome {
            Ok(Added::Yes) => json!({ "status": "success", "message": "Shipment Added" }),
            Ok(Added::Duplicate) | Err(_) => json!({ "status": "error", "message": NOT_ADDED }),
        }
    });
    let results: Vec<Value> = results.collect();
    Ok(Reply::success()
        .message("Shipments Processed")
        .with("results", results.into()))
}

enum Added {
    Yes,
    Duplicate,
}

fn add(shop: &mut Shop, call: &Call<'_>, order_id: &str, input: &Record) -> Result<Added, Reply> {
    let number = shop.order_id(order_id)?;
    let tracking = shipment::tracking(input);
    if tracking.is_empty() {
        return Err(Reply::invalid(
            NOT_ADDED,
            vec!["A tracking number is required (n/a when there is none)".into()],
        ));
    }
    if shipment::is_duplicate(&tracking, shop.order(order_id)?.shipments()) {
        return Ok(Added::Duplicate);
    }
    let (now, id) = (call.now(), Ids::next(&mut shop.ids.shipment));
    let origin = shipment::Origin {
        id,
        order_id: number,
        store_id: &shop.id,
        now: &now,
    };
    let shipment = shipment::create(input, &origin);
    let order = shop.order_mut(order_id)?;
    order.change_list(LIST, &now, |shipments| shipments.push(Value::Object(shipment)));
    order.note("API", &format!("Shipment Added: {tracking}"), &now);
    rules::run(shop, call.rules, number, &Event::ShipmentAdded, &now);
    Ok(Added::Yes)
}
