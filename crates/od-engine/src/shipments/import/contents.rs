//! What the rows of a parcel say of its contents.
//!
//! A parcel without contents stands for the whole order. So rows that name items are that parcel's contents where item and
//! quantity are clear; where they are not, the parcel waits.

use std::collections::BTreeMap;

use od_client::OrderId;
use od_record::pasted::{Row, Verdict, is_scientific, is_written_so, tells_the_code};
use od_record::shipment::{Line, Packing, parts, wholes};
use serde_json::{Value, json};

use super::matching::{Found, Orders, Whose};
use super::told::{Doubt, Reason};
use super::unread;
use super::words::{listed, short};

/// What a quantity looks like.
const WANTED: &str = "write a whole number from 1 on, such as 2";

/// What is known of a parcel's contents.
#[derive(Default)]
pub(super) struct Contents {
    /// Where every row is clear.
    items: Option<Vec<Item>>,
    /// What speaks against them, and in which of the parcel's rows.
    pub(super) doubts: Vec<(usize, Doubt)>,
    /// What is to be said of a row although it is clear.
    pub(super) remarks: Vec<(usize, Doubt)>,
}

struct Item {
    id: String,
    code: String,
    quantity: i64,
}

impl Contents {
    /// As a shipment has them.
    pub(super) fn sent(&self) -> Option<Value> {
        let items = self.items.as_ref()?.iter();
        Some(
            items
                .map(|item| json!({ "id": item.id, "quantity": item.quantity }))
                .collect(),
        )
    }

    /// As a result tells them.
    pub(super) fn told(&self) -> Vec<String> {
        let items = self.items.iter().flatten();
        items
            .map(|item| format!("{} of {}", item.quantity, item.code))
            .collect()
    }

    fn doubt(&mut self, row: usize, reason: Reason, detail: String) {
        self.doubts.push((row, Doubt::because(reason, detail)));
    }
}

/// Lines of a table that name an item of an order and no parcel that it is in. Where cells of several rows were one in a
/// spreadsheet, it can be the parcel of the row above.
pub(super) fn loose<'a>(rows: &[Row], orders: &'a Orders) -> BTreeMap<&'a OrderId, usize> {
    let mut loose = BTreeMap::new();
    let mut above = None;
    for row in rows {
        let order = match orders.whose(row) {
            Whose::One(order) => Some(&order.id),
            _ => None,
        };
        let has_parcel = match &row.tracking {
            Some(tracking) => !matches!(tracking.verdict, Verdict::Refuse(_)),
            None => false,
        };
        if row.tracking.is_some() {
            above = order;
        }
        if row.filled.sku
            && !has_parcel
            && let Some(order) = if names_no_order(row) { above } else { order }
        {
            loose.entry(order).or_insert(row.line);
        }
    }
    loose
}

/// Whether a row names neither order nor parcel.
pub(super) fn is_merged(row: &Row) -> bool {
    row.tracking.is_none() && names_no_order(row)
}

fn names_no_order(row: &Row) -> bool {
    row.order.is_empty() && row.email.is_none() && row.name.is_none()
}

/// Lines that say something of what is in a parcel, and whose order is not known, by the parcel's number: merged cells leave the order
/// out, too. What they name may be in a parcel of that number, which would else be sent without it.
pub(super) fn strays<'a>(rows: &'a [Row], orders: &Orders) -> BTreeMap<&'a str, usize> {
    let mut strays = BTreeMap::new();
    for row in rows.iter().filter(|row| row.filled.any()) {
        if let Some(tracking) = &row.tracking
            && !matches!(orders.whose(row), Whose::One(_))
        {
            strays.entry(tracking.number.as_str()).or_insert(row.line);
        }
    }
    strays
}

/// A line that may belong to a parcel.
#[derive(Clone, Copy)]
pub(super) enum Apart {
    /// It names an item of the order, and no parcel.
    InNoParcel(usize),
    /// It names the parcel, and no order that is known.
    OfNoOrder(usize),
}

impl Apart {
    pub(super) fn detail(self) -> String {
        match self {
            Self::InNoParcel(line) => {
                format!("line {line} names an item of the order and no parcel: it may be in this one")
            }
            Self::OfNoOrder(line) => {
                format!(
                    "line {line} says what is in a parcel of this number, and its order is not known: it may be this one"
                )
            }
        }
    }
}

/// The contents of a parcel whose `rows` say nothing of them. `apart` is a line that may belong to it; `others_say`
/// whether other parcels of the order in the table do, `table_tells` whether any do.
pub(super) fn of_silent(
    rows: &[&Row],
    apart: Option<Apart>,
    others_say: bool,
    table_tells: bool,
    order: &Found,
) -> Contents {
    let mut contents = Contents::default();
    if let Some(apart) = apart {
        contents.doubt(0, Reason::ContentsUnclear, apart.detail());
    } else if let Some((row, detail)) = unread::names_items(rows, order) {
        contents.doubt(row, Reason::ContentsUnclear, detail);
    } else if others_say {
        let detail = "other rows say what parcels of this order hold, and this one does not";
        contents.doubt(0, Reason::ContentsUnclear, detail.to_owned());
    } else if table_tells {
        let detail = "other rows say what parcels hold, and this one does not";
        contents.doubt(0, Reason::ContentsUnclear, detail.to_owned());
    } else if let Some(detail) = shipped_parts(order) {
        contents.doubt(0, Reason::PartlyShipped, detail);
    } else if let Some(detail) = shipped_whole(order) {
        contents.remarks.push((0, Doubt::because(Reason::MayBeShipped, detail)));
    }
    contents
}

