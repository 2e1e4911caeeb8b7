//! Which rows of a table are added, and what becomes of the others.
//!
//! A parcel with the wrong order is the worst that can happen: what speaks against a row, or is only guessed, makes it wait for the
//! caller's word.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use od_client::OrderId;
use od_record::pasted::{Row, Verdict};
use od_record::shipment::{Packing, names_contents};
use serde_json::Value;

use super::contents::{self, Apart, Contents};
use super::matching::{Found, Orders, Whose};
use super::there::{Aside, There, compare};
use super::told::{Doubt, Reason, State, Told};
use super::words::short;
use crate::parts::Record;
use crate::shipments::batch;

/// A shipment that is to be added.
pub(super) struct Planned<'a> {
    /// Which row of the table.
    pub(super) at: usize,
    pub(super) order: &'a Found,
    /// Later rows of the same parcel.
    pub(super) again: Vec<usize>,
    pub(super) body: Record,
}

/// What the caller said, and what the clock says.
pub(super) struct Asked {
    pub(super) accept_warnings: bool,
    /// A parcel of a later day was not sent yet, wherever the shop is.
    pub(super) last_day: Date,
    /// For each row what names another store than the one that is asked for.
    pub(super) elsewhere: Vec<Option<String>>,
}

/// A row whose order is known, and what speaks against it.
struct Candidate<'a> {
    at: usize,
    row: &'a Row,
    order: &'a Found,
    number: &'a str,
    doubts: Vec<Doubt>,
}

impl Candidate<'_> {
    fn is_of_one_parcel_with(&self, other: &Self) -> bool {
        self.order.id == other.order.id && self.number == other.number
    }
}

/// The shipments that are to be added. All other rows are told what becomes of them.
pub(super) fn plan<'a>(rows: &'a [Row], orders: &'a Orders, told: &mut [Told], asked: &Asked) -> Vec<Planned<'a>> {
    let shared = shared(rows, orders);
    let mut parcels: Vec<Vec<Candidate<'_>>> = Vec::new();
    let mut there: Vec<There<'_>> = Vec::new();
    // The parcel of the row above, where its order has it already.
    let mut above = None;
    for (at, (row, told)) in rows.iter().zip(&mut *told).enumerate() {
        if let Some(Some(other)) = asked.elsewhere.get(at) {
            told.is_for(State::Skipped, Reason::OtherStore);
            told.more(other.clone());
            above = None;
            continue;
        }
        let is_merged = contents::is_merged(row);
        let existing = if is_merged {
            above.filter(|_| row.filled.sku)
        } else {
            shipment_of(row, orders).map(|(order, shipment)| (row.line, order, shipment))
        };
        if row.tracking.is_some() {
            above = existing;
        }
        if let Some((line, order, shipment)) = existing {
            told.is_there(order, shipment, line);
            there.push(There {
                at,
                row,
                order,
                shipment,
                is_merged,
            });
            continue;
        }
        let (Some(order), Some(tracking)) = (order_of(row, orders, told), &row.tracking) else {
            continue;
        };
        let number = tracking.number.as_str();
        let mut doubts = doubts(row, order, orders, asked);
        if shared.contains(number) {
            doubts.push(Doubt::of(Reason::SeveralOrders));
        }
        let candidate = Candidate {
            at,
            row,
            order,
            number,
            doubts,
        };
        match parcels
            .iter_mut()
            .find(|parcel| parcel[0].is_of_one_parcel_with(&candidate))
        {
            Some(parcel) => parcel.push(candidate),
            None => parcels.push(vec![candidate]),
        }
    }
    let mut packer = Packer::of(rows, orders, &parcels);
    let aside = Aside {
        loose: &packer.loose,
        strays: &packer.strays,
    };
    compare(&there, &aside, told);
    let planned = parcels.into_iter().filter_map(|mut parcel| {
        let contents = packer.contents(&parcel);
        let order = parcel[0].order;
        let sent = contents.sent();
        let says = contents.told();
        let is_unclear = !contents.doubts.is_empty();
        // Where the first row is not the one that is unclear, nothing else says so there.
        let is_left_out = is_unclear
            && sent.is_none()
            && parcel.iter().any(|row| row.row.filled.any())
            && contents.doubts.iter().all(|(row, _)| *row != 0);
        let remarks: Vec<(usize, Doubt)> = contents
            .remarks
            .into_iter()
            .map(|(row, remark)| (parcel[row].at, remark))
            .collect();
        for (row, doubt) in contents.doubts {
            parcel[row].doubts.push(doubt);
        }
        let planned = add(parcel, sent.as_ref(), is_unclear, told, asked);
        for (at, remark) in remarks {
            told[at].accepted(&[remark]);
        }
        let planned = planned?;
        packer.note(order, &planned.body, told[planned.at].line);
        told[planned.at].contents = says;
        if is_left_out {
            told[planned.at].accepted(&[Doubt::of(Reason::ContentsLeftOut)]);
        }
        Some(planned)
    });
    planned.collect()
}

