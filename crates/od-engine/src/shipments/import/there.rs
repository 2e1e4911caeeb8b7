//! Rows whose parcel the order has already: whether it holds there what they say.
//!
//! A table that is pasted again with more in it, or another item under a number that was sent, would else be taken for done.

use std::collections::BTreeMap;

use od_record::id_text;
use od_record::pasted::Row;
use od_record::shipment::{Held, Packing, names_contents};

use super::contents::{line_of, quantity_of};
use super::matching::Found;
use super::told::{Doubt, Reason, Told};
use crate::parts::Record;

/// A row whose parcel is there.
pub(super) struct There<'a> {
    /// Which row of the table.
    pub(super) at: usize,
    pub(super) row: &'a Row,
    pub(super) order: &'a Found,
    pub(super) shipment: &'a Record,
}

/// Compares what the rows of each parcel say with what it holds. Where it holds something else, they are told so instead.
pub(super) fn compare(there: &[There<'_>], told: &mut [Told]) {
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
        let Some((reason, detail)) = difference(&parcel) else {
            continue;
        };
        for row in parcel {
            let doubt = Doubt::because(reason, detail.clone());
            if reason == Reason::ContentsDiffer {
                told[row.at].waits(vec![doubt]);
            } else {
                told[row.at].accepted(&[doubt]);
            }
        }
    }
}

fn difference(parcel: &[&There<'_>]) -> Option<(Reason, String)> {
    let There { order, shipment, .. } = parcel[0];
    let packing = Packing::of(&order.lines, []);
    let rows: Vec<&Row> = parcel.iter().map(|there| there.row).collect();
    let id = shipment.get("id").and_then(id_text).unwrap_or_default();
    let said = said(&rows);
    if names_contents(shipment) {
        let held = packing.held(shipment);
        if holds(&rows, &packing, &pieces(&held)) {
            return None;
        }
        let held: Vec<String> = held
            .iter()
            .map(|held| format!("{} of {}", held.quantity, held.code))
            .collect();
        let detail = format!("shipment {id} holds {}; the table says {said}", held.join(", "));
        return Some((Reason::ContentsDiffer, detail));
    }
    // It stands for the whole order.
    let ordered = packing
        .lines()
        .iter()
        .map(|line| Some((line.id.clone(), line.ordered?)));
    let is_whole = ordered
        .collect::<Option<_>>()
        .is_some_and(|all| holds(&rows, &packing, &all));
    (!is_whole).then(|| {
        let detail = format!("shipment {id} does not say what it holds; the table says {said}");
        (Reason::ContentsNotRecorded, detail)
    })
}

/// Pieces of each line; what is of no line counts under what it is called.
fn pieces(held: &[Held]) -> BTreeMap<String, i64> {
    held.iter()
        .map(|held| (held.line.clone().unwrap_or_else(|| held.code.clone()), held.quantity))
        .collect()
}

/// Whether the rows say for sure that these pieces are in their parcel, and no others.
fn holds(rows: &[&Row], packing: &Packing, pieces: &BTreeMap<String, i64>) -> bool {
    if rows.iter().all(|row| !row.filled.sku) {
        let sum: Option<i64> = rows.iter().map(|row| row.quantity.map(i64::from)).sum();
        return sum == Some(pieces.values().sum());
    }
    let mut said: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows {
        let Ok(line) = line_of(row, packing) else {
            return false;
        };
        let Some(quantity) = quantity_of(row, line) else {
            return false;
        };
        *said.entry(line.id.clone()).or_default() += quantity;
    }
    said == *pieces
}

/// What the rows say, as they say it.
fn said(rows: &[&Row]) -> String {
    let said = rows.iter().map(|row| {
        let quantity = row.quantity.map(|quantity| quantity.to_string());
        let quantity = quantity.or_else(|| row.no_quantity.clone());
        match (quantity, &row.sku) {
            (Some(quantity), Some(sku)) => format!("{quantity} of {sku}"),
            (Some(quantity), None) => format!("{quantity}, and not of what"),
            (None, Some(sku)) => format!("{sku}, and not how many"),
            (None, None) => "several parcels in one row".to_owned(),
        }
    });
    said.collect::<Vec<_>>().join(", ")
}