/// The shipments of an order that hold parts of it, and what is in none.
fn shipped_parts(order: &Found) -> Option<String> {
    let ids = parts(&order.shipments);
    if ids.is_empty() {
        return None;
    }
    let rest = Packing::of(&order.lines, &order.shipments).rest();
    let rest = match rest.as_deref() {
        None => String::new(),
        Some([]) => "; nothing is left".to_owned(),
        Some(rest) => format!("; left: {}", listed(rest.iter().map(|item| short(item)))),
    };
    Some(format!("parts of the order are in shipments {}{rest}", listed(ids)))
}

/// The shipments of an order that may hold all of it.
fn shipped_whole(order: &Found) -> Option<String> {
    let ids = wholes(&order.shipments);
    (!ids.is_empty()).then(|| format!("all of the order may be in shipments {}", listed(ids)))
}

/// The contents of a parcel whose rows say something of them.
pub(super) fn of_rows(rows: &[&Row], packing: &Packing, apart: Option<Apart>) -> Contents {
    let mut contents = if rows.iter().any(|row| row.filled.sku) {
        of_items(rows, packing)
    } else {
        of_quantities(rows, packing)
    };
    if let Some(apart) = apart {
        contents.doubt(0, Reason::ContentsUnclear, apart.detail());
    }
    contents
}

fn of_items(rows: &[&Row], packing: &Packing) -> Contents {
    let mut contents = Contents::default();
    let mut found: BTreeMap<&str, (&Line, i64, Vec<usize>)> = BTreeMap::new();
    let mut rounded = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let line = match line_of(row, packing) {
            Ok(line) => line,
            Err((reason, detail)) => {
                contents.doubt(at, reason, detail);
                continue;
            }
        };
        match spoilt(row, line, packing) {
            Some(doubt) if doubt.reason.waits() => rounded.push((at, doubt)),
            Some(remark) => contents.remarks.push((at, remark)),
            None => {}
        }
        let Some(quantity) = quantity_among(row, &[line]) else {
            let detail = if row.filled.quantity {
                format!(
                    "the quantity of {} is {}: {WANTED}",
                    short(line.called()),
                    no_quantity(row)
                )
            } else {
                format!("no quantity says how many of {}", short(line.called()))
            };
            contents.doubt(at, Reason::ContentsUnclear, detail);
            continue;
        };
        let (_, sum, of_rows) = found.entry(&line.id).or_insert((line, 0, Vec::new()));
        *sum = sum.saturating_add(quantity);
        of_rows.push(at);
    }
    let is_clear = contents.doubts.is_empty();
    contents.doubts.extend(rounded);
    for (line, quantity, of_rows) in found.values() {
        if of_rows.len() > 1 {
            let lines = of_rows.iter().map(|at| rows[*at].line.to_string());
            let detail = format!(
                "{} stands in lines {}: once with its whole quantity it is clear",
                short(line.called()),
                listed(lines)
            );
            contents.doubt(of_rows[0], Reason::ContentsUnclear, detail);
        }
        if let Some(detail) = excess(line, *quantity, packing) {
            contents.doubt(of_rows[0], Reason::MoreThanLeft, detail);
        }
    }
    if is_clear {
        let item = |(line, quantity, _): (&Line, i64, Vec<usize>)| Item {
            id: line.id.clone(),
            code: line.code.clone(),
            quantity,
        };
        contents.items = Some(found.into_values().map(item).collect());
    }
    contents
}

/// Says which line a SKU was taken for that a spreadsheet spoilt. It waits where the cell has too few digits to tell a neighbour's
/// code from it, which the order does not have.
fn spoilt(row: &Row, line: &Line, packing: &Packing) -> Option<Doubt> {
    let sku = row
        .sku
        .as_deref()
        .filter(|sku| is_scientific(sku) && line.code != *sku)?;
    let is_only_one = packing.lines().iter().filter(|line| line.is_sent).count() == 1;
    let detail = format!(
        "the SKU {} was taken for {}, the one line of the order that is written so",
        short(sku),
        short(line.called())
    );
    let reason = if is_only_one || tells_the_code(&line.code, sku) {
        Reason::SkuWasANumber
    } else {
        Reason::SkuRounded
    };
    Some(Doubt::because(reason, detail))
}

