//! What of an order is in its parcels, and what is left.

use od_record::order::unpaid;
use od_record::order::{LINES, SHIPMENTS};
use od_record::rows_of;
use od_record::shipment::{Packing, names_contents};
use serde_json::{Map, Value, json};

use super::super::kept::text;

/// So many shipments and so many lines are told at most.
const MOST: usize = 12;

/// The shipments with what they hold, and of each line what is in them and what is left. Nothing where there are none.
pub(super) fn of(order: &Map<String, Value>) -> Option<Value> {
    let packing = packing(order);
    let shipments: Vec<&Map<String, Value>> = rows_of(order, SHIPMENTS).collect();
    if shipments.is_empty() {
        return None;
    }
    // The last ones are those that somebody asks for.
    let earlier = shipments.len().saturating_sub(MOST);
    let shown = shipments.iter().skip(earlier);
    let mut told = json!({ "shipments": shown.map(|shipment| parcel(shipment, &packing)).collect::<Vec<_>>() });
    if earlier > 0 {
        told["earlier_shipments"] = earlier.into();
    }
    if is_in_parts(order) {
        let is_known = packing.unsaid().is_empty();
        let mut lines: Vec<_> = packing.lines().iter().filter(|line| line.is_sent).collect();
        // Those of which something is left are what somebody looks for.
        lines.sort_by_key(|line| line.left().is_none_or(|left| left == 0));
        if lines.len() > MOST {
            told["more_lines"] = (lines.len() - MOST).into();
        }
        let lines = lines.into_iter().take(MOST).map(|line| {
            json!({
                "code": line.called(),
                "ordered": line.ordered,
                "in_parcels": line.packed,
                "left": line.left().filter(|_| is_known),
            })
        });
        told["lines"] = lines.collect();
        // Downloads and the like.
        let unsent = packing.lines().iter().filter(|line| !line.is_sent);
        let unsent: Vec<Value> = unsent.take(MOST).map(|line| line.called().into()).collect();
        if !unsent.is_empty() {
            told["not_to_be_sent"] = unsent.into();
        }
        if packing.rest().is_some_and(|rest| rest.is_empty()) {
            told["all_shipped"] = true.into();
        }
        if !is_known {
            told["note"] =
                "A shipment that does not say what it holds may hold the whole order: what is left is not known."
                    .into();
        }
    }
    Some(told)
}

/// What is in no parcel of an order that went in parts, where that can be known and is to be sent.
pub(super) fn rest(order: &Map<String, Value>) -> Option<Vec<String>> {
    if unpaid(&text(order, "payment_status")).is_some() {
        return None;
    }
    let rest = packing(order).rest().filter(|rest| !rest.is_empty());
    rest.filter(|_| is_in_parts(order))
}

fn packing(order: &Map<String, Value>) -> Packing {
    Packing::of(rows_of(order, LINES), rows_of(order, SHIPMENTS))
}

fn is_in_parts(order: &Map<String, Value>) -> bool {
    rows_of(order, SHIPMENTS).any(names_contents)
}

fn parcel(shipment: &Map<String, Value>, packing: &Packing) -> Value {
    let mut told = json!({
        "id": text(shipment, "id"),
        "tracking_number": text(shipment, "tracking_number"),
        "carrier": text(shipment, "carrier_code"),
        "date_shipped": text(shipment, "date_shipped"),
    });
    let link = text(shipment, "tracking_url");
    if !link.is_empty() {
        told["tracking_url"] = link.into();
    }
    if names_contents(shipment) {
        let held = packing.held(shipment).into_iter();
        told["contents"] = held
            .take(MOST)
            .map(|held| Value::from(format!("{} of {}", held.quantity, held.code)))
            .collect();
    }
    told
}
