//! What happened to an order, the newest event first.

use std::cmp::Reverse;

use od_record::order::SHIPMENTS;
use od_record::rows_of;
use serde_json::{Map, Value, json};

use super::super::days::{seconds, told};
use super::super::kept::text;

/// Characters of an event's text.
const LONGEST: usize = 300;
/// Characters of a day.
const DAY: usize = "2026-11-01".len();

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Added,
    History,
    FolderMove,
    Note,
    Shipment,
}

/// Something that happened to an order.
pub(super) struct Event {
    /// Second since the epoch, as far as Order Desk says when.
    pub(super) at: Option<i64>,
    pub(super) kind: Kind,
    /// Who did it.
    pub(super) by: String,
    pub(super) text: String,
}

impl Event {
    pub(super) fn shown(&self) -> Value {
        let kind = match self.kind {
            Kind::Added => "added",
            Kind::History => "history",
            Kind::FolderMove => "folder_move",
            Kind::Note => "note",
            Kind::Shipment => "shipment",
        };
        json!({ "at": self.at.map(told), "kind": kind, "by": self.by, "text": shortened(&self.text) })
    }
}

/// The beginning of a text.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST).collect();
    short.push_str("...");
    short
}

/// All that is known of what happened to an order. Events of one second stay in the order that Order Desk gives them, which is
/// oldest first.
pub(super) fn events(order: &Map<String, Value>) -> Vec<Event> {
    let mut events = vec![Event {
        at: seconds(&text(order, "date_added")),
        kind: Kind::Added,
        by: text(order, "source_name"),
        text: "The order came in".to_owned(),
    }];
    events.extend(rows_of(order, "order_history").map(of_history));
    events.extend(rows_of(order, "order_notes").map(|note| Event {
        at: seconds(&text(note, "date_added")),
        kind: Kind::Note,
        by: text(note, "username"),
        text: text(note, "content"),
    }));
    events.extend(rows_of(order, SHIPMENTS).map(of_shipment));
    events.reverse();
    // What has no time goes last.
    events.sort_by_key(|event| Reverse(event.at));
    events
}

fn of_history(entry: &Map<String, Value>) -> Event {
    let told = text(entry, "note");
    let folded = told.to_lowercase();
    let is_move = folded.contains("moved to") || (folded.contains("moved") && folded.contains("folder"));
    Event {
        at: seconds(&text(entry, "date_added")),
        kind: if is_move { Kind::FolderMove } else { Kind::History },
        by: text(entry, "source_name"),
        text: told,
    }
}

fn of_shipment(shipment: &Map<String, Value>) -> Event {
    let parts = ["carrier_code", "shipment_method", "tracking_number"].map(|name| text(shipment, name));
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let told = format!("Shipment {}", parts.join(" ")).trim().to_owned();
    let (entered, sent) = (text(shipment, "date_added"), text(shipment, "date_shipped"));
    // Who enters it later knows better when it went.
    let is_told = sent.is_empty() || entered.is_empty() || entered.get(..DAY) == sent.get(..DAY);
    let told = if is_told {
        told
    } else {
        format!("{told}, sent on {sent}")
    };
    Event {
        at: seconds(&entered).or_else(|| seconds(&sent)),
        kind: Kind::Shipment,
        by: text(shipment, "source"),
        text: told,
    }
}