/// How many of one or several lines of a code a row says, where it says so.
pub(super) fn quantity_among(row: &Row, lines: &[&Line]) -> Option<i64> {
    match (row.quantity, row.filled.quantity) {
        (Some(quantity), _) if quantity > 0 => Some(quantity.into()),
        // There is no other number of them.
        (None, false) if matches!(lines, [line] if line.ordered == Some(1)) => Some(1),
        _ => None,
    }
}

/// What stands where a quantity is wanted.
fn no_quantity(row: &Row) -> String {
    match (row.quantity, &row.no_quantity) {
        (Some(quantity), _) => quantity.to_string(),
        (None, text) => format!("{:?}", short(text.as_deref().unwrap_or_default())),
    }
}

/// The lines of the order that a SKU means, also one that a spreadsheet spoilt.
pub(super) fn lines_of<'a>(sku: &str, packing: &'a Packing) -> Vec<&'a Line> {
    let lines = packing.of_code(sku);
    if lines.is_empty() && is_scientific(sku) {
        let all = packing.lines().iter();
        return all.filter(|line| is_written_so(&line.code, sku)).collect();
    }
    lines
}

/// The one line of the order that a row means.
fn line_of<'a>(row: &Row, packing: &'a Packing) -> Result<&'a Line, (Reason, String)> {
    let unclear = |detail: &str| Err((Reason::ContentsUnclear, detail.to_owned()));
    if row.shares_items {
        return unclear("the row has several tracking numbers, and does not say in which its items are");
    }
    let Some(sku) = &row.sku else {
        return unclear("other rows of the parcel name its items, and this one does not");
    };
    match lines_of(sku, packing)[..] {
        [line] => Ok(line),
        [] => {
            let codes = packing.lines().iter().map(|line| short(line.called()));
            let why = if is_scientific(sku) {
                ": a spreadsheet took a SKU for a number"
            } else {
                ""
            };
            let detail = format!("the order has no {}{why}; its lines have {}", short(sku), listed(codes));
            Err((Reason::UnknownItem, detail))
        }
        ref lines => {
            if let Some(line) = only_one_left(row, lines) {
                return Ok(line);
            }
            let ids = lines.iter().map(|line| line.id.clone());
            let detail = format!("the lines {} are all of {}", listed(ids), short(sku));
            Err((Reason::AmbiguousItem, detail))
        }
    }
}

/// Of several lines of one code the one that has anything left, and as many as the row says: a re-print stands on a line of its own
/// beside what went before.
fn only_one_left<'a>(row: &Row, lines: &[&'a Line]) -> Option<&'a Line> {
    let (first, others) = lines.split_first()?;
    let is_one_code = others.iter().all(|line| line.code == first.code);
    // Nobody knows what a line without a quantity has left.
    let mut with_some = lines.iter().filter(|line| line.left() != Some(0));
    let (Some(line), None) = (with_some.next(), with_some.next()) else {
        return None;
    };
    let is_enough = quantity_among(row, lines).is_some_and(|wanted| line.left().is_some_and(|left| wanted <= left));
    (is_one_code && line.is_sent && is_enough).then_some(*line)
}

/// Why a line may not have so many left.
fn excess(line: &Line, quantity: i64, packing: &Packing) -> Option<String> {
    let code = short(line.called());
    let (Some(ordered), Some(left)) = (line.ordered, line.left()) else {
        return Some(format!("the order does not say how many of {code} were ordered"));
    };
    if quantity > left {
        let packed = line.packed;
        return Some(format!(
            "of {code} {ordered} were ordered, {packed} are in other shipments, {left} left"
        ));
    }
    let unsaid = packing.unsaid();
    (!unsaid.is_empty()).then(|| {
        format!(
            "{code} may be in shipments that do not say what they hold: {}",
            listed(unsaid.iter().cloned())
        )
    })
}

/// Of rows that say how many, and not of what: all of an order of which nothing was sent is the whole order.
fn of_quantities(rows: &[&Row], packing: &Packing) -> Contents {
    let mut contents = Contents::default();
    let mut sum = 0_i64;
    for (at, row) in rows.iter().enumerate() {
        let Some(quantity) = row.quantity else {
            let detail = if row.shares_items {
                "the row has several tracking numbers, and does not say in which its pieces are".to_owned()
            } else if row.no_quantity.is_some() {
                format!("the quantity is {}: {WANTED}", no_quantity(row))
            } else {
                "other rows of the parcel have a quantity, and this one has none".to_owned()
            };
            contents.doubt(at, Reason::ContentsUnclear, detail);
            return contents;
        };
        sum = sum.saturating_add(quantity.into());
    }
    let left: Option<i64> = packing.lines().iter().map(Line::left).sum();
    let is_untouched = packing.unsaid().is_empty() && packing.lines().iter().all(|line| line.packed == 0);
    if left != Some(sum) || !is_untouched {
        let left = left.map_or_else(|| "an unknown number".to_owned(), |left| left.to_string());
        let detail =
            format!("the table says {sum} and not of what; {left} of the order are in no other parcel that says so");
        contents.doubt(0, Reason::ContentsUnclear, detail);
    }
    contents
}
