//! Rows whose parcel the order has already: whether it holds there what they say.
//!
//! A table that is pasted again with more in it, or another item under a number that was sent, would else be taken for done. But only
//! what is surely something else is told so: who believes it corrects a parcel that was right.

use std::collections::BTreeMap;

use od_record::id_text;
use od_record::pasted::Row;
use od_record::shipment::{Held, Packing, names_contents};

use super::contents::Apart;
use super::matching::Found;
use super::told::{Doubt, Reason, Told};
use super::words::{listed, short};
use crate::parts::Record;

mod stands;

use stands::{Stands, stands};

/// A row whose parcel is there.
pub(super) struct There<'a> {
    /// Which row of the table.
    pub(super) at: usize,
    pub(super) row: &'a Row,
    pub(super) order: &'a Found,
    pub(super) shipment: &'a Record,
    /// It names neither order nor parcel: the cells of the row above were one with its.
    pub(super) is_merged: bool,
}

/// Lines that may belong to a parcel and do not say so.
pub(super) struct Aside<'a> {
    /// By the order whose item they name.
    pub(super) loose: &'a BTreeMap<&'a od_client::OrderId, usize>,
    /// By the parcel's number.
    pub(super) strays: &'a BTreeMap<&'a str, usize>,
}

impl Aside<'_> {
    fn of(&self, parcel: &[&There<'_>]) -> Option<Apart> {
        let loose = self.loose.get(&parcel[0].order.id).copied();
        let is_counted = |line: &usize| parcel.iter().any(|there| there.is_merged && there.row.line == *line);
        let numbers = parcel.iter().filter_map(|there| there.row.tracking.as_ref());
        let mut strays = numbers.filter_map(|tracking| self.strays.get(tracking.number.as_str()).copied());
        let loose = loose.filter(|line| !is_counted(line)).map(Apart::InNoParcel);
        loose.or_else(|| strays.next().map(Apart::OfNoOrder))
    }
}

/// Compares what the rows of each parcel say with what it holds. Where it holds something else, they are told so instead.
pub(super) fn compare(there: &[There<'_>], aside: &Aside<'_>, told: &mut [Told]) {
    let mut parcels: Vec<Vec<&There<'_>>> = Vec::new();
    for row in there.iter().filter(|there| there.row.filled.any()) {
        match parcels
            .iter_mut()
            .find(|parcel| std::ptr::eq(parcel[0].shipment, row.shipment))
        {
            Some(parcel) => parcel.push(row),
            None => parcels.push(vec![row]),
        }
    }
    for parcel in parcels {
        let Some((reason, detail)) = difference(&parcel, aside) else {
            continue;
        };
        let first = parcel[0].row.line;
        for (nth, row) in parcel.iter().enumerate() {
            let told = &mut told[row.at];
            // It is about all of them, and said once.
            let detail = if nth == 0 {
                detail.clone()
            } else {
                format!("see line {first}")
            };
            match reason {
                Some(Reason::ContentsDiffer) => told.waits(vec![Doubt::because(Reason::ContentsDiffer, detail)]),
                Some(reason) => told.accepted(&[Doubt::because(reason, detail)]),
                None if nth == 0 => told.more(detail),
                None => {}
            }
        }
    }
}

/// What is to be said of a parcel; without a reason where it cannot be told whether it holds the same.
fn difference(parcel: &[&There<'_>], aside: &Aside<'_>) -> Option<(Option<Reason>, String)> {
    let There { order, shipment, .. } = parcel[0];
    let packing = Packing::of(&order.lines, []);
    let rows: Vec<&Row> = parcel.iter().map(|there| there.row).collect();
    let id = shipment.get("id").and_then(id_text).unwrap_or_default();
    if !names_contents(shipment) {
        // It stands for the whole order.
        return (!is_whole(&rows, &packing)).then(|| {
            let detail = format!(
                "shipment {id} does not say what it holds; the table says {}",
                said(parcel)
            );
            (Some(Reason::ContentsNotRecorded), detail)
        });
    }
    let held = packing.held(shipment);
    let apart = || aside.of(parcel);
    let (reason, why) = match stands(&rows, &packing, &held) {
        Stands::Fits => return None,
        Stands::Other => (Some(Reason::ContentsDiffer), None),
        Stands::Less => match apart() {
            Some(apart) => (None, Some(apart.detail())),
            None => (Some(Reason::ContentsDiffer), None),
        },
        Stands::Unclear => (None, Some("whether that is the same cannot be told".to_owned())),
    };
    let held = listed(
        held.iter()
            .map(|held| format!("{} of {}", held.quantity, short(&held.code))),
    );
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    let detail = format!("shipment {id} holds {held}; the table says {}{why}", said(parcel));
    Some((reason, detail))
}

/// Whether rows may well name all that an order sends; what is downloaded may be among it or not.
fn is_whole(rows: &[&Row], packing: &Packing) -> bool {
    let all = |with_rest: bool| -> Option<Vec<Held>> {
        let lines = packing.lines().iter().filter(|line| with_rest || line.is_sent);
        let held = lines.map(|line| {
            Some(Held {
                line: Some(line.id.clone()),
                code: line.code.clone(),
                quantity: line.ordered?,
            })
        });
        held.collect()
    };
    let fits = |held: Vec<Held>| matches!(stands(rows, packing, &held), Stands::Fits);
    [false, true]
        .into_iter()
        .any(|with_rest| all(with_rest).is_some_and(fits))
}

/// What the rows say, as they say it.
fn said(parcel: &[&There<'_>]) -> String {
    let said = parcel.iter().map(|there| {
        let row = there.row;
        let quantity = row.quantity.map(|quantity| quantity.to_string());
        let quantity = quantity.or_else(|| row.no_quantity.as_deref().map(short));
        let words = match (quantity, row.sku.as_deref().map(short)) {
            (Some(quantity), Some(sku)) => format!("{quantity} of {sku}"),
            (Some(quantity), None) => format!("{quantity}, and not of what"),
            (None, Some(sku)) => format!("{sku}, and not how many"),
            (None, None) => "several parcels in one row".to_owned(),
        };
        if there.is_merged {
            format!("{words} (line {}, by the row above)", row.line)
        } else {
            words
        }
    });
    listed(said)
}
