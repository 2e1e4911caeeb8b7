//! Which rows of a table are added, and what becomes of the others.
//!
//! A parcel with the wrong order is the worst that can happen: what speaks against a row, or is only guessed, makes it wait for the
//! caller's word.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use od_record::pasted::{Row, Verdict};
use serde_json::Value;

use super::matching::{Found, Orders, Whose};
use super::told::{Doubt, Reason, State, Told};
use crate::parts::Record;
use crate::shipments::batch;

/// A shipment that is to be added.
pub(super) struct Planned {
    /// Which row of the table.
    pub(super) at: usize,
    /// Later rows of the same parcel.
    again: Vec<usize>,
    pub(super) body: Record,
}

/// What the caller said, and what the clock says.
pub(super) struct Asked {
    pub(super) accept_warnings: bool,
    /// A parcel of a later day was not sent yet, wherever the shop is.
    pub(super) last_day: Date,
}

/// The shipments that are to be added. All other rows are told what becomes of them.
pub(super) fn plan(rows: &[Row], orders: &Orders, told: &mut [Told], asked: &Asked) -> Vec<Planned> {
    let shared = shared(rows, orders);
    let mut planned: Vec<Planned> = Vec::new();
    for (at, (row, told)) in rows.iter().zip(told).enumerate() {
        let Some(order) = order_of(row, orders, told) else {
            continue;
        };
        let number = row.tracking.as_ref().map_or("", |tracking| tracking.number.as_str());
        let mut doubts = doubts(row, order, orders, asked);
        if shared.contains(number) {
            doubts.push(Doubt::of(Reason::SeveralOrders));
        }
        if !asked.accept_warnings && !doubts.is_empty() {
            told.waits(doubts);
            continue;
        }
        told.accepted(&doubts);
        let body = body(order.id.as_str(), number, told);
        if let Err(problems) = batch::parse(std::slice::from_ref(&body)) {
            let said = problems.iter().map(|problem| {
                let field = problem.path.rsplit('/').next().unwrap_or_default();
                format!("{field} {}", problem.message)
            });
            told.is(State::Refused, said.collect::<Vec<_>>().join("; "));
            continue;
        }
        let same = |earlier: &&mut Planned| {
            earlier.body.get("order_id") == body.get("order_id")
                && earlier.body.get("tracking_number") == body.get("tracking_number")
        };
        match planned.iter_mut().find(same) {
            Some(earlier) => earlier.again.push(at),
            None => planned.push(Planned {
                at,
                again: Vec::new(),
                body,
            }),
        }
    }
    planned
}

/// Rows of one parcel end as its first one did; one that was added is there then.
pub(super) fn repeat(planned: &[Planned], told: &mut [Told]) {
    for row in planned {
        for again in &row.again {
            told[*again] = told[row.at].again_in(&told[*again]);
        }
    }
}

/// The order that a row's parcel may be added to. Without one the row is told why: an order that has the parcel is the best
/// answer, also where its number looks wrong.
fn order_of<'a>(row: &Row, orders: &'a Orders, told: &mut Told) -> Option<&'a Found> {
    let Some(tracking) = &row.tracking else {
        told.is_for(State::Skipped, Reason::NoTrackingNumber);
        return None;
    };
    let whose = orders.whose(row);
    if let Whose::One(order) = &whose {
        told.order_id = Some(order.id.as_str().to_owned());
        if let Some(existing) = order.shipment_with(&tracking.number) {
            told.shipment_id = existing.get("id").and_then(od_record::id_text);
            told.is(
                State::AlreadyThere,
                "the order has a shipment with this tracking number",
            );
            return None;
        }
    }
    if let Verdict::Refuse(reason) = tracking.verdict {
        told.is_for(State::Refused, Reason::Number(reason));
        return None;
    }
    match whose {
        Whose::One(order) => return Some(order),
        Whose::None => told.is(State::UnknownOrder, unknown(row)),
        Whose::NotLookedFor => told.is_for(State::Skipped, Reason::NotLookedFor),
        Whose::Several(ids) => told.is(
            State::Ambiguous,
            format!("could be any of the orders {}", ids.join(", ")),
        ),
    }
    None
}

/// By what no order was found.
fn unknown(row: &Row) -> &'static str {
    if !row.order.is_empty() {
        "no order of the store has this id or source id"
    } else if row.email.is_some() && row.name.is_some() {
        "no order of the store has this e-mail with a name of the same words"
    } else {
        "the row has neither an order number nor e-mail and name"
    }
}

/// What speaks against adding a row's parcel to an order.
fn doubts(row: &Row, order: &Found, orders: &Orders, asked: &Asked) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if let Some(Verdict::Warn(reason)) = row.tracking.as_ref().map(|tracking| tracking.verdict) {
        doubts.push(Doubt::of(Reason::Number(reason)));
    }
    if let Some(why) = orders.why_closed(order) {
        doubts.push(Doubt::because(Reason::OrderClosed, why));
    }
    if let Some(others) = orders.others_with(order, row) {
        doubts.push(Doubt::because(Reason::OtherOrderHasIt, others));
    }
    if row.is_order_guessed {
        doubts.push(Doubt::of(Reason::GuessedOrderColumn));
    }
    if !orders.has_each_number(order, row) && !row.order.is_empty() {
        doubts.push(Doubt::of(Reason::OtherNumberUnknown));
    }
    if orders.is_of_another(order, row) {
        doubts.push(Doubt::of(Reason::OtherName));
    }
    if row.ship_date.is_some_and(|day| day > asked.last_day) {
        doubts.push(Doubt::of(Reason::FutureDate));
    }
    doubts
}

/// Numbers that the table gives to several orders.
fn shared(rows: &[Row], orders: &Orders) -> BTreeSet<String> {
    let mut by_number: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        if let (Some(tracking), Whose::One(order)) = (&row.tracking, orders.whose(row)) {
            by_number.entry(&tracking.number).or_default().insert(order.id.as_str());
        }
    }
    let shared = by_number.into_iter().filter(|(_, orders)| orders.len() > 1);
    shared.map(|(number, _)| number.to_owned()).collect()
}

/// A shipment as `POST /batch-shipments` takes it. The table does not say in what its weights are, so they stay out.
fn body(order_id: &str, number: &str, told: &Told) -> Record {
    let mut body = Record::from_iter([
        ("order_id".to_owned(), Value::from(order_id)),
        ("tracking_number".to_owned(), number.into()),
    ]);
    let given = [("carrier_code", &told.carrier), ("date_shipped", &told.day)];
    for (field, value) in given {
        body.extend(value.as_deref().map(|value| (field.to_owned(), value.into())));
    }
    body
}