/// The shipment of a parcel's rows, unless all of them wait. Where they say together what is in it, or that is unclear, they wait
/// together.
fn add<'a>(
    mut parcel: Vec<Candidate<'a>>,
    items: Option<&Value>,
    is_unclear: bool,
    told: &mut [Told],
    asked: &Asked,
) -> Option<Planned<'a>> {
    let says_items = is_unclear || parcel.iter().any(|row| row.row.filled.any());
    let waiting = parcel.iter().find(|row| !row.doubts.is_empty()).map(|row| row.row.line);
    if let Some(line) = waiting.filter(|_| says_items && !asked.accept_warnings) {
        for row in parcel.iter_mut().filter(|row| row.doubts.is_empty()) {
            row.doubts
                .push(Doubt::because(Reason::ParcelWaits, format!("line {line}")));
        }
    }
    let mut planned: Option<Planned<'_>> = None;
    for Candidate {
        at,
        order,
        number,
        doubts,
        ..
    } in parcel
    {
        let told = &mut told[at];
        if !asked.accept_warnings && !doubts.is_empty() {
            told.waits(doubts);
            continue;
        }
        told.accepted(&doubts);
        if let Some(earlier) = &mut planned {
            earlier.again.push(at);
            continue;
        }
        let body = body(order.id.as_str(), number, told, items);
        if let Err(problems) = batch::parse(std::slice::from_ref(&body)) {
            let said = problems.iter().map(|problem| {
                let field = problem.path.rsplit('/').next().unwrap_or_default();
                format!("{field} {}", problem.message)
            });
            told.is(State::Refused, said.collect::<Vec<_>>().join("; "));
            continue;
        }
        planned = Some(Planned {
            at,
            order,
            again: Vec::new(),
            body,
        });
    }
    planned
}

/// What the orders have left beside the parcels that are planned already.
struct Packer<'a> {
    left: BTreeMap<&'a OrderId, Packing>,
    loose: BTreeMap<&'a OrderId, usize>,
    strays: BTreeMap<&'a str, usize>,
    /// Orders of which a parcel says what it holds.
    told_of: BTreeSet<&'a OrderId>,
    /// Whether any row of the table says something of contents.
    tells: bool,
}

impl<'a> Packer<'a> {
    fn of(rows: &'a [Row], orders: &'a Orders, parcels: &[Vec<Candidate<'a>>]) -> Self {
        let all = parcels.iter().flatten();
        Self {
            left: BTreeMap::new(),
            tells: rows.iter().any(|row| row.filled.any()),
            loose: contents::loose(rows, orders),
            strays: contents::strays(rows, orders),
            told_of: all
                .filter(|row| row.row.filled.any())
                .map(|row| &row.order.id)
                .collect(),
        }
    }

    fn packing(&mut self, order: &'a Found) -> &mut Packing {
        let of = || Packing::of(&order.lines, &order.shipments);
        self.left.entry(&order.id).or_insert_with(of)
    }

    fn contents(&mut self, parcel: &[Candidate<'a>]) -> Contents {
        let order = parcel[0].order;
        let loose = self.loose.get(&order.id).copied().map(Apart::InNoParcel);
        let stray = self.strays.get(parcel[0].number).copied().map(Apart::OfNoOrder);
        let apart = loose.or(stray);
        let rows: Vec<&Row> = parcel.iter().map(|row| row.row).collect();
        if rows.iter().any(|row| row.filled.any()) {
            contents::of_rows(&rows, self.packing(order), apart)
        } else {
            contents::of_silent(&rows, apart, self.told_of.contains(&order.id), self.tells, order)
        }
    }

    /// Counts a parcel that is planned; `line` is that of its first row.
    fn note(&mut self, order: &'a Found, body: &Record, line: usize) {
        let packing = self.packing(order);
        if names_contents(body) {
            packing.add(body);
        } else {
            packing.add_unsaid(format!("that of line {line}"));
        }
    }
}

/// The shipment that a row's order has already: the best answer, also where its number looks wrong.
fn shipment_of<'a>(row: &Row, orders: &'a Orders) -> Option<(&'a Found, &'a Record)> {
    let Whose::One(order) = orders.whose(row) else {
        return None;
    };
    Some((order, order.shipment_with(&row.tracking.as_ref()?.number)?))
}

/// The order that a row's parcel may be added to. Without one the row is told why.
fn order_of<'a>(row: &Row, orders: &'a Orders, told: &mut Told) -> Option<&'a Found> {
    let Some(tracking) = &row.tracking else {
        told.is_for(State::Skipped, Reason::NoTrackingNumber);
        return None;
    };
    let whose = orders.whose(row);
    if let Whose::One(order) = &whose {
        told.order_id = Some(order.id.as_str().to_owned());
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
    if let Some(void) = &row.void {
        doubts.push(Doubt::because(Reason::LabelVoid, short(void)));
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
    if let Some(added) = row.ship_date.and_then(|day| order.is_younger_than(day)) {
        doubts.push(Doubt::because(
            Reason::PastDate,
            format!("the order was added on {added}"),
        ));
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
fn body(order_id: &str, number: &str, told: &Told, items: Option<&Value>) -> Record {
    let mut body = Record::from_iter([
        ("order_id".to_owned(), Value::from(order_id)),
        ("tracking_number".to_owned(), number.into()),
    ]);
    let given = [
        ("carrier_code", &told.carrier),
        ("shipment_method", &told.service),
        ("date_shipped", &told.day),
    ];
    for (field, value) in given {
        body.extend(value.as_deref().map(|value| (field.to_owned(), value.into())));
    }
    body.extend(items.map(|items| ("order_items".to_owned(), items.clone())));
    body
}
