//! Shipments.

use serde_json::{Value, json};

use super::fields::{self, Kind, Layout, Record};

const LAYOUT: &Layout = &[
    ("id", Kind::Kept),
    ("order_id", Kind::Kept),
    ("store_id", Kind::Kept),
    ("tracking_number", Kind::Text),
    ("carrier_code", Kind::Text),
    ("shipment_method", Kind::Text),
    ("weight", Kind::NumberText("0")),
    ("cost", Kind::NumberText("")),
    ("status", Kind::Text),
    ("tracking_url", Kind::Text),
    ("label_format", Kind::Kept),
    ("label_image", Kind::Kept),
    ("print_status", Kind::Kept),
    ("order_items", Kind::Kept),
    ("cart_shipment_id", Kind::Kept),
    ("label_shipment_id", Kind::Kept),
    ("date_shipped", Kind::Text),
    ("date_added", Kind::Kept),
];

pub(crate) struct Origin<'a> {
    pub(crate) id: u64,
    pub(crate) order_id: u64,
    pub(crate) store_id: &'a str,
    pub(crate) now: &'a str,
}

pub(crate) fn create(input: &Record, origin: &Origin<'_>) -> Record {
    let mut shipment = fields::compose(LAYOUT, input, None);
    for key in ["label_format", "label_image", "cart_shipment_id", "label_shipment_id"] {
        shipment[key] = "".into();
    }
    shipment["id"] = origin.id.to_string().into();
    shipment["order_id"] = origin.order_id.to_string().into();
    shipment["store_id"] = origin.store_id.into();
    shipment["print_status"] = "0".into();
    shipment["date_added"] = origin.now.into();
    finish(shipment, input, origin.now)
}

pub(crate) fn replace(input: &Record, old: &Record, now: &str) -> Record {
    finish(fields::compose(LAYOUT, input, Some(old)), input, now)
}

/// The parts that are neither plain fields nor the server's: a list or an object of items, and what is guessed.
fn finish(mut shipment: Record, input: &Record, now: &str) -> Record {
    shipment["order_items"] = match input.get("order_items") {
        Some(items @ (Value::Array(_) | Value::Object(_))) if *items != json!([]) => items.clone(),
        _ => "".into(),
    };
    if shipment["date_shipped"] == "" {
        shipment["date_shipped"] = now.get(..10).unwrap_or(now).into();
    }
    if shipment["tracking_url"] == "" {
        shipment["tracking_url"] = guessed_url(&tracking(&shipment), &shipment["carrier_code"]).into();
    }
    shipment
}

pub(crate) fn tracking(shipment: &Record) -> String {
    shipment
        .get("tracking_number")
        .and_then(fields::text)
        .unwrap_or_default()
}

/// Whether two shipments of one order count as the same: the same tracking number, unless there is none (`n/a`).
pub(crate) fn is_duplicate(tracking_number: &str, shipments: &[Value]) -> bool {
    let none = tracking_number.eq_ignore_ascii_case("n/a");
    !none
        && shipments
            .iter()
            .any(|other| other["tracking_number"] == tracking_number)
}

fn guessed_url(tracking_number: &str, carrier: &Value) -> String {
    if tracking_number.is_empty() || tracking_number.eq_ignore_ascii_case("n/a") {
        return String::new();
    }
    let carrier = carrier.as_str().unwrap_or_default().to_ascii_lowercase();
    let carrier = if carrier.is_empty() { "parcel" } else { carrier.as_str() };
    format!("https://track.example.test/{carrier}/{tracking_number}")
}
