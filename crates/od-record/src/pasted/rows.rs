//! The rows of a table, cell by cell.

use jiff::civil::Date;

use super::amount::{Mark, mark_of, quantity, weight};
use super::carrier;
use super::cell::{Cell, trimmed};
use super::columns::Column;
use super::day::{DayProblem, Order, day, order_of};
use super::heading::Role;
use super::table::Record;
use super::tracking::{Tracking, judge};

/// A parcel, or a row without one.
#[derive(Debug)]
pub struct Row {
    /// The line it begins in, from 1.
    pub line: usize,
    /// Of what order it says it is; may be empty where e-mail and name say so.
    pub order: String,
    /// The customer's.
    pub email: Option<String>,
    /// The customer's.
    pub name: Option<String>,
    /// Nothing in a row without a number: it is skipped.
    pub tracking: Option<Tracking>,
    /// As the table names the carrier.
    pub carrier: Option<String>,
    /// When the parcel went.
    pub ship_date: Option<Date>,
    /// Why there is no day although the cell is filled.
    pub day_problem: Option<DayProblem>,
    /// A decimal number, exactly as the table has it; the unit is not told.
    pub weight: Option<String>,
    /// What is in it.
    pub sku: Option<String>,
    /// How many of it.
    pub quantity: Option<u32>,
    /// Its cell holds several numbers: whose the row's items are is not told, so that `sku` and `quantity` are left out.
    pub shares_items: bool,
}

pub(super) fn rows(columns: &[Column], body: &[Record], delimiter: Option<char>) -> Vec<Row> {
    let column = |role: Role| {
        let at = position(columns, role);
        body.iter()
            .filter_map(move |record| at.and_then(|at| record.cells.get(at)))
            .map(String::as_str)
    };
    let reader = Reader {
        columns,
        delimiter,
        order: order_of(column(Role::ShipDate)),
        mark: mark_of(column(Role::Weight)),
    };
    let is_blank = |record: &&Record| record.cells.iter().all(|cell| trimmed(cell).is_empty());
    body.iter()
        .filter(|record| !is_blank(record))
        .flat_map(|record| reader.parcels(record))
        .collect()
}

/// What the whole table says of how its cells are meant.
struct Reader<'a> {
    columns: &'a [Column],
    delimiter: Option<char>,
    order: Option<Order>,
    mark: Option<Mark>,
}

impl Reader<'_> {
    /// A row for each number; one without a parcel where there is none.
    fn parcels(&self, record: &Record) -> Vec<Row> {
        let numbers = self.numbers(record);
        if numbers.is_empty() {
            return vec![self.without_parcel(record)];
        }
        let shares_items = numbers.iter().any(|(_, is_shared)| *is_shared);
        let parcel = |(cell, _): &(Cell, bool)| self.parcel(record, cell, shares_items);
        numbers.iter().map(parcel).collect()
    }

    fn parcel(&self, record: &Record, number: &Cell, shares_items: bool) -> Row {
        let mut row = self.without_parcel(record);
        let named = row.carrier.as_deref().and_then(carrier::named);
        row.tracking = Some(judge(number, named));
        match self.cell(record, Role::ShipDate).map(|text| day(&text, self.order)) {
            Some(Ok(day)) => row.ship_date = Some(day),
            Some(Err(problem)) => row.day_problem = Some(problem),
            None => {}
        }
        row.weight = self
            .cell(record, Role::Weight)
            .and_then(|text| weight(&text, self.mark));
        row.shares_items = shares_items;
        if !shares_items {
            row.sku = self.cell(record, Role::Sku);
            row.quantity = self.cell(record, Role::Quantity).and_then(|text| quantity(&text));
        }
        row
    }

    fn without_parcel(&self, record: &Record) -> Row {
        let order = position(self.columns, Role::Order).and_then(|at| record.cells.get(at));
        Row {
            line: record.line,
            order: order.map(|raw| Cell::order(raw)).unwrap_or_default(),
            email: self.cell(record, Role::Email),
            name: self.cell(record, Role::Name),
            tracking: None,
            carrier: self.cell(record, Role::Carrier),
            ship_date: None,
            day_problem: None,
            weight: None,
            sku: None,
            quantity: None,
            shares_items: false,
        }
    }

    fn cell(&self, record: &Record, role: Role) -> Option<String> {
        let raw = record.cells.get(position(self.columns, role)?)?;
        Some(Cell::of(raw).text).filter(|text| !text.is_empty())
    }

    /// The numbers of a row, and whether each stands in a cell with others.
    fn numbers(&self, record: &Record) -> Vec<(Cell, bool)> {
        let cells = self.columns.iter().zip(&record.cells);
        let of_parcels = cells.filter(|(column, _)| column.role == Some(Role::Tracking));
        let mut numbers = Vec::new();
        for (_, raw) in of_parcels {
            let parts = raw.split(|c| c == '\n' || (c == ';' && self.delimiter != Some(';')));
            let parts: Vec<Cell> = parts.map(Cell::of).filter(|cell| !cell.text.is_empty()).collect();
            let is_shared = parts.len() > 1;
            numbers.extend(parts.into_iter().map(|cell| (cell, is_shared)));
        }
        numbers
    }
}

fn position(columns: &[Column], role: Role) -> Option<usize> {
    columns.iter().position(|column| column.role == Some(role))
}
